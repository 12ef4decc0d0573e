"""The door for keys that lie elsewhere: a browser, a wallet, a contract account.

`prepare` checks a command exactly as the use case itself would, and returns the EIP-712 typed data to be signed
together with a sealed token. `accept` takes the token and the signature back and records the same bytes. The token is
sealed, so that nothing in it can be changed on the way; this service keeps no state in between.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from traceability.domain.uris import LotRef, parse_path, parse_uri
from traceability.errors import InvalidInputError, NotAuthorisedError, StorageError
from traceability.ports import Erasable, Job, SealedSeed, SignedSubmission
from traceability.proofs.addresses import checksummed
from traceability.proofs.history import Touch
from traceability.proofs.signatures import DOMAIN_NAME, DOMAIN_VERSION
from traceability.services.commands import Actor, Outcome, Retire
from traceability.services.context import Context
from traceability.services.recording import Draft, Order, Recorder
from traceability.services.usecases import UseCases

PURPOSE: Final = "submission to be signed elsewhere"
"""What tokens are sealed for."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record that waits for its signature.

    Args:
        typed_data: for `eth_signTypedData_v4`: types, primaryType, domain, message.
        token: give it back together with the signature.
    """

    typed_data: Mapping[str, Any]
    token: str


class Signing:
    """Prepare and accept records that are signed elsewhere.

    Args:
        context: the ports.
        recorder: the way to the chain.
        families: every family of use cases whose commands may be signed elsewhere.
    """

    def __init__(self, context: Context, recorder: Recorder, families: Iterable[UseCases]) -> None:
        self._context = context
        self._recorder = recorder
        self._families = tuple(families)

    def prepare(self, actor: Actor, command: Any, signer: str) -> Prepared:
        """Return what is to be signed.

        Args:
            actor: who asks.
            command: any command that the use cases take.
            signer: address of a key of the actor's participant; it need not lie here.

        Raises:
            NotAuthorisedError: the key speaks for somebody else, or the actor may not do this.
            OcopTraceError: whatever the use case itself would raise.
        """
        address = checksummed(signer, field="signer")
        self._require_own(actor, address)
        draft = self._family(command).plan(actor, command)
        with self._context.database.begin() as work:
            operation = work.outbox.next_operation(address)
        for blob in draft.blobs:
            self._context.blobs.put(blob.data, blob.media_type)
        submission = self._recorder.unsigned(address, operation, draft)
        order = Order(actor, command.key or f"{address}-{operation}", command)
        sealed = self._context.keystore.seal(_pack(order, draft, submission), purpose=PURPOSE)
        return Prepared(self._typed_data(submission), b64encode(sealed).decode())

    def accept(self, actor: Actor, token: str, signature: str) -> Outcome:
        """Record what was prepared, with its signature.

        Raises:
            InvalidInputError: the token or the signature is malformed.
            NotAuthorisedError: the token is another participant's, or the signature not the signer's.
            RuleViolationError: the contract forbids it by now.
        """
        try:
            told = json.loads(self._context.keystore.unseal(b64decode(token, validate=True), purpose=PURPOSE))
            signed = bytes.fromhex(signature.strip().removeprefix("0x"))
        except (ValueError, StorageError) as error:
            raise InvalidInputError("This is not what was prepared for signing. Begin again.", field="token") from error
        if told["participant"] != actor.participant:
            raise NotAuthorisedError("This record was prepared for another participant.", field="token")
        draft, submission = _unpack(told)
        order = _SealedOrder(actor, told["key"], told["about"])
        return self._recorder.finish(order, draft, replace(submission, signature=signed))

    def _require_own(self, actor: Actor, address: str) -> None:
        keys = self._context.reads.keys(actor.participant)
        if not any(key.address == address and key.until_block is None for key in keys):
            raise NotAuthorisedError(
                "{address} is no key of yours that is in effect. Ask the operator to add it.",
                field="signer",
                address=address,
            )

    def _family(self, command: Any) -> UseCases:
        fitting = [family for family in self._families if type(command) in family.plans]
        if isinstance(command, Retire):
            asked = command.subject.strip()
            named = (parse_path if asked.startswith("/") else parse_uri)(asked, self._context.namespace)
            fitting = fitting[:: 1 if isinstance(named, LotRef) else -1]
        if not fitting:
            raise InvalidInputError("This is not recorded by a key of yours.", field="command")
        return fitting[0]

    def _typed_data(self, submission: SignedSubmission) -> dict[str, Any]:
        """Return EIP-712 typed data; numbers beyond JavaScript's are texts, as wallets expect."""
        ledger = self._context.ledger
        return {
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                "Submission": [
                    {"name": "signer", "type": "address"},
                    {"name": "operation", "type": "uint256"},
                    {"name": "deadline", "type": "uint256"},
                    {"name": "touches", "type": "Touch[]"},
                    {"name": "documents", "type": "bytes"},
                ],
                "Touch": [{"name": "subject", "type": "bytes32"}, {"name": "terms", "type": "uint256"}],
            },
            "primaryType": "Submission",
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": ledger.chain_id,
                "verifyingContract": ledger.address,
            },
            "message": {
                "signer": submission.signer,
                "operation": str(submission.operation),
                "deadline": str(submission.deadline),
                "touches": [
                    {"subject": "0x" + touch.subject.hex(), "terms": str(touch.terms)} for touch in submission.touches
                ],
                "documents": "0x" + submission.documents.hex(),
            },
        }


class _SealedOrder(Order):
    """An order whose command was digested before it was sealed."""

    @property
    def fingerprint(self) -> str:
        """Return the digest that the token carries."""
        return str(self.about)


def _pack(order: Order, draft: Draft, submission: SignedSubmission) -> bytes:
    told = {
        "participant": order.actor.participant,
        "key": order.key,
        "about": order.fingerprint,
        "uri": draft.uri,
        "path": draft.path,
        "event_id": draft.event_id,
        "signer": submission.signer,
        "operation": submission.operation,
        "deadline": submission.deadline,
        "touches": [[touch.subject.hex(), str(touch.terms)] for touch in submission.touches],
        "documents": submission.documents.hex(),
        "erasables": [
            [e.commitment, e.salt.hex(), e.subject, e.label, e.text, e.blob, e.media_type] for e in draft.erasables
        ],
        "seeds": [[seed.lot, seed.run, seed.count, seed.sealed.hex()] for seed in draft.seeds],
        "job": None if draft.job is None else asdict(draft.job) | {"created_at": draft.job.created_at.isoformat()},
    }
    return json.dumps(told).encode()


def _unpack(told: Mapping[str, Any]) -> tuple[Draft, SignedSubmission]:
    touches = tuple(Touch.from_terms(bytes.fromhex(key), int(terms)) for key, terms in told["touches"])
    draft = Draft(
        touches=touches,
        documents=(),
        uri=told["uri"],
        path=told["path"],
        event_id=told["event_id"],
        erasables=tuple(
            Erasable(commitment, bytes.fromhex(salt), subject, label, text, blob, media_type)
            for commitment, salt, subject, label, text, blob, media_type in told["erasables"]
        ),
        seeds=tuple(SealedSeed(lot, run, count, bytes.fromhex(sealed)) for lot, run, count, sealed in told["seeds"]),
        job=told["job"] and Job(**told["job"] | {"created_at": datetime.fromisoformat(told["job"]["created_at"])}),
    )
    documents = bytes.fromhex(told["documents"])
    return draft, SignedSubmission(told["signer"], told["operation"], told["deadline"], touches, documents, b"")
