"""The desk: what one has, what is on its way here, what is missing or late, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from traceability.domain.copies import Level
from traceability.domain.stamp_life import StampState
from traceability.domain.views import LotSummary, ProductView, Standing
from webapp.access import actor, application, today
from webapp.cooperative import blueprint
from webapp.cooperative.fields import my_lots, my_products
from webapp.cooperative.jobs import at_work
from webapp.formatting import day, number
from webapp.language import language

LOOKED_AT = 12
"""How many of the newest lots are looked at for what is missing."""
MOST_COPIES = 5
"""Stamps that may be copied, told one by one; the run's page has all of them."""
SOON = timedelta(days=90)
"""An OCOP rating that ends within this time is worth a word: renewing takes months."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done, and where."""

    what: str
    link: str
    urgent: bool = False


@blueprint.get("/")
def home() -> str:
    """Show the desk."""
    reads, me = application().reads, actor().participant
    lots, products = my_lots(usable=False), my_products()
    duties = [*_duties_of_stamps(lots), *_duties_of_products(products), *_duties_of_lots(lots)]
    return render_template(
        "cooperative/home.html",
        me=reads.party(me),
        counts=Counter(one.status for one in lots),
        lots=lots[:6],
        incoming=reads.lots(receiver=me, limit=20),
        products=products,
        jobs=at_work(),
        duties=sorted(duties, key=lambda duty: not duty.urgent),
    )


def _duties_of_products(products: Sequence[ProductView]) -> Iterator[Duty]:
    """Yield what is missing on products for sale."""
    for product in products:
        if product.is_material:
            continue
        name, link = product.name.in_language(language()), url_for(".product", ref=product.path)
        if not product.pictures:
            yield Duty(_("%(product)s has no picture. Shoppers compare it with what they hold.", product=name), link)
        rating = product.ratings[0] if product.ratings else None
        if rating and rating.standing is Standing.EXPIRED:
            said = _("The OCOP rating of %(product)s expired on %(day)s.", product=name, day=day(rating.valid_until))
            yield Duty(said, link, urgent=True)
        elif rating and rating.standing is Standing.VALID and rating.valid_until - today() <= SOON:
            said = _("The OCOP rating of %(product)s ends on %(day)s.", product=name, day=day(rating.valid_until))
            yield Duty(said, link)


def _duties_of_stamps(lots: Sequence[LotSummary]) -> Iterator[Duty]:
    """Yield the stamps whose scans speak for copies, the gravest first."""
    known = {lot.uri: lot for lot in lots}
    for stamp in application().scans.flagged(known, MOST_COPIES, 0, least=Level.WARNING):
        lot, number = known[stamp.lot_uri], f"{stamp.run}-{stamp.number}"
        said = _("Stamp %(number)s of lot %(lot)s may be copied.", number=number, lot=lot.lot_number)
        yield Duty(said, url_for(".stamp_run", ref=lot.path, run=stamp.run), urgent=True)


def _duties_of_lots(lots: Sequence[LotSummary]) -> Iterator[Duty]:
    """Yield what is missing or late on the newest open lots, and goods past their date."""
    reads = application().reads
    for lot in lots[:LOOKED_AT]:
        link = url_for(".lot", ref=lot.path)
        if lot.status in {"recalled", "recalled_source"}:
            yield Duty(_("Lot %(lot)s is recalled. Stop selling it.", lot=lot.lot_number), link, urgent=True)
        if lot.status != "open":
            continue
        if lot.expires_on and lot.expires_on < today() and lot.left.amount > 0:
            said = _("Lot %(lot)s passed its date on %(day)s.", lot=lot.lot_number, day=day(lot.expires_on))
            yield Duty(said, link, urgent=True)
        trace = reads.trace(lot.path, today())
        resting = sum(run.count - run.activated - run.life.counted(StampState.VOID) for run in trace.runs)
        if resting:
            said = ngettext(
                "%(count)s stamp of lot %(lot)s is not activated.",
                "%(count)s stamps of lot %(lot)s are not activated.",
                resting,
                count=number(resting),
                lot=lot.lot_number,
            )
            yield Duty(said, link)
        if trace.missing and not trace.product.is_material:
            said = ngettext(
                "Lot %(lot)s lacks %(count)s thing that the law asks for.",
                "Lot %(lot)s lacks %(count)s things that the law asks for.",
                len(trace.missing),
                lot=lot.lot_number,
                count=len(trace.missing),
            )
            yield Duty(said, link)
        late = [entry for entry in trace.timeline if entry.late_by and entry.by.number == actor().participant]
        if late:
            said = ngettext(
                "%(count)s record of lot %(lot)s was entered late.",
                "%(count)s records of lot %(lot)s were entered late.",
                len(late),
                count=len(late),
                lot=lot.lot_number,
            )
            yield Duty(said, link)
