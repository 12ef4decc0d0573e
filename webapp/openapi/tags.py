"""What the document says about the whole API, and its sections."""

from typing import Any

from flask_babel import lazy_gettext as _l

from traceability import __version__
from webapp.openapi.operations import Text

TAGS: dict[str, Text] = {
    "resolver": _l("GS1 Digital Link resolver: from the number on a product to what is known about it."),
    "capture": _l("EPCIS 2.0 capture: events come in, with an API key."),
    "events": _l("EPCIS 2.0 events: everything recorded, filtered, page by page."),
    "resources": _l("EPCIS 2.0 top-level resources: the names that occur in events, and the events of each."),
    "queries": _l("EPCIS 2.0 named queries: questions kept under a name."),
    "discovery": _l("EPCIS 2.0 discovery: what an address can do, and which versions it speaks."),
    "proofs": _l("Proofs: what is needed to check a stamp or a record without trusting this service."),
    "service": _l("The service itself."),
}
"""Name of a section -> what is in it, in the order of the document."""


def about_api() -> dict[str, Any]:
    """Return the `info` object."""
    return {
        "title": _l("OCOP Trace: public API"),
        "version": __version__,
        "summary": _l("A GS1 Digital Link resolver and an EPCIS 2.0 repository over an EVM chain."),
        "description": _l(
            "Reading needs no account. Capturing events and keeping named queries need an API key bound to a "
            "participant. Errors are problem details (RFC 9457) with the exception types of EPCIS 2.0."
        ),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
