"""OCOP ratings and certificates: recorded by who grants or holds them, revoked by their author or an inspector.

They stand on the history of the product or participant that they speak of. Whether one counts is decided on the day of
the scan, never here.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from traceability.domain.certificates import Certificate, CertificateKind
from traceability.domain.ledger import Kind
from traceability.domain.ocop import Rating
from traceability.domain.records import CertificateRecord, RatingRecord, RevocationRecord
from traceability.domain.times import require_past_day
from traceability.domain.uris import PartyRef, ProductRef, parse_path, parse_uri
from traceability.domain.views import Standing
from traceability.errors import (
    AlreadyExistsError,
    InvalidIdentifierError,
    NotAuthorisedError,
    NotFoundError,
    RuleViolationError,
)
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_producer, require_role
from traceability.services.commands import Actor, GrantCertificate, GrantRating, Outcome, RevokeAward
from traceability.services.inputs import count, day, line, required_day, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft
from traceability.services.usecases import UseCases, touch


@dataclass(frozen=True, slots=True)
class Rated:
    """A product or participant that an award speaks of."""

    uri: str
    path: str
    participant: int
    """Whose product it is, or the participant itself."""
    is_product: bool


class Awards(UseCases):
    """Rate, certify and revoke."""

    plans: ClassVar[dict[type, str]] = {
        GrantRating: "plan_rate",
        GrantCertificate: "plan_certify",
        RevokeAward: "plan_revoke",
    }

    def rate(self, actor: Actor, command: GrantRating) -> Outcome:
        """Record an OCOP rating. Raises as `plan_rate` and the recorder do."""
        return self.perform(actor, command)

    def certify(self, actor: Actor, command: GrantCertificate) -> Outcome:
        """Record a certificate. Raises as `plan_certify` and the recorder do."""
        return self.perform(actor, command)

    def revoke(self, actor: Actor, command: RevokeAward) -> Outcome:
        """End a rating or certificate before its time. Raises as `plan_revoke` and the recorder do."""
        return self.perform(actor, command)

    def plan_rate(self, actor: Actor, command: GrantRating) -> Draft:
        """Plan an OCOP rating.

        Raises:
            NotFoundError: there is no such product.
            NotAuthorisedError: the actor is no inspector.
            RuleViolationError: the decision lies in the future, or the product is closed.
            AlreadyExistsError: this very rating is on record.
            InvalidInputError: a field will not do.
        """
        require_role(actor, "inspector")
        product = self.product(command.product)
        if product.retired:
            raise RuleViolationError(
                "{product} is closed for ever. Nothing more can be recorded of it.",
                field="product",
                product=product.name.vi,
            )
        decided = required_day(command.decision_date, "decision_date")
        require_past_day(decided, self._context.clock.now(), field="decision_date")
        facts: dict[str, Any] = {
            "stars": count(command.stars, "stars", most=5),
            "issuer": line(command.issuer, "issuer", required=True),
            "decision_number": line(command.decision_number, "decision_number", limit=60, required=True),
            "decision_date": decided,
            "certificate_number": line(command.certificate_number, "certificate_number", limit=60),
        }
        until = day(command.valid_until, "valid_until")
        rating = Rating(**facts, valid_until=until) if until else Rating.decided(**facts)
        document = RatingRecord(**facts, valid_from=decided, valid_to=rating.valid_until).to_document()
        self._require_new(product.uri, record_id(document))
        return self._draft(Rated(product.uri, product.path, product.producer.number, is_product=True), document)

    def plan_certify(self, actor: Actor, command: GrantCertificate) -> Draft:
        """Plan a certificate of a product or a participant.

        Raises:
            NotFoundError: there is no such product or participant.
            NotAuthorisedError: the actor is neither an inspector nor the producer of the product.
            AlreadyExistsError: this very certificate is on record.
            InvalidInputError: a field will not do.
        """
        require_role(actor, "cooperative", "inspector")
        rated = self.rated(command.subject)
        if actor.role == "cooperative":
            if not rated.is_product:
                raise NotAuthorisedError(
                    "Only an inspector records certificates of a participant. Record it on your product.",
                    field="subject",
                )
            require_producer(actor, self.product(rated.uri))
        kind = CertificateKind.of(command.kind)
        facts: dict[str, Any] = {
            "issuer": line(command.issuer, "issuer", required=True),
            "number": line(command.number, "number", limit=80, required=True),
            "scope": line(command.scope, "scope", limit=500),
            "valid_from": required_day(command.valid_from, "valid_from"),
            "valid_to": day(command.valid_to, "valid_to"),
        }
        Certificate(kind, **facts)  # refuses what is no certificate
        document = CertificateRecord(kind=kind.key, **facts).to_document()
        self._require_new(rated.uri, record_id(document))
        return self._draft(rated, document)

    def plan_revoke(self, actor: Actor, command: RevokeAward) -> Draft:
        """Plan the revocation of a rating or certificate.

        Raises:
            NotFoundError: there is no such subject or award.
            NotAuthorisedError: the actor neither granted it nor is an inspector.
            RuleViolationError: it is revoked already.
            InvalidInputError: no reason is given.
        """
        require_role(actor, "cooperative", "inspector")
        rated = self.rated(command.subject)
        event_id = command.event_id.strip()
        entry = next((one for one in self._context.reads.history(rated.uri) if one.event_id == event_id), None)
        if entry is None:
            raise NotFoundError("There is no award {event} here.", field="event_id", event=event_id[:120] or "-")
        if actor.role != "inspector" and entry.by.number != actor.participant:
            raise NotAuthorisedError(
                "This was recorded by {author}. Only they or an inspector can revoke it.",
                field="event_id",
                author=entry.by.name or entry.by.code,
            )
        self._require_in_force(rated, event_id)
        kept = Keepsakes(rated.uri).text("note", text(command.reason, "reason", required=True))
        document = RevocationRecord(event_id, kept.commitments).to_document()
        return self._draft(rated, document, kept)

    # ------------------------------------------------------------------------------------------------------ subjects
    def rated(self, ref: str) -> Rated:
        """Return the product or participant that a path or URI names. Raises NotFoundError."""
        asked = ref.strip()
        try:
            named = (parse_path if asked.startswith("/") else parse_uri)(asked, self._context.namespace)
        except InvalidIdentifierError:
            named = None
        if isinstance(named, ProductRef):
            product = self.product(named.uri)
            return Rated(product.uri, product.path, product.producer.number, is_product=True)
        if named is None or isinstance(named, PartyRef):
            party = self._context.reads.party(named.uri if named else line(asked, "subject", required=True))
            path = parse_uri(party.uri, self._context.namespace).path
            return Rated(party.uri, path, party.number, is_product=False)
        raise NotFoundError("{subject} names neither a product nor a participant.", field="subject", subject=asked)

    def _require_new(self, uri: str, event_id: str) -> None:
        if any(entry.event_id == event_id for entry in self._context.reads.history(uri)):
            raise AlreadyExistsError("Exactly this is on record already.", field="subject")

    def _require_in_force(self, rated: Rated, event_id: str) -> None:
        """Return quietly unless a product's award is revoked. Raises NotFoundError for what is no award."""
        if not rated.is_product:
            return
        product = self.product(rated.uri)
        standings = {one.event_id: one.standing for one in product.ratings}
        standings |= {one.event_id: one.standing for one in product.certificates}
        if event_id not in standings:
            raise NotFoundError("There is no award {event} here.", field="event_id", event=event_id[:120])
        if standings[event_id] is Standing.REVOKED:
            raise RuleViolationError("This award is revoked already.", field="event_id")

    def _draft(self, rated: Rated, document: dict[str, Any], kept: Keepsakes | None = None) -> Draft:
        return Draft(
            touches=(touch(rated.uri, Kind.OBSERVE),),
            documents=(document,),
            uri=rated.uri,
            path=rated.path,
            event_id=record_id(document),
            erasables=tuple(kept.erasables) if kept else (),
        )
