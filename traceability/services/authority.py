"""Who may do what to whose goods, asked before anything else is looked at.

The contract asks the same questions again, of the key that signed. Asking here first gives a clear sentence, and keeps
an account of one role from doing with a participant's key what only another role may.
"""

from traceability.domain.views import LotSummary, ProductView
from traceability.errors import NotAuthorisedError
from traceability.services.commands import Actor


def require_role(actor: Actor, *roles: str) -> None:
    """Return quietly when the actor's account has one of the roles. Raises NotAuthorisedError."""
    if actor.role not in roles:
        raise NotAuthorisedError(
            "This takes an account of the role {roles}; {name} has the role {role}.",
            roles="/".join(roles),
            name=actor.name,
            role=actor.role,
        )


def require_custody(actor: Actor, lot: LotSummary) -> None:
    """Return quietly when the actor acts for the lot's custodian. Raises NotAuthorisedError."""
    require_role(actor, "cooperative")
    if lot.custodian.number != actor.participant:
        raise NotAuthorisedError(
            "Lot {lot} is in the custody of {custodian}. Only they can record this about it.",
            field="lot",
            lot=lot.lot_number,
            custodian=lot.custodian.name,
        )


def require_producer(actor: Actor, product: ProductView) -> None:
    """Return quietly when the actor acts for the product's producer. Raises NotAuthorisedError."""
    require_role(actor, "cooperative")
    if product.producer.number != actor.participant:
        raise NotAuthorisedError(
            "{product} is a product of {producer}. Only they can record this about it.",
            field="product",
            product=product.name.vi,
            producer=product.producer.name,
        )
