"""Parameters that many EPCIS operations share: paging, versions, formats, and those of the event query.

Names and meaning are the standard's (EPCIS 2.0, 8.2.7.1 and 12.7); words come from the code's own vocabulary.
"""

from flask_babel import lazy_gettext as _l

from traceability.domain.cbv import Action
from webapp.openapi.epcis_schemas import EVENT_TYPE, FILTER_NUMBER
from webapp.openapi.operations import Parameter, Schema, Text, ref

VERSION: Schema = {"const": "2.0.0"}
"""The one version that is spoken."""

TOKEN: Schema = {"type": "string", "minLength": 1}


def header(name: str, schema: Schema, about: Text) -> Parameter:
    """Return a header that may be sent."""
    return Parameter(name=name, place="header", schema=schema, about=about)


PER_PAGE = Parameter(
    name="perPage",
    schema={"type": "integer", "minimum": 1},
    about=_l("Most entries of a page; more than the service gives at once are cut to that."),
    example=10,
)
NEXT_PAGE_TOKEN = Parameter(
    name="nextPageToken",
    schema=TOKEN,
    about=_l("Where to go on: the token in the Link of the page before, with rel=next."),
)
PAGING = (PER_PAGE, NEXT_PAGE_TOKEN)

VERSIONS = tuple(
    header(f"GS1-{what}-{bound}", VERSION, about)
    for what in ("EPCIS", "CBV")
    for bound, about in (
        ("Min", _l("Lowest version that is understood; 2.0.0 is what is offered.")),
        ("Max", _l("Highest version that is understood; 2.0.0 is what is offered.")),
    )
)
"""Versions that a reader understands."""

SENT_VERSIONS = tuple(
    header(f"GS1-{what}-Version", VERSION, _l("Version of what is sent.")) for what in ("EPCIS", "CBV")
)
"""Versions of what is captured."""

EPC_FORMAT = header(
    "GS1-EPC-Format",
    {"enum": ["No_Preference", "Always_GS1_Digital_Link", "Never_Translates"]},
    _l("How identifiers are written: as Digital Links, or as they were captured."),
)
ERROR_BEHAVIOUR = header(
    "GS1-Capture-Error-Behaviour",
    {"enum": ["rollback", "proceed"]},
    _l("Whether one refused event refuses the document (rollback) or is left out (proceed)."),
)


def filters(names: str, schema: Schema, about: Text, *, many: bool = True) -> tuple[Parameter, ...]:
    """Return query parameters of one kind, by their names with spaces between."""
    return tuple(Parameter(name=name, schema=schema, about=about, several=many) for name in names.split())


EVENT_FILTERS: tuple[Parameter, ...] = (
    *filters("eventType", EVENT_TYPE, _l("Events of one of these types.")),
    *filters("GE_eventTime GE_recordTime", ref("Time"), _l("At this time or later."), many=False),
    *filters("LT_eventTime LT_recordTime", ref("Time"), _l("Before this time."), many=False),
    *filters("EQ_action", {"enum": [one.value for one in Action]}, _l("One of these actions.")),
    *filters("EQ_bizStep", ref("BizStep"), _l("One of these business steps.")),
    *filters(
        "EQ_disposition EQ_persistentDisposition_set EQ_persistentDisposition_unset",
        ref("Disposition"),
        _l("One of these dispositions."),
    ),
    *filters("EQ_readPoint EQ_bizLocation", ref("Uri"), _l("At one of these places.")),
    *filters("WD_readPoint WD_bizLocation", ref("Uri"), _l("At one of these places, or within one.")),
    *filters("EQ_transformationID EQ_eventID EQ_correctiveEventID", ref("Uri"), _l("With one of these names.")),
    *filters(
        "MATCH_epc MATCH_parentID MATCH_inputEPC MATCH_outputEPC MATCH_anyEPC MATCH_epcClass MATCH_inputEPCClass "
        "MATCH_outputEPCClass MATCH_anyEPCClass",
        ref("Uri"),
        _l("About one of these things or classes of things; patterns (urn:epc:idpat:...) match many."),
    ),
    *filters(
        "EQ_quantity GT_quantity GE_quantity LT_quantity LE_quantity",
        FILTER_NUMBER,
        _l("With an amount that compares so."),
        many=False,
    ),
    *filters(
        "EXISTS_errorDeclaration",
        {"type": "boolean"},
        _l("Declarations of errors only; false: none."),
        many=False,
    ),
    *filters("GE_errorDeclarationTime", ref("Time"), _l("Declared an error then or later."), many=False),
    *filters("LT_errorDeclarationTime", ref("Time"), _l("Declared an error before."), many=False),
    *filters("EQ_errorReason", ref("ErrorReason"), _l("Declared an error for one of these reasons.")),
    *filters("GE_startTime GE_endTime", ref("Time"), _l("Measured from or until then or later."), many=False),
    *filters("LT_startTime LT_endTime", ref("Time"), _l("Measured from or until before."), many=False),
    *filters("EQ_type", ref("MeasurementType"), _l("With a measurement of one of these types.")),
    *filters(
        "EQ_deviceID EQ_dataProcessingMethod EQ_microorganism EQ_chemicalSubstance EQ_bizRules EQ_uriValue",
        ref("Uri"),
        _l("With a measurement that says one of these."),
    ),
    *filters("EQ_stringValue EQ_hexBinaryValue", {"type": "string", "minLength": 1}, _l("With one of these values.")),
    *filters("EQ_booleanValue", {"type": "boolean"}, _l("With this value."), many=False),
    Parameter(
        name="orderBy",
        schema={"enum": ["eventTime", "recordTime"]},
        about=_l("By which time events are ordered; in the order of the record without it."),
    ),
    Parameter(name="orderDirection", schema={"enum": ["ASC", "DESC"]}, about=_l("Oldest first, or newest first.")),
    Parameter(
        name="eventCountLimit",
        schema={"type": "integer", "minimum": 1},
        about=_l("No more events than this in all, over all pages."),
    ),
    Parameter(
        name="maxEventCount",
        schema={"type": "integer", "minimum": 1},
        about=_l("If there are more events than this, none is given: 413."),
    ),
)
"""The parameters of the event query that have fixed names; those for extensions are told in the description."""
