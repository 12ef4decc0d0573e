"""Links that a producer declares for its own products: where to buy them, how to cook them, who certified them.

The resolver offers them beside its own, so a record of them is a promise to everybody who scans: only the producer
declares, and it or an inspector withdraws. Addresses are held to `domain.web_links`; one that leads back here is
refused, since it would send people in a circle.
"""

from typing import ClassVar, Final
from urllib.parse import urlsplit

from traceability.domain.ledger import Kind
from traceability.domain.link_records import (
    LANGUAGES,
    MAX_LINKS,
    MEDIA_TYPES,
    LinkRecord,
    LinkWithdrawalRecord,
)
from traceability.domain.link_types import DECLARABLE
from traceability.domain.uris import GS1
from traceability.domain.views import ProductView
from traceability.domain.web_links import web_address
from traceability.errors import AlreadyExistsError, InvalidInputError, NotFoundError, RuleViolationError
from traceability.proofs.record_id import record_id
from traceability.services.authority import require_producer, require_role
from traceability.services.commands import Actor, DeclareLink, Outcome, WithdrawLink
from traceability.services.context import Context
from traceability.services.inputs import choice, text
from traceability.services.keepsakes import Keepsakes
from traceability.services.recording import Draft, Recorder
from traceability.services.usecases import UseCases, touch

RESOLVERS: Final = frozenset({(urlsplit(GS1).netloc, "")})
"""Host and path of resolvers that may send whoever asks them for a product of ours to us."""


class ProductLinks(UseCases):
    """Declare and withdraw links.

    Args:
        context: the ports.
        recorder: the way to the chain.
        base_url: where this site is.
    """

    plans: ClassVar[dict[type, str]] = {DeclareLink: "plan_declare", WithdrawLink: "plan_withdraw"}

    def __init__(self, context: Context, recorder: Recorder, base_url: str) -> None:
        super().__init__(context, recorder)
        own = (urlsplit(address) for address in (base_url, context.namespace))
        self._ours = RESOLVERS | {(parts.hostname or "", parts.path.rstrip("/")) for parts in own}

    def declare(self, actor: Actor, command: DeclareLink) -> Outcome:
        """Record a link. Raises as `plan_declare` and the recorder do."""
        return self.perform(actor, command)

    def withdraw(self, actor: Actor, command: WithdrawLink) -> Outcome:
        """Record the end of a link. Raises as `plan_withdraw` and the recorder do."""
        return self.perform(actor, command)

    def plan_declare(self, actor: Actor, command: DeclareLink) -> Draft:
        """Plan a link.

        Raises:
            NotFoundError: there is no such product.
            NotAuthorisedError: it is another producer's.
            RuleViolationError: the product is closed, or has as many links as it can have.
            AlreadyExistsError: this very link is declared.
            InvalidInputError: a field will not do.
        """
        product = self.product(command.product)
        require_producer(actor, product)
        _require_open(product)
        record = LinkRecord(
            uri=product.uri,
            link_type=choice(command.link_type.strip(), DECLARABLE, "link_type"),
            href=self._address(command.href),
            language=choice(command.language.strip(), LANGUAGES, "language"),
            media_type=choice(command.media_type.strip() or MEDIA_TYPES[0], MEDIA_TYPES, "media_type"),
        )
        known = self._context.reads.declared_links(product.uri)
        if any((one.type, one.href, one.language) == (record.link_type, record.href, record.language) for one in known):
            raise AlreadyExistsError("Exactly this link is declared already.", field="href")
        if len(known) >= MAX_LINKS:
            raise RuleViolationError(
                "{product} has {count} links, and that is how many fit. Withdraw one first.",
                product=product.name.vi,
                count=len(known),
            )
        return _draft(product, record)

    def plan_withdraw(self, actor: Actor, command: WithdrawLink) -> Draft:
        """Plan the end of a link.

        Raises:
            NotFoundError: there is no such product, or no such link in force.
            NotAuthorisedError: the actor is neither the product's producer nor an inspector.
            RuleViolationError: the product is closed.
            InvalidInputError: an inspector gives no reason.
        """
        require_role(actor, "cooperative", "inspector")
        product = self.product(command.product)
        if actor.role == "cooperative":
            require_producer(actor, product)
        _require_open(product)
        link = command.link.strip()
        if not any(one.id == link for one in self._context.reads.declared_links(product.uri)):
            raise NotFoundError(
                "There is no link {link} of this product, or it was withdrawn.", field="link", link=link[:120] or "-"
            )
        kept = Keepsakes(product.uri)
        kept.text("note", text(command.reason, "reason", required=actor.role == "inspector"))
        return _draft(product, LinkWithdrawalRecord(link, kept.commitments), kept)

    def _address(self, href: str) -> str:
        address = web_address(href)
        parts = urlsplit(address)
        for host, path in self._ours:
            if parts.netloc == host and f"{parts.path}/".startswith(f"{path}/"):
                raise InvalidInputError(
                    "This address leads back to a Digital Link resolver. Declare the page itself.", field="href"
                )
        return address


def _require_open(product: ProductView) -> None:
    if product.retired:
        raise RuleViolationError(
            "{product} is closed for ever. Nothing more can be recorded of it.",
            field="product",
            product=product.name.vi,
        )


def _draft(product: ProductView, record: LinkRecord | LinkWithdrawalRecord, kept: Keepsakes | None = None) -> Draft:
    document = record.to_document()
    return Draft(
        touches=(touch(product.uri, Kind.OBSERVE),),
        documents=(document,),
        uri=product.uri,
        path=product.path,
        event_id=record_id(document),
        erasables=tuple(kept.erasables) if kept else (),
    )
