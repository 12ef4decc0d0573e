"""The words for everything the domain names by a key: verdicts, standings, statuses, reasons, roles.

One place, so that a thing is called the same on every page and a new key cannot be forgotten:
`tests/webapp/test_words.py` walks the enumerations. Keys that nobody foresaw are shown as they are.
"""

from typing import Any, NamedTuple

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from traceability.domain.link_types import LINK_TYPES
from traceability.domain.profiles import profile
from traceability.domain.reports import ReportState
from traceability.domain.stamp_life import MarkKind, StampState
from traceability.domain.verdicts import Verdict
from traceability.domain.views import Standing, Vouch
from traceability.errors import InvalidInputError
from webapp.language import language

Word = LazyString


class VerdictWords(NamedTuple):
    """How a verdict is told: its name, what it means, what to do, and the icon that goes with its colour."""

    title: Word
    meaning: Word
    advice: Word
    icon: str


STAMP_VERDICTS = {
    Verdict.HOLDS: VerdictWords(
        _l("The record holds"),
        _l(
            "This stamp was issued by the producer for the lot below, and its recorded history is complete and "
            "unaltered."
        ),
        _l("Compare the goods in your hand with the picture and the lot number below."),
        "check",
    ),
    Verdict.PENDING: VerdictWords(
        _l("Waiting for confirmation"),
        _l("The record has been signed and sent, but the chain has not confirmed it yet."),
        _l("Look again in a few minutes."),
        "clock",
    ),
    Verdict.RECALLED: VerdictWords(
        _l("Recalled"),
        _l("This lot, or something it was made from, has been called back."),
        _l("Do not eat, use or sell it. Take it back to where you bought it."),
        "stop",
    ),
    Verdict.NOT_ACTIVATED: VerdictWords(
        _l("Stamp not activated"),
        _l("This stamp was printed, but the producer has not said that it was put on goods."),
        _l("If it is on goods that are for sale, tell the seller and do not rely on the stamp."),
        "hollow",
    ),
    Verdict.VOID: VerdictWords(
        _l("No longer valid"),
        _l("This stamp was cancelled, or its lot or product was closed for good."),
        _l("Do not rely on it. Ask the seller where the goods come from."),
        "slash",
    ),
    Verdict.SUSPECT: VerdictWords(
        _l("Take care: this stamp may be copied"),
        _l("The record of the goods is complete, but the way this stamp is scanned speaks for copies of it."),
        _l(
            "Read below what was seen. If you have not bought the goods yet, ask the seller, or choose another package."
        ),
        "warn",
    ),
    Verdict.UNKNOWN: VerdictWords(
        _l("Unknown stamp"),
        _l("No stamp with this code was ever issued here."),
        _l("Check that the whole code was read. If it was, the stamp is not one of ours: do not rely on it."),
        "question",
    ),
    Verdict.DOES_NOT_VERIFY: VerdictWords(
        _l("The history does not verify"),
        _l("What is stored here does not agree with the chain: something was altered, left out or added."),
        _l("Do not rely on this page. Please tell the producer or the authorities."),
        "broken",
    ),
}
"""For stamps; every verdict has its words."""

LOT_VERDICTS = {
    **STAMP_VERDICTS,
    Verdict.HOLDS: STAMP_VERDICTS[Verdict.HOLDS]._replace(
        meaning=_l("The recorded history of this lot is complete and unaltered."),
        advice=_l("This page speaks of a whole lot. To check one package, scan the stamp on it."),
    ),
    Verdict.UNKNOWN: STAMP_VERDICTS[Verdict.UNKNOWN]._replace(
        title=_l("Unknown lot"),
        meaning=_l("No lot with this number was ever recorded here."),
        advice=_l("Check the number. If it is printed on goods as you typed it, do not rely on it."),
    ),
    Verdict.VOID: STAMP_VERDICTS[Verdict.VOID]._replace(meaning=_l("This lot or its product was closed for good.")),
}
"""For lots."""

VOUCHES = {
    Vouch.INSPECTED: (_l("Inspected"), _l("Signed by an inspector"), "shield"),
    Vouch.RECORDED: (
        _l("Recorded by the producer"),
        _l("Signed by the producer or holder of the goods; nobody else has looked"),
        "pen",
    ),
    Vouch.COMPUTED: (_l("Computed"), _l("Worked out by this service from signed records"), "cog"),
    Vouch.MISSING: (_l("Missing"), _l("Nobody has said it"), "gap"),
}
"""Vouch -> word, explanation, icon."""

UNKNOWN_PAGE = VerdictWords(
    _l("Not recorded here"),
    _l("Nothing with this number was ever recorded here."),
    _l("Check the number. If it is printed on goods just like this, do not rely on it."),
    "question",
)
"""For addresses that name no stamp."""

STANDINGS = {
    Standing.VALID: _l("Valid today"),
    Standing.EXPIRED: _l("Expired"),
    Standing.REVOKED: _l("Revoked"),
    Standing.NOT_YET: _l("Not valid yet"),
}

LOT_STATUSES = {
    "open": _l("Open"),
    "in_transit": _l("On its way"),
    "recalled": _l("Recalled"),
    "recalled_source": _l("A source was recalled"),
    "retired": _l("Closed"),
    "pending": _l("Waiting for confirmation"),
}

PARTY_KINDS = {
    "cooperative": _l("Cooperative"),
    "household": _l("Household business"),
    "company": _l("Company"),
    "inspectorate": _l("Inspecting authority"),
    "operator": _l("Operator of this service"),
}

RECALL_REASONS = {
    "chemical": _l("Chemical hazard"),
    "microbial": _l("Harmful germs"),
    "foreign_body": _l("Foreign body"),
    "label": _l("Wrong or missing label"),
    "counterfeit": _l("Counterfeit"),
    "other": _l("Other reason"),
}

ERROR_REASONS = {
    "did_not_occur": _l("It did not take place"),
    "incorrect_data": _l("It was recorded wrongly"),
}
"""EPCIS error reasons (CBV 2.0, section 7.5)."""

OUTCOMES = {
    "conforms": _l("Conforms"),
    "does_not_conform": _l("Does not conform"),
    "noted": _l("Noted"),
}

SECTORS = {
    "food": _l("Food"),
    "drinks": _l("Drinks"),
    "herbs": _l("Herbs and herbal goods"),
    "handicrafts": _l("Handicrafts"),
    "plants": _l("Ornamental plants"),
    "tourism": _l("Rural tourism services"),
}
"""The six OCOP sectors."""

CERTIFICATE_KINDS = {
    "vietgap": _l("VietGAP"),
    "globalgap": _l("GlobalG.A.P."),
    "organic": _l("Organic farming"),
    "gi": _l("Geographical indication"),
    "trade_mark": _l("Trade mark"),
    "growing_area": _l("Growing-area code"),
    "laboratory_test": _l("Laboratory test"),
    "ocop_rating": _l("OCOP rating"),
}

ROLES = {
    "cooperative": _l("Cooperative"),
    "inspector": _l("Inspector"),
    "operator": _l("Operator"),
}

CAPACITIES = {
    "operator": _l("Operator"),
    "producer": _l("Producer"),
    "inspector": _l("Inspector"),
}

TOUCH_KINDS = {
    "register": _l("Registered"),
    "observe": _l("Recorded"),
    "consume": _l("Used up"),
    "produce": _l("Made"),
    "withdraw": _l("Taken out"),
    "deposit": _l("Put in"),
    "stamp": _l("Stamps issued"),
    "ship": _l("Shipped"),
    "receive": _l("Received"),
    "recall": _l("Recalled"),
    "lift": _l("Recall lifted"),
    "correct": _l("Corrected"),
    "retire": _l("Closed"),
}

STAMP_STATES = {
    StampState.ORDERED: _l("Ordered"),
    StampState.PRINTED: _l("Printed"),
    StampState.ACTIVATED: _l("On the goods"),
    StampState.CHECKED: _l("Scanned"),
    StampState.OPENED: _l("Opened"),
    StampState.VOID: _l("Void"),
}
"""How far a stamp has come."""

MARK_KINDS = {
    MarkKind.PRINTED: _l("Printed"),
    MarkKind.ACTIVATED: _l("Put on the goods"),
    MarkKind.VOIDED: _l("Made void"),
    MarkKind.RESTORED: _l("Restored"),
}
"""What a record says of a range of stamps."""

STAMP_REASONS = {
    "stolen": _l("Stolen"),
    "lost": _l("Lost"),
    "damaged": _l("Damaged"),
    "misprinted": _l("Misprinted"),
    "copied": _l("Copied"),
    "found": _l("Found again"),
    "mistake": _l("Made void by mistake"),
    "other": _l("Other reason"),
}
"""Why stamps are made void, and why they count again."""

MEDIA = {
    "pdf": _l("A4 sheets (PDF)"),
    "zpl": _l("Thermal roll (ZPL)"),
    "tspl": _l("Thermal roll (TSPL)"),
    "xlsx": _l("List for a print house (Excel)"),
    "csv": _l("List for a print house (CSV)"),
}
"""On what stamps are printed."""

JOB_STATES = {
    "queued": _l("Waiting"),
    "running": _l("At work"),
    "done": _l("Done"),
    "failed": _l("Came to nothing"),
    "cancelled": _l("Stopped"),
}
"""How far a job is."""

REPORT_REASONS = {
    "looks_different": _l("The goods or the stamp look different"),
    "package_opened": _l("The package was opened before"),
    "quality": _l("Something is wrong with the quality"),
    "price": _l("The price is too low to be true"),
    "place_of_sale": _l("It is sold where it should not be"),
    "code_used": _l("The code under the scratch layer was used before"),
    "other": _l("Something else"),
}
"""Why somebody doubts a product."""

REPORT_STATES = {
    ReportState.RECEIVED: _l("Received"),
    ReportState.LOOKED_AT: _l("Being looked at"),
    ReportState.ANSWERED: _l("Answered"),
    ReportState.CLOSED: _l("Closed"),
    ReportState.WITHDRAWN: _l("Withdrawn"),
}
"""How far a report of doubt is."""

REPORT_KINDS = {
    "stamp": _l("A stamp"),
    "lot": _l("A lot"),
    "product": _l("A product"),
    "other": _l("A link or code"),
}
"""What a report of doubt is about."""

NOUNS = {
    "lot": _l("lot"),
    "product": _l("product"),
    "participant": _l("participant"),
    "stamp": _l("stamp"),
    "stamp run": _l("stamp run"),
    "history": _l("history"),
    "lot number": _l("lot number"),
    "serial number": _l("serial number"),
    "place within a place": _l("place within a place"),
    "product code": _l("product code"),
    "participant code": _l("participant code"),
    "place code": _l("place code"),
}
"""Things that errors name by a word of their own."""

BIZ_STEPS = {
    "accepting": _l("Accepting"),
    "arriving": _l("Arriving"),
    "assembling": _l("Assembling"),
    "collecting": _l("Collecting"),
    "commissioning": _l("Beginning"),
    "consigning": _l("Consigning"),
    "creating_class_instance": _l("Making"),
    "cycle_counting": _l("Counting"),
    "decommissioning": _l("Ending"),
    "departing": _l("Departing"),
    "destroying": _l("Destroying"),
    "disassembling": _l("Taking apart"),
    "dispensing": _l("Dispensing"),
    "encoding": _l("Encoding"),
    "entering_exiting": _l("Entering or leaving"),
    "holding": _l("Holding back"),
    "inspecting": _l("Inspecting"),
    "installing": _l("Installing"),
    "killing": _l("Disabling a tag"),
    "loading": _l("Loading"),
    "other": _l("Another step"),
    "packing": _l("Packing"),
    "picking": _l("Picking"),
    "receiving": _l("Receiving"),
    "removing": _l("Removing"),
    "repackaging": _l("Packing anew"),
    "repairing": _l("Repairing"),
    "replacing": _l("Replacing"),
    "reserving": _l("Reserving"),
    "retail_selling": _l("Selling to shoppers"),
    "sampling": _l("Sampling"),
    "sensor_reporting": _l("Sensor report"),
    "shipping": _l("Shipping"),
    "staging_outbound": _l("Ready to leave"),
    "stock_taking": _l("Stock taking"),
    "stocking": _l("Stocking shelves"),
    "storing": _l("Storing"),
    "transporting": _l("Transporting"),
    "unloading": _l("Unloading"),
    "unpacking": _l("Unpacking"),
    "void_shipping": _l("Shipping called off"),
}
"""Business steps of events from outside (CBV 2.0, 7.1)."""

EVENT_TYPE_WORDS = {
    "ObjectEvent": _l("Event"),
    "AggregationEvent": _l("Putting together"),
    "AssociationEvent": _l("Joining"),
    "TransactionEvent": _l("Transaction"),
    "TransformationEvent": _l("Making"),
}
"""Types of events that name no business step."""

VOCABULARIES: dict[str, dict[Any, Any]] = {
    "lot_status": LOT_STATUSES,
    "party_kind": PARTY_KINDS,
    "recall_reason": RECALL_REASONS,
    "error_reason": ERROR_REASONS,
    "outcome": OUTCOMES,
    "sector": SECTORS,
    "certificate_kind": CERTIFICATE_KINDS,
    "role": ROLES,
    "capacity": CAPACITIES,
    "touch_kind": TOUCH_KINDS,
    "standing": STANDINGS,
    "stamp_state": STAMP_STATES,
    "mark_kind": MARK_KINDS,
    "stamp_reason": STAMP_REASONS,
    "medium": MEDIA,
    "job_state": JOB_STATES,
    "report_reason": REPORT_REASONS,
    "report_state": REPORT_STATES,
    "report_kind": REPORT_KINDS,
    "noun": NOUNS,
    "biz_step": BIZ_STEPS,
    "event_type": EVENT_TYPE_WORDS,
}


def word(key: Any, vocabulary: str) -> Any:
    """Return the word for a key of a vocabulary; a key without a word is shown as it is.

    In templates: `{{ key|word("role") }}`.
    """
    return VOCABULARIES[vocabulary].get(key, key)


def _profile(key: str) -> str:
    """Return how a legal act is cited."""
    try:
        return profile(key).name.in_language(language())
    except InvalidInputError:
        return key


def _stamp_words(status: str) -> Any:
    """Return the title of a verdict named by its key."""
    known = {verdict.value: words.title for verdict, words in STAMP_VERDICTS.items()}
    return known.get(status, status)


def init_words(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.filters["word"] = word
    app.jinja_env.filters["profile"] = _profile
    app.jinja_env.globals.update(
        stamp_words=_stamp_words,
        unknown_words=UNKNOWN_PAGE,
        vouch_missing=Vouch.MISSING,
        vouches=VOUCHES,
        stamp_verdicts=STAMP_VERDICTS,
        lot_verdicts=LOT_VERDICTS,
        vocabularies=VOCABULARIES,
        link_titles=LINK_TYPES,
        vouch_recorded=Vouch.RECORDED,
    )
