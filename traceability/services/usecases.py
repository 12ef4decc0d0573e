"""What all use cases that write have in common: find what is named, plan, record.

A use case is a *plan*: a function that takes the actor and the command, checks both, and returns a `Draft` or raises.
`UseCases.perform` hands the plan to the recorder; `signing` hands the same plan to a key that lies elsewhere.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from traceability.domain.ledger import Kind
from traceability.domain.uris import LotRef, PartyRef, ProductRef, parse_uri
from traceability.domain.views import LotSummary, ProductView
from traceability.errors import InvalidInputError, RuleViolationError
from traceability.proofs.history import Touch, subject_key
from traceability.services.authority import require_custody, require_role
from traceability.services.commands import Actor, Outcome
from traceability.services.context import Context
from traceability.services.inputs import line
from traceability.services.recording import Draft, Order, Recorder

Command = TypeVar("Command")

Plan = Callable[[Actor, Any], Draft]
"""Checks a command and says what is to be recorded."""

MAX_KEY = 100
"""Longest idempotency key, in characters."""


class UseCases:
    """A family of use cases.

    Args:
        context: the ports.
        recorder: the way to the chain.
    """

    plans: ClassVar[dict[type, str]] = {}
    """Command class to the name of the method that plans it."""

    def __init__(self, context: Context, recorder: Recorder) -> None:
        self._context = context
        self._recorder = recorder

    def plan(self, actor: Actor, command: Any) -> Draft:
        """Return what a command of this family would record. Raises like the use case itself."""
        planned: Draft = getattr(self, self.plans[type(command)])(actor, command)
        return planned

    def perform(self, actor: Actor, command: Any) -> Outcome:
        """Carry out a command of this family, once for each idempotency key."""
        return self._recorder.record(self.order_of(actor, command), lambda: self.plan(actor, command))

    def order_of(self, actor: Actor, command: Any) -> Order:
        """Return a command as the recorder knows it; one without a key gets a key of its own."""
        return Order(actor, line(command.key, "key", limit=MAX_KEY) or uuid4().hex, command)

    # ------------------------------------------------------------------------------------------------------- finding
    def product(self, ref: str) -> ProductView:
        """Return the product that a path or URI names. Raises InvalidInputError for an empty one, or NotFoundError."""
        if not ref.strip():
            raise InvalidInputError("No product is named. Choose one.", field="product")
        return self._context.reads.product(ref.strip(), self._context.today())

    def lot(self, ref: str) -> LotSummary:
        """Return the lot that a path or URI names. Raises InvalidInputError for an empty one, or NotFoundError."""
        if not ref.strip():
            raise InvalidInputError("No lot is named. Choose one.", field="lot")
        return self._context.reads.lot(ref.strip())

    def lot_at_hand(self, actor: Actor, ref: str) -> LotSummary:
        """Return a lot of the actor's own that can be used, sent or stamped now.

        Raises:
            InvalidInputError: none is named.
            NotFoundError: there is no such lot.
            NotAuthorisedError: the actor is no cooperative, or the lot is in another's custody.
            RuleViolationError: it is recalled, on its way or closed.
        """
        require_role(actor, "cooperative")
        lot = self.lot(ref)
        require_custody(actor, lot)
        require_at_hand(lot)
        return lot

    def product_ref(self, uri: str) -> ProductRef:
        """Return the parts of a product's canonical URI."""
        ref = parse_uri(uri, self._context.namespace)
        if not isinstance(ref, ProductRef):
            raise InvalidInputError("{uri} does not name a product.", field="product", uri=uri)
        return ref

    def lot_ref(self, uri: str) -> LotRef:
        """Return the parts of a lot's canonical URI."""
        ref = parse_uri(uri, self._context.namespace)
        if not isinstance(ref, LotRef):
            raise InvalidInputError("{uri} does not name a lot.", field="lot", uri=uri)
        return ref

    def party_uri(self, participant: int) -> str:
        """Return the canonical URI of a participant."""
        return self._context.reads.party(participant).uri

    def is_party(self, uri: str) -> bool:
        """Tell whether a URI names a participant."""
        return isinstance(parse_uri(uri, self._context.namespace), PartyRef)


def touch(uri: str, kind: Kind, *, amount: int = 0, counterparty: int = 0, document: int = 0, count: int = 1) -> Touch:
    """Return a touch of the subject with this URI that refers to `count` documents from `document` on."""
    return Touch(subject_key(uri), kind, amount, counterparty, 0, document, count)


def require_at_hand(lot: LotSummary) -> None:
    """Return quietly when a lot can be used, sent or stamped. Raises RuleViolationError that says why not."""
    facts = {"field": "lot", "lot": lot.lot_number}
    if lot.status == "recalled":
        raise RuleViolationError("Lot {lot} is recalled. It stays where it is until the recall is lifted.", **facts)
    if lot.status == "recalled_source":
        raise RuleViolationError(
            "Lot {lot} was made from a recalled lot. It stays where it is until the recall is lifted.", **facts
        )
    if lot.status == "in_transit":
        raise RuleViolationError(
            "Lot {lot} is on its way to another participant. It has to be received first.", **facts
        )
    require_open(lot)


def require_open(lot: LotSummary) -> None:
    """Return quietly unless a lot is closed for ever. Raises RuleViolationError."""
    if lot.status == "retired":
        raise RuleViolationError(
            "Lot {lot} is closed for ever. Nothing more can be recorded of it.", field="lot", lot=lot.lot_number
        )
