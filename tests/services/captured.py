"""Documents of events as programs from outside send them."""

from itertools import count

from tests.services.conftest import GTIN, ago

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
SHOP = {"type": "owning_party"}

_serials = count(1)


def lot(number, gtin=GTIN):
    """Return the canonical URI of a lot."""
    return f"https://id.gs1.org/01/{gtin}/10/{number}"


def event(kind="ObjectEvent", *, when=None, **members):
    """Return an event that says when it was; one that is about nothing known here unless `members` say more."""
    about = {} if kind == "TransformationEvent" else {"action": "OBSERVE"}
    if kind == "ObjectEvent" and not {"epcList", "quantityList"} & members.keys():
        about["epcList"] = [f"https://id.gs1.org/01/04012345123456/21/X{next(_serials)}"]
    moment = {"eventTime": when or ago(hours=1), "eventTimeZoneOffset": "+07:00"}
    return {"type": kind, **moment, **about, **members}


def some(uri, quantity=None, uom=None):
    """Return a line of a quantity list."""
    line = {"epcClass": uri, "quantity": quantity, "uom": uom}
    return {name: value for name, value in line.items() if value is not None}


def document(*events, context=CONTEXT):
    """Return an EPCISDocument of some events."""
    return {
        "@context": context,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T03:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


def place(number, inside=""):
    """Return the JSON pointer to an event of a document."""
    return f"/epcisBody/eventList/{number}{inside}"
