"""Parameters that many EPCIS operations share: paging, versions, formats, and those of the event query.

Names and meaning are the standard's (EPCIS 2.0, 8.2.7.1 and 12.7); words come from the code's own vocabulary. The same
table makes the parameters of `GET /events` and the members of a named query.
"""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from traceability.domain.cbv import Action, Vocabulary
from traceability.domain.epcis import EVENT_TYPES
from webapp.openapi.operations import Parameter, Schema, Text, ref
from webapp.openapi.primitives import (
    ASKED_TEXT,
    ASKED_URI,
    HIGHEST_VERSION,
    LOWEST_VERSION,
    THIS_VERSION,
    asked_word,
)


def header(name: str, schema: Schema, about: Text) -> Parameter:
    """Return a header that may be sent."""
    return Parameter(name=name, place="header", schema=schema, about=about)


def version(name: str, pattern: str, about: Text) -> Parameter:
    """Return a header with a version."""
    return header(name, {"type": "string", "pattern": pattern}, about)


PER_PAGE = Parameter(
    name="perPage",
    schema={"type": "integer", "minimum": 1},
    about=_l(
        "Most entries of a page, 30 without it; a page never has more than 1,000. The address of the next page stands "
        "in the Link of a page, with its nextPageToken."
    ),
    example=10,
)

PAGING = (PER_PAGE,)
"""`nextPageToken` is no parameter that anybody makes up: the Link of a page holds the whole address of the next."""

_LOWEST = _l("Lowest version that is understood; 2.0.0 is what is offered.")
_HIGHEST = _l("Highest version that is understood; 2.0.0 is what is offered.")

VERSIONS = (
    version("GS1-EPCIS-Min", LOWEST_VERSION, _LOWEST),
    version("GS1-EPCIS-Max", HIGHEST_VERSION, _HIGHEST),
    version("GS1-CBV-Min", LOWEST_VERSION, _LOWEST),
    version("GS1-CBV-Max", HIGHEST_VERSION, _HIGHEST),
)
"""Versions that a reader understands."""

SENT_VERSIONS = (
    version("GS1-EPCIS-Version", THIS_VERSION, _l("Version of what is sent: 2.0.0.")),
    version("GS1-CBV-Version", THIS_VERSION, _l("Version of the vocabulary in what is sent: 2.0.0.")),
)
"""Versions of what is captured."""

EPC_FORMAT = header(
    "GS1-EPC-Format",
    {"type": "string", "pattern": "^(?:No_Preference|Always_GS1_Digital_Link|Never_Translates)?$"},
    _l("How identifiers are written: as Digital Links, or as they were captured."),
)

EXTENSIONS = header(
    "GS1-Extensions",
    {"type": "string"},
    _l("Prefixes for names of one's own: prefix=namespace, several with commas between them."),
)

ERROR_BEHAVIOUR = header(
    "GS1-Capture-Error-Behaviour",
    {"type": "string", "pattern": "^(?:rollback|proceed)?$"},
    _l("Whether one refused event refuses the document (rollback) or is left out (proceed)."),
)


class Filter(NamedTuple):
    """Parameters of one kind."""

    names: str
    """With spaces between them."""
    schema: Schema
    about: Text
    many: bool = True
    """Whether several values may be given."""


FILTERS = (
    Filter("eventType", {"enum": sorted(EVENT_TYPES)}, _l("Events of one of these types.")),
    Filter("GE_eventTime GE_recordTime", ref("Time"), _l("At this time or later."), many=False),
    Filter("LT_eventTime LT_recordTime", ref("Time"), _l("Before this time."), many=False),
    Filter("EQ_action", {"enum": [one.value for one in Action]}, _l("With one of these actions.")),
    Filter("EQ_bizStep", ref("AskedBizStep"), _l("With one of these business steps.")),
    Filter(
        "EQ_disposition EQ_persistentDisposition_set EQ_persistentDisposition_unset",
        ref("AskedDisposition"),
        _l("With one of these dispositions."),
    ),
    Filter("EQ_readPoint EQ_bizLocation", ASKED_URI, _l("At one of these places.")),
    Filter("WD_readPoint WD_bizLocation", ASKED_URI, _l("At one of these places, or within one.")),
    Filter("EQ_transformationID EQ_eventID EQ_correctiveEventID", ASKED_TEXT, _l("With one of these identifiers.")),
    Filter(
        "MATCH_epc MATCH_parentID MATCH_inputEPC MATCH_outputEPC MATCH_anyEPC MATCH_epcClass MATCH_inputEPCClass "
        "MATCH_outputEPCClass MATCH_anyEPCClass",
        ASKED_URI,
        _l("About one of these things or classes; a pattern (urn:epc:idpat:...) stands for many."),
    ),
    Filter("EQ_quantity", {"type": "number"}, _l("With one of these amounts.")),
    Filter(
        "GT_quantity GE_quantity LT_quantity LE_quantity",
        {"type": "number"},
        _l("With an amount that compares so."),
        many=False,
    ),
    Filter(
        "EXISTS_errorDeclaration",
        {"enum": ["", "1", "true", "false"]},
        _l("Declarations of errors only; false does not ask for it."),
        many=False,
    ),
    Filter(
        "GE_errorDeclarationTime GE_errorDeclaration_Time",
        ref("Time"),
        _l("Declared an error then or later."),
        many=False,
    ),
    Filter(
        "LT_errorDeclarationTime LT_errorDeclaration_Time",
        ref("Time"),
        _l("Declared an error before then."),
        many=False,
    ),
    Filter("EQ_errorReason", ref("AskedErrorReason"), _l("Declared an error for one of these reasons.")),
    Filter("GE_time GE_startTime GE_endTime", ref("Time"), _l("Measured then or later."), many=False),
    Filter("LT_time LT_startTime LT_endTime", ref("Time"), _l("Measured before then."), many=False),
    Filter("EQ_type", ref("AskedMeasurementType"), _l("With a measurement of one of these types.")),
    Filter(
        "EQ_deviceID EQ_dataProcessingMethod EQ_microorganism EQ_chemicalSubstance EQ_bizRules EQ_uriValue",
        ASKED_URI,
        _l("With a measurement that says one of these."),
    ),
    Filter("EQ_stringValue EQ_hexBinaryValue", ASKED_TEXT, _l("With a measurement of one of these values.")),
    Filter("EQ_booleanValue", {"enum": ["true", "false"]}, _l("With a measurement of this value."), many=False),
    Filter(
        "orderBy",
        {"enum": ["eventTime", "recordTime"]},
        _l("By which time events are ordered; without it they stand in the order of the record."),
        many=False,
    ),
    Filter("orderDirection", {"enum": ["ASC", "DESC"]}, _l("Oldest first, or newest first."), many=False),
)
"""The parameters of the event query with fixed names that may be combined at will."""

MORE_FILTERS = _l(
    "Besides: amounts in a unit (GE_quantity_KGM finds grams, too), values of measurements (GT_value_CEL), business "
    "papers and parties by type (EQ_bizTransaction_po, EQ_source_owning_party), fields of one's own with their "
    "namespace (EQ_https://ns.example/%23field, where %23 is #, EQ_INNER_..., and EXISTS_..., whose value is ignored), "
    "with orderBy the number of events in all (eventCountLimit), and the number beyond which there is no answer but "
    "413 (maxEventCount)."
)
"""What an operation says of parameters whose names the asker makes, or that exclude each other."""

EXAMPLES = {"eventType": "ObjectEvent", "EQ_bizStep": "shipping", "GE_eventTime": "2026-01-01T00:00:00+07:00"}
"""Parameters with an example."""

EVENT_FILTERS = tuple(
    Parameter(name=name, schema=one.schema, about=one.about, several=one.many, example=EXAMPLES.get(name))
    for one in FILTERS
    for name in one.names.split()
)
"""The parameters of `GET /events`."""


def _asked(one: Filter) -> Schema:
    """Return the schema of a parameter as a member of a named query: one value, or a list."""
    if not one.many:
        return one.schema if one.names != "EXISTS_errorDeclaration" else {"enum": [True, False, None, *_TOLD]}
    return {"anyOf": [one.schema, {"type": "array", "items": one.schema, "minItems": 1}]}


_TOLD = ("", 1, "1", "true", "false")

ASKED: dict[str, Schema] = {
    "AskedBizStep": asked_word(Vocabulary.BIZ_STEP),
    "AskedDisposition": asked_word(Vocabulary.DISPOSITION),
    "AskedErrorReason": asked_word(Vocabulary.ERROR_REASON),
    "AskedMeasurementType": asked_word(Vocabulary.MEASUREMENT),
    "EventQuery": {
        "type": "object",
        "properties": {name: _asked(one) for one in FILTERS for name in one.names.split()},
        "additionalProperties": False,
        "description": _l(
            "The parameters of the event query by name. Those whose names the asker makes may be used as well, which "
            "JSON Schema has no way to say; @context declares prefixes for them."
        ),
    },
    "NamedQuery": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$"},
            "query": ref("EventQuery"),
        },
        "required": ["name", "query"],
        "additionalProperties": False,
        "description": _l("A question, and the name that it is to have."),
    },
}
"""Schemas of questions."""
