"""The ledger contract's language: calls into bytes, and answers, logs and errors back into values.

Everything is read from the ABI that is committed beside this module, so that there is no second list of signatures to
keep in step. `docs/format.md` and `contracts/interfaces/` say what the words mean.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak
from eth_utils.abi import abi_to_signature, get_abi_input_types, get_abi_output_types
from eth_utils.address import to_checksum_address

from traceability.chain.node import RawLog
from traceability.errors import ChainError
from traceability.ports import (
    CapacitiesChanged,
    KeyAdded,
    KeyRevoked,
    LedgerLog,
    ParticipantAdmitted,
    Recorded,
)
from traceability.proofs.history import Touch

ARTIFACT: Final = "ProvenanceLedger.json"

_BUILT_IN_ERRORS: Final[tuple[Any, ...]] = (
    {"type": "error", "name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)
"""What Solidity itself reverts with."""


class Contract:
    """ABI and creation code of a contract.

    Args:
        abi: as the Solidity compiler writes it.
        bytecode: creation code in hexadecimal.
    """

    def __init__(self, abi: Sequence[Any], bytecode: str) -> None:
        self.bytecode = bytes.fromhex(bytecode.removeprefix("0x"))
        self._functions = {entry["name"]: entry for entry in abi if entry["type"] == "function"}
        self._constructor = next(entry for entry in abi if entry["type"] == "constructor")
        self._events = {keccak(abi_to_signature(entry).encode()): entry for entry in abi if entry["type"] == "event"}
        self.errors = {
            keccak(abi_to_signature(entry).encode())[:4]: entry
            for entry in [*abi, *_BUILT_IN_ERRORS]
            if entry["type"] == "error"
        }

    def creation(self, *arguments: Any) -> bytes:
        """Return creation code with the constructor's arguments behind it."""
        return self.bytecode + encode(get_abi_input_types(self._constructor), arguments)

    def call(self, function: str, *arguments: Any) -> bytes:
        """Return call data: the function's selector and its arguments."""
        entry = self._functions[function]
        selector = keccak(abi_to_signature(entry).encode())[:4]
        return selector + encode(get_abi_input_types(entry), arguments)

    def result(self, function: str, data: bytes) -> tuple[Any, ...]:
        """Return what a call answered. Raises ChainError when it is not what the function answers."""
        try:
            return decode(get_abi_output_types(self._functions[function]), data)
        except DecodingError as error:
            template = "There is no ledger at this address: {function} answered 0x{data}."
            raise ChainError(template, function=function, data=data.hex()) from error

    def error(self, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """Return name and arguments of the error that a reverted call returned, or None for one that is not known."""
        entry = self.errors.get(data[:4])
        if entry is None:
            return None
        try:
            values = decode(get_abi_input_types(entry), data[4:])
        except DecodingError:
            return None
        return entry["name"], {field["name"]: value for field, value in zip(entry["inputs"], values, strict=True)}

    def topic(self, event: str) -> bytes:
        """Return the first topic of an event's logs: the hash of its signature."""
        return next(topic for topic, entry in self._events.items() if entry["name"] == event)

    def log(self, raw: RawLog) -> LedgerLog | None:
        """Return a log as a value, or None for an event that is none of the ledger's own (say a library's)."""
        entry = self._events.get(raw.topics[0]) if raw.topics else None
        make = _LOGS.get(entry["name"]) if entry else None
        if entry is None or make is None:
            return None
        indexed = [field["type"] for field in entry["inputs"] if field["indexed"]]
        plain = [_tuple_type(field) for field in entry["inputs"] if not field["indexed"]]
        topics = [decode([kind], topic)[0] for kind, topic in zip(indexed, raw.topics[1:], strict=True)]
        return make(raw, *topics, *decode(plain, raw.data))


def touch_tuples(touches: Sequence[Touch]) -> list[tuple[bytes, int]]:
    """Return touches as the ABI takes them: `(bytes32 subject, uint256 terms)[]`."""
    return [(touch.subject, touch.terms) for touch in touches]


def _recorded(
    raw: RawLog, signer: str, operation: int, touches: Sequence[tuple[bytes, int]], documents: bytes
) -> Recorded:
    read = tuple(Touch.from_terms(subject, terms) for subject, terms in touches)
    return Recorded(raw.position, to_checksum_address(signer), operation, read, documents)


_LOGS: Final[dict[str, Callable[..., LedgerLog]]] = {
    "Recorded": _recorded,
    "ParticipantAdmitted": lambda raw, *values: ParticipantAdmitted(raw.position, *values),
    "CapacitiesChanged": lambda raw, *values: CapacitiesChanged(raw.position, *values),
    "KeyAdded": lambda raw, number, key, block: KeyAdded(raw.position, number, to_checksum_address(key), block),
    "KeyRevoked": lambda raw, number, key, block: KeyRevoked(raw.position, number, to_checksum_address(key), block),
}
"""How each event's values, indexed ones first as in the ABI, become a value of `ports`."""


def _tuple_type(field: dict[str, Any]) -> str:
    """Return a parameter's type with structs written out as tuples, as eth_abi wants it."""
    kind: str = field["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_tuple_type(part) for part in field['components'])}){kind.removeprefix('tuple')}"


@cache
def ledger_contract() -> Contract:
    """Return the `ProvenanceLedger` that this release ships."""
    artifact = json.loads((files("traceability.chain") / "artifacts" / ARTIFACT).read_text(encoding="utf-8"))
    return Contract(artifact["abi"], artifact["bytecode"])
