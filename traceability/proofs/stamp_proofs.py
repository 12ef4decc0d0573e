"""The proof that a stamp is one of a run on record: what anyone needs to check it, with nothing but SHA-256.

Hashing the stamp's leaf together with some twenty other hashes leads to the root of its run, and the root stands in a
record on the chain; the proof says which. As JSON (docs/format.md, "Proof of a stamp") it lies at a stable address of
every stamp. Sections are RFC 9162's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from traceability.domain.members import get_count, get_text
from traceability.errors import InvalidInputError, VerificationError
from traceability.proofs.commitments import decode_base64url, encode_base64url
from traceability.proofs.merkle import STAMP_SCHEME, check_inclusion, stamp_leaf

LONGEST: Final = 64
"""Most hashes of a path: a tree of 2^64 stamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlace:
    """Where the record of a run stands."""

    chain_id: int
    contract: str
    """Checksummed address (EIP-55)."""
    block_number: int
    transaction: str
    """0x and 64 hexadecimal digits."""
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StampProof:
    """That a stamp is one of a run.

    Args:
        lot: the lot's canonical URI.
        serial: of the stamp.
        run: number of the run, from 1.
        index: place of the stamp in the run, from 0.
        size: stamps of the run.
        path: hashes from the leaf up to the root, lowest first (section 2.1.3.1).
        root: of the run, as on record.
        record: where it is on record.
    """

    lot: str
    serial: str
    run: int
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    record: RecordPlace

    def to_json(self) -> dict[str, Any]:
        """Return the JSON values; hashes in base64url without padding."""
        place = self.record
        return {
            "scheme": STAMP_SCHEME,
            "lot": self.lot,
            "serial": self.serial,
            "run": self.run,
            "index": self.index,
            "size": self.size,
            "path": [encode_base64url(step) for step in self.path],
            "root": encode_base64url(self.root),
            "record": {
                "chainId": place.chain_id,
                "contract": place.contract,
                "blockNumber": place.block_number,
                "transaction": place.transaction,
                "logIndex": place.log_index,
            },
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "StampProof":
        """Read a proof back, which anybody may have written. Raises InvalidInputError."""
        scheme, path, place = values.get("scheme"), values.get("path"), values.get("record")
        if scheme != STAMP_SCHEME:
            raise InvalidInputError("A proof of scheme {scheme} is not known here.", scheme=str(scheme)[:40])
        if not isinstance(path, list) or len(path) > LONGEST or not isinstance(place, Mapping):
            raise InvalidInputError("The proof lacks its path or its record.", field="path")
        return cls(
            lot=get_text(values, "lot"),
            serial=get_text(values, "serial"),
            run=get_count(values, "run"),
            index=get_count(values, "index"),
            size=get_count(values, "size"),
            path=tuple(_hash(step) for step in path),
            root=_hash(values.get("root")),
            record=RecordPlace(
                chain_id=get_count(place, "chainId"),
                contract=get_text(place, "contract"),
                block_number=get_count(place, "blockNumber"),
                transaction=get_text(place, "transaction"),
                log_index=get_count(place, "logIndex"),
            ),
        )


def _hash(text: Any) -> bytes:
    if not isinstance(text, str):
        raise InvalidInputError("A hash of the proof is no text.", field="path")
    return decode_base64url(text)


def check(proof: StampProof) -> None:
    """Return quietly when the path leads from the stamp to the root (section 2.1.3.2).

    Whether that root is on record is another question: the record's place says where to look.

    Raises VerificationError.
    """
    check_inclusion(stamp_leaf(proof.lot, proof.serial), proof.index, proof.size, proof.path, proof.root)
    if proof.run < 1:
        raise VerificationError("There is no run {run}.", run=proof.run)
