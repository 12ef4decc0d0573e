"""What the rules for copies found, in words for whoever reads it.

A signal is told in two halves: what was seen, the same for everybody, and what it means for this reader. Shoppers learn
whether it concerns the package in their hand, cooperatives what to do about it, inspectors what the rule counts. The
keys are those of `domain.copies`; docs/copy-signals.md holds the sentences beside the thresholds.
"""

from datetime import date
from typing import Literal, NamedTuple

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from traceability.domain.addresses import communes, provinces
from traceability.domain.copies import Level, Signal
from webapp.formatting import day, number

Audience = Literal["shopper", "cooperative", "inspector"]


class Told(NamedTuple):
    """A signal in words."""

    rule: str
    """Key of the rule, for what a page adds of its own."""
    level: str
    """`note` or `warning`, for its looks."""
    title: str
    text: str
    asks: bool = False
    """Whether the text asks a shopper where he is: a page leads there."""


class Sentences(NamedTuple):
    """The words of one variant of a signal, with %(gaps)s for facts."""

    title: LazyString
    seen: LazyString
    """What was seen."""
    shopper: LazyString
    cooperative: LazyString
    inspector: LazyString


ASK = _l("If you like, say in which commune you found it: that is how copies come to light.")
HARMLESS = _l("Nothing needs to be done.")
ACT = _l(
    "Ask where these packages were bought. Where you cannot explain it, make the stamp void and tell the inspectors."
)
WHOSE_WORD = _l("Places are the visitors' own word, and only the province of a commune is used.")

SENTENCES: dict[str, Sentences] = {
    "opened_before.note": Sentences(
        _l("Opened before"),
        _l("The second code was used on %(day)s, and %(phones)s looked at the stamp afterwards."),
        _l("In a household that is usual. If your package is still closed, its stamp is a copy."),
        HARMLESS,
        _l("The phone that opened it is left out on that day. A household explains this; it is below a warning."),
    ),
    "opened_before.warning": Sentences(
        _l("Opened before, and still scanned by many"),
        _l("The package was opened on %(day)s, and afterwards %(phones)s looked at its stamp within %(days)s."),
        _l(
            "That is more than one household. If your package was closed when you got it, do not rely on the stamp "
            "and tell the seller."
        ),
        ACT,
        _l("More phones on more days than a household explains. At most one of the packages is the genuine one."),
    ),
    "many_visitors.note": Sentences(
        _l("Scanned by several people"),
        _l("%(phones)s looked at this stamp within %(days)s."),
        _l("On a shelf, at a fair or in a family that is usual."),
        HARMLESS,
        _l("A phone counts anew on each day. Shelves, fairs and families explain this; it is below a warning."),
    ),
    "many_visitors.warning": Sentences(
        _l("Scanned by very many people"),
        _l("%(phones)s looked at this stamp within %(days)s."),
        _l(
            "One package on a shelf and in a home is not looked at so often, so there may be copies of its stamp. "
            "Compare the goods in your hand with the picture, the lot and the date below."
        ),
        _l(
            "If one package stands in a shop for everybody to scan, that explains it. If not, make the stamp void and "
            "tell the inspectors."
        ),
        _l(
            "A phone counts anew on each day, and one day counts for a few phones only, so that a fair is no warning. "
            "This is more than a shelf explains."
        ),
    ),
    "far_apart.note": Sentences(
        _l("Found in places far from each other"),
        _l("People say that they found this stamp in %(provinces)s."),
        _l("Packages travel and are given away, so this alone means nothing."),
        HARMLESS,
        WHOSE_WORD,
    ),
    "far_apart.fast": Sentences(
        _l("In two places at once"),
        _l(
            "Somebody says that he found this stamp in %(one)s, and %(later)s later somebody else found it in "
            "%(other)s, at least %(kilometres)s km away."
        ),
        _l(
            "One package does not travel that fast, so one of them has a copy. Ask the seller, or take another package."
        ),
        ACT,
        WHOSE_WORD,
    ),
    "far_apart.back": Sentences(
        _l("There, elsewhere, and there again"),
        _l("People say that they found this stamp in %(other)s, then in %(one)s, then in %(other)s again."),
        _l("One package seldom travels like that, so there may be copies. Ask the seller, or take another package."),
        ACT,
        WHOSE_WORD,
    ),
    "far_apart.warning": Sentences(
        _l("Found in many provinces"),
        _l("People say that they found this stamp in %(provinces)s."),
        _l("One package is seldom in so many places, so there may be copies. Ask the seller, or take another package."),
        ACT,
        WHOSE_WORD,
    ),
    "never_went_there.note": Sentences(
        _l("Found where the record does not mention it"),
        _l("Somebody says that he found this stamp in %(provinces)s, where the record does not take the goods."),
        _l("A gift or a small shop explains that."),
        _l("If you sell there, record the delivery: then nobody has to wonder."),
        _l("Weak alone: not every sale is on record. The place is the visitor's own word."),
    ),
    "never_went_there.warning": Sentences(
        _l("Found in several places that the record does not mention"),
        _l("People say that they found this stamp in %(provinces)s. The record does not take the goods there."),
        _l("One package is not in several places, so there may be copies. Ask the seller, or take another package."),
        ACT,
        WHOSE_WORD,
    ),
    "void_scanned.note": Sentences(
        _l("Scanned after it was made void"),
        _l("This stamp was made void, and %(phones)s scanned it since."),
        _l("Do not rely on it."),
        _l("On the first day it may be you yourselves, to see what the page says."),
        _l("Within a day it may be whoever made it void. Later it is a warning."),
    ),
    "void_scanned.warning": Sentences(
        _l("Void, and still in use"),
        _l("This stamp was made void, and %(phones)s scanned it since."),
        _l("Somebody uses stamps that no longer count. Do not rely on it, and tell the seller."),
        _l("Somebody uses stamps that were lost, stolen or thrown away. Ask where, and tell the inspectors."),
        _l("Somebody uses stamps that were lost, stolen or thrown away. See whether the rest of the roll is scanned."),
    ),
    "listing_picture.note": Sentences(
        _l("Its picture is on a web page"),
        _l("%(phones)s came here from %(host)s, where this stamp or a link to it is shown."),
        _l(
            "Whoever looks at a picture holds no package, so these scans say nothing about yours. A listing is about "
            "the product: look at the product's own page."
        ),
        _l(
            "Take the picture down: anybody can print a stamp from it. Use the link and the code of the listing kit, "
            "which lead to the product."
        ),
        _l(
            "These visitors, and those with a camera who may look at the same picture, count for no other rule. A "
            "stamp can be printed from its picture: have it taken down."
        ),
    ),
}
"""Rule and variant -> its words."""

ASKING = {"many_visitors.note", "many_visitors.warning", "far_apart.note", "never_went_there.note"}
"""Where a shopper's own place would help to decide."""


def explain(signal: Signal, audience: Audience) -> Told:
    """Return a signal in words of the reader's language.

    A rule that has no words, because a newer service found it, is told by its key.
    """
    level = signal.level.name.lower()
    variant = _variant(signal)
    found = SENTENCES.get(variant)
    if found is None:
        return Told(signal.rule, level, signal.rule, "")
    facts = _gaps(signal)
    parts = [str(found.seen) % facts, str(getattr(found, audience)) % facts]
    asks = audience == "shopper" and variant in ASKING
    if asks:
        parts.append(str(ASK))
    return Told(signal.rule, level, str(found.title), " ".join(parts), asks)


def _variant(signal: Signal) -> str:
    """Return the key of a signal's words."""
    if signal.rule == "far_apart" and signal.level is Level.WARNING and "one" in signal.facts:
        return "far_apart.back" if "back" in signal.facts else "far_apart.fast"
    return f"{signal.rule}.{signal.level.name.lower()}"


def _gaps(signal: Signal) -> dict[str, str]:
    """Return what fills the gaps of a signal's words."""
    facts = signal.facts
    visitors, days, minutes = (int(facts.get(key, 0)) for key in ("visitors", "days", "minutes"))
    opened_on = facts.get("opened_on")
    codes = [code for code in str(facts.get("provinces", "")).split(",") if code]
    return {
        "phones": ngettext("%(num)d phone", "%(num)d phones", visitors),
        "days": ngettext("%(num)d day", "%(num)d days", days),
        "day": day(date.fromisoformat(str(opened_on))) if opened_on else "",
        "later": _span(minutes),
        "kilometres": number(int(facts.get("kilometres", 0))),
        "provinces": "; ".join(provinces()[code].name if code in provinces() else code for code in codes),
        "one": _place(str(facts.get("one", ""))),
        "other": _place(str(facts.get("other", ""))),
        "host": str(facts.get("host", "")),
    }


def _place(code: str) -> str:
    """Return a commune in words; one that is no longer listed by its code."""
    return str(communes().get(code, code))


def _span(minutes: int) -> str:
    """Return a stretch of time in minutes or, from two hours on, in whole hours."""
    if minutes >= 120:  # noqa: PLR2004 - two hours
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)
