"""Is everything well? Heights of chain and projection, and what waits to be sent."""

from dataclasses import dataclass

from flask import render_template

from traceability.domain.views import Freshness
from traceability.errors import ChainError
from webapp.access import application
from webapp.operator import blueprint


@dataclass(frozen=True, slots=True)
class Figures:
    """What the status page shows; None where the chain does not answer."""

    chain_height: int | None
    chain_id: int | None
    contract: str
    freshness: Freshness
    waiting: int

    @property
    def lag(self) -> int | None:
        """Return how many blocks the projection is behind."""
        return None if self.chain_height is None else max(self.chain_height - self.freshness.projected_block, 0)


def _figures() -> Figures:
    """Ask chain, projection and outbox; a chain that is down is a figure, too."""
    app = application()
    height = chain_id = None
    contract = ""
    if app.ledger is not None:
        try:
            height, chain_id, contract = app.ledger.height(), app.ledger.chain_id, app.ledger.address
        except ChainError:
            height = None
    with app.database.begin() as work:
        waiting = work.outbox.count()
    return Figures(height, chain_id, contract, app.reads.freshness(), waiting)


@blueprint.get("/")
def home() -> str:
    """Show the figures and the way to the lists."""
    return render_template(
        "operator/home.html", figures=_figures(), parties=application().reads.parties(), settings=application().settings
    )
