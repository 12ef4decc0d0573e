"""Participants and their keys: the operator lets them in, says what they may do, and lends or silences keys.

These records are the operator's own, sent with the operator's key. A participant may be one person: name, address and
telephone number stay off the chain behind salted commitments.
"""

from dataclasses import replace
from hashlib import sha256
from typing import Final

from traceability.domain.addresses import commune
from traceability.domain.identifiers import Gln, PartyCode
from traceability.domain.ledger import Capacity, Kind
from traceability.domain.records import ParticipantRecord
from traceability.domain.text import normal_phone
from traceability.domain.uris import PartyRef, parse_uri
from traceability.domain.views import PartyView
from traceability.errors import AlreadyExistsError, InvalidInputError, NotFoundError
from traceability.proofs.addresses import checksummed
from traceability.proofs.documents import pack
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_role
from traceability.services.codes import ALPHABET, random_code
from traceability.services.commands import Actor, AddKey, AdmitParticipant, Outcome, RevokeKey
from traceability.services.context import Context
from traceability.services.inputs import choice, line, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.usecases import touch

KINDS: Final = ("cooperative", "household", "company", "inspectorate")
"""What a participant can be; the operator is one already."""

CAPACITIES: Final = {"producer": Capacity.PRODUCER, "inspector": Capacity.INSPECTOR, "operator": Capacity.OPERATOR}
"""What a participant may do, by the words of a form."""

LONGEST_NUMBER: Final = 10
"""Digits of a participant's number at most; a GLN has more."""

MAX_KEY: Final = 100
"""Longest idempotency key, in characters."""


class Participants:
    """The operator's use cases around participants.

    Args:
        context: the ports.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def admit(self, actor: Actor, command: AdmitParticipant) -> Outcome:
        """Let a participant in, with a key of its own or one that is made and kept here.

        Raises:
            NotAuthorisedError: the actor is no operator.
            InvalidInputError: a field will not do.
            AlreadyExistsError: the GLN or the key belongs to a participant already.
            ChainError: the chain cannot be reached; nothing was recorded.
        """
        require_role(actor, "operator")
        ref = self._ref(command)
        capacities = _capacities(command.capacities)
        kept = self._kept(ref, command)
        kind = choice(command.kind, KINDS, "kind")
        gln = str(ref.number) if isinstance(ref.number, Gln) else None
        record = ParticipantRecord(uri=ref.uri, kind=kind, gln=gln, commitments=kept.commitments)
        own = checksummed(command.own_key, field="own_key") if command.own_key.strip() else ""
        document = record.to_document()
        outcome = Outcome("landed", command.key, ref.uri, ref.path, record_id(document))
        if self._is_known(ref):
            if isinstance(ref.number, Gln):
                raise AlreadyExistsError("{gln} is admitted already.", field="gln", gln=ref.number)
            first = self._context.reads.history(ref.uri)[0]
            return replace(outcome, event_id=first.event_id)  # the same form, sent twice
        self._admit(ref, capacities, own or self._context.keystore.create(), document, kept)
        return outcome

    def set_capacities(self, actor: Actor, participant: str | int, capacities: tuple[str, ...]) -> Outcome:
        """Change what a participant may do.

        Raises:
            NotAuthorisedError: the actor is no operator.
            NotFoundError: there is no such participant.
            InvalidInputError: a capacity is unknown, or none is left.
            RuleViolationError: the operator would shut itself out.
        """
        require_role(actor, "operator")
        party = self.find(str(participant))
        self._context.ledger.set_capacities(party.number, int(_capacities(capacities, "operator")))
        self._context.indexer.advance()
        return self._outcome(party)

    def add_key(self, actor: Actor, command: AddKey) -> Outcome:
        """Let one more key speak for a participant; `event_id` of the outcome is its address.

        Raises:
            NotAuthorisedError: the actor is no operator.
            NotFoundError: there is no such participant.
            InvalidInputError: the address is none.
            AlreadyExistsError: the key speaks, or spoke, for a participant already.
        """
        require_role(actor, "operator")
        party = self.find(command.participant)
        own = checksummed(command.address) if command.address.strip() else ""
        if own and self._context.ledger.key(own).participant:
            raise AlreadyExistsError(
                "The key {address} belongs to a participant already. Use another one.", field="address", address=own
            )
        address = own or self._context.keystore.create()
        self._context.ledger.add_key(party.number, address, 0)
        self._context.indexer.advance()
        return self._outcome(party, address)

    def revoke_key(self, actor: Actor, command: RevokeKey) -> Outcome:
        """Silence a key from the next block on; what it signed before stays valid.

        Raises:
            NotAuthorisedError: the actor is no operator.
            InvalidInputError: the address is none.
            NotFoundError: it is no key of any participant.
            AlreadyExistsError: it is revoked already.
            RuleViolationError: it is the operator's own, with which this would be recorded.
        """
        require_role(actor, "operator")
        address = checksummed(command.address)
        state = self._context.ledger.key(address)
        if not state.participant:
            raise NotFoundError("{address} is no key of any participant.", field="address", address=address)
        self._context.ledger.revoke_key(address, 0)
        self._context.indexer.advance()
        return self._outcome(self._context.reads.party(state.participant), address)

    def find(self, ref: str) -> PartyView:
        """Return a participant by number, code, path or URI. Raises NotFoundError."""
        asked = line(ref, "participant", required=True)
        is_number = asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER
        return self._context.reads.party(int(asked) if is_number else asked)

    # ------------------------------------------------------------------------------------------------------ admission
    def _admit(
        self, ref: PartyRef, capacities: Capacity, key: str, document: dict[str, object], kept: Keepsakes
    ) -> None:
        """Keep what is erasable, then send; what the chain refuses is forgotten again."""
        with self._context.database.begin() as work:
            work.erasables.add(kept.erasables)
        touches = (touch(ref.uri, Kind.REGISTER),)
        try:
            self._context.ledger.admit(touches[0].subject, int(capacities), key, touches, pack((document,)))
        except BaseException:
            with self._context.database.begin() as work:
                for item in kept.erasables:
                    work.erasables.erase(item.commitment)
            raise
        self._context.indexer.advance()

    def _ref(self, command: AdmitParticipant) -> PartyRef:
        """Return the participant's name: its GLN, or a code that follows from the form, so that it is made once."""
        if command.gln.strip():
            return PartyRef(Gln(command.gln), self._context.namespace)
        key = line(command.key, "key", limit=MAX_KEY) or random_code(26)
        number = int.from_bytes(sha256(f"participant\n{key}".encode()).digest(), "big")
        code = "".join(ALPHABET[number >> 5 * place & 31] for place in range(PartyCode.length))
        return PartyRef(PartyCode(code), self._context.namespace)

    def _kept(self, ref: PartyRef, command: AdmitParticipant) -> Keepsakes:
        kept = Keepsakes(ref.uri).text("name", line(command.name, "name", limit=160, required=True))
        kept.text("address", line(command.address, "address"))
        if command.commune_code.strip():
            kept.text("communeCode", commune(command.commune_code).code)
        kept.text("printedAddress", text(command.printed_address, "printed_address", limit=300))
        if command.phone.strip():
            kept.text("phone", normal_phone(command.phone))
        return kept

    def _is_known(self, ref: PartyRef) -> bool:
        try:
            self._context.reads.party(ref.uri)
        except NotFoundError:
            return False
        return True

    def _outcome(self, party: PartyView, event_id: str = "") -> Outcome:
        path = parse_uri(party.uri, self._context.namespace).path
        return Outcome("landed", "", party.uri, path, event_id)


def _capacities(words: tuple[str, ...], *also: str) -> Capacity:
    """Return the capacities that a form names."""
    allowed = [name for name in CAPACITIES if name != "operator" or name in also]
    found = Capacity(0)
    for word in words:
        found |= CAPACITIES[choice(word, allowed, "capacities")]
    if not found:
        raise InvalidInputError("Choose at least one thing that this participant may do.", field="capacities")
    return found
