"""What each address of the binding does, for the OpenAPI document: view -> operation (`webapp.openapi.operations`).

Whoever changes a view changes its description here; tests hold the two together, from both sides.
"""

from typing import Final

from flask_babel import lazy_gettext as _l

from traceability.domain.epcis import EVENT_TYPES
from webapp.epcis.resources import RESOURCES
from webapp.openapi import answers
from webapp.openapi.epcis_answers import (
    ALLOW,
    ETAG,
    KNOWN,
    LOCATION,
    LONG,
    NEXT,
    PAGE_OF_EVENTS,
    READING,
    SPOKEN,
    WRITING,
    bounds,
    told,
)
from webapp.openapi.operations import JSON, Answer, Body, Operation, Parameter, Text, ref
from webapp.openapi.parameters import (
    EPC_FORMAT,
    ERROR_BEHAVIOUR,
    EVENT_FILTERS,
    EXTENSIONS,
    MORE_FILTERS,
    PAGING,
    SENT_VERSIONS,
    VERSIONS,
)
from webapp.openapi.primitives import ANYTHING, NAMED_URI
from webapp.openapi.samples import DOCUMENT, EVENT, QUERY

# -------------------------------------------------------------------------------------------------------------- capture
CAPTURE: Final[dict[str, Operation]] = {
    "capture": Operation(
        summary=_l("Capture a document of events"),
        about=_l(
            "Takes an EPCISDocument or EPCISQueryDocument with up to 1,000 events and 4 MiB, checks and records it, "
            "and answers with its capture job. What is wrong with the document is refused at once, what is wrong with "
            "an event stands in the job. An event that is recorded already is known by its hash and counts as captured."
        ),
        tag="capture",
        parameters=(*SENT_VERSIONS, ERROR_BEHAVIOUR),
        body=Body(
            _l("An EPCISDocument, as JSON or JSON-LD."),
            {JSON: ref("EpcisDocument")},
            {"document": DOCUMENT},
        ),
        answers={202: told(_l("The document is taken; Location leads to its job."), "CaptureJob", LOCATION), **WRITING},
        key=True,
        name="capture",
        links={202: {"job": {"operationId": "captureJob", "parameters": {"captureID": "$response.body#/captureID"}}}},
    ),
    "capture_jobs": Operation(
        summary=_l("Capture jobs of one's participant"),
        tag="capture",
        parameters=(*PAGING, *VERSIONS),
        answers={
            200: told(_l("Capture jobs, newest first."), "CaptureJobs", *NEXT),
            **READING,
            401: answers.UNAUTHORISED,
            403: answers.FORBIDDEN,
        },
        key=True,
        name="captureJobs",
    ),
    "capture_job": Operation(
        summary=_l("How far a capture job is"),
        tag="capture",
        parameters=VERSIONS,
        answers={
            200: told(_l("The capture job."), "CaptureJob"),
            **KNOWN,
            401: answers.UNAUTHORISED,
            403: answers.FORBIDDEN,
        },
        key=True,
        name="captureJob",
    ),
    "capture_event": Operation(
        summary=_l("Capture one event"),
        about=_l("Records one event at once and answers with it as it is on record."),
        tag="capture",
        parameters=(*SENT_VERSIONS, EPC_FORMAT),
        body=Body(_l("An event, as JSON or JSON-LD."), {JSON: ref("EpcisEvent")}, {"event": EVENT}),
        answers={201: told(_l("The event is on record."), "StoredEvent", LOCATION), **WRITING},
        key=True,
        name="captureEvent",
        links={201: {"event": {"operationId": "event", "parameters": {"eventID": "$response.body#/eventID"}}}},
    ),
}

# --------------------------------------------------------------------------------------------------------------- events
EVENTS: Final[dict[str, Operation]] = {
    "events": Operation(
        summary=_l("Events that a question asks for"),
        about=MORE_FILTERS,
        tag="events",
        parameters=(*EVENT_FILTERS, *PAGING, EPC_FORMAT, EXTENSIONS, *VERSIONS),
        answers={**PAGE_OF_EVENTS, **READING},
        name="events",
    ),
    "event": Operation(
        summary=_l("One event and the declarations of error about it"),
        tag="events",
        parameters=(EPC_FORMAT, *VERSIONS),
        answers={200: told(_l("The event, oldest record first."), "QueryDocument", ETAG), **KNOWN, **LONG},
        name="event",
    ),
}

# ------------------------------------------------------------------------------------------------------------ resources
_SUMMARIES: Final[dict[str, tuple[Text, Text, Text]]] = {
    "eventTypes": (_l("Types of events"), _l("What there is of a type of events"), _l("Events of a type")),
    "epcs": (_l("EPCs that events name"), _l("What there is of an EPC"), _l("Events that name an EPC")),
    "bizSteps": (_l("Business steps"), _l("What there is of a business step"), _l("Events of a business step")),
    "bizLocations": (
        _l("Business locations"),
        _l("What there is of a business location"),
        _l("Events of a business location"),
    ),
    "readPoints": (_l("Read points"), _l("What there is of a read point"), _l("Events at a read point")),
    "dispositions": (_l("Dispositions"), _l("What there is of a disposition"), _l("Events of a disposition")),
}
"""Resource -> what its views do."""


def _resources() -> dict[str, Operation]:
    """Return the operations of the top-level resources."""
    made: dict[str, Operation] = {}
    for resource in RESOURCES:
        names, name, events = resource.views
        summaries, are_identifiers = _SUMMARIES[resource.name], not resource.words
        made[names] = Operation(
            summary=summaries[0],
            about=_l("Names stand in their canonical form, as Digital Links where they are of GS1.")
            if are_identifiers
            else "",
            tag="resources",
            parameters=(*PAGING, *((EPC_FORMAT,) if are_identifiers else ()), EXTENSIONS, *VERSIONS),
            answers={200: told(_l("One page of names."), "Collection", *NEXT, ETAG), **READING},
            name=names,
        )
        made[name] = Operation(
            summary=summaries[1],
            tag="resources",
            parameters=VERSIONS,
            answers={200: told(_l("What there is: its events."), "Collection", ETAG), **KNOWN, **LONG},
            name=name,
        )
        made[events] = Operation(
            summary=summaries[2],
            tag="resources",
            parameters=(*EVENT_FILTERS, *PAGING, EPC_FORMAT, EXTENSIONS, *VERSIONS),
            answers={**PAGE_OF_EVENTS, **KNOWN},
            name=events,
        )
    return made


# -------------------------------------------------------------------------------------------------------- named queries
QUERIES: Final[dict[str, Operation]] = {
    "queries": Operation(
        summary=_l("Named queries"),
        tag="queries",
        parameters=(*PAGING, *VERSIONS),
        answers={200: told(_l("One page of named queries."), "NamedQueries", *NEXT), **READING},
        name="queries",
    ),
    "create_query": Operation(
        summary=_l("Give a question a name"),
        tag="queries",
        parameters=SENT_VERSIONS,
        body=Body(_l("A question and its name."), {JSON: ref("NamedQuery")}, {"query": QUERY}),
        answers={201: told(_l("The question has its name."), "NamedQueryAnswer", LOCATION), **WRITING},
        key=True,
        name="createQuery",
        links={
            201: {
                name: {"operationId": name, "parameters": {"queryName": "$response.body#/name"}}
                for name in ("query", "queryEvents", "deleteQuery")
            }
        },
    ),
    "query": Operation(
        summary=_l("A named query"),
        tag="queries",
        parameters=VERSIONS,
        answers={200: told(_l("The question and its name."), "NamedQueryAnswer"), **KNOWN},
        name="query",
    ),
    "delete_query": Operation(
        summary=_l("Take the name away from a question"),
        tag="queries",
        answers={
            204: Answer(_l("The name is free again."), {}, SPOKEN),
            **KNOWN,
            401: answers.UNAUTHORISED,
            403: answers.FORBIDDEN,
        },
        key=True,
        name="deleteQuery",
    ),
    "events_of_query": Operation(
        summary=_l("Events that a named query asks for"),
        tag="queries",
        parameters=(*PAGING, EPC_FORMAT, *VERSIONS),
        answers={**PAGE_OF_EVENTS, **KNOWN},
        name="queryEvents",
    ),
}

# ------------------------------------------------------------------------------------------------------------ discovery
DISCOVERY: Final[dict[str, Operation]] = {
    "discover": Operation(
        summary=_l("What this address can do"),
        tag="discovery",
        methods=("OPTIONS",),
        answers={
            204: Answer(_l("Methods, versions and limits."), {}, (*SPOKEN, ALLOW, *bounds())),
            400: answers.BAD_REQUEST,
            404: answers.NOT_FOUND,
            429: answers.SLOW_DOWN,
        },
    ),
    "give_back_token": Operation(
        summary=_l("Give back a token of a page"),
        tag="discovery",
        answers={204: Answer(_l("The token is of no use any more to whoever gave it back."), {}, SPOKEN), **KNOWN},
        name="giveBackToken",
    ),
}

OPERATIONS: Final[dict[str, Operation]] = {**CAPTURE, **EVENTS, **_resources(), **QUERIES, **DISCOVERY}
"""View -> what it does."""

PATH_PARAMETERS: Final[dict[str, Parameter]] = {
    name: Parameter(name=name, place="path", schema=schema, about=about, required=True, example=example)
    for name, schema, about, example in (
        ("captureID", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, _l("Identifier of a capture job."), None),
        ("eventID", NAMED_URI, _l("Identifier of an event: the one it came with, or its event hash."), None),
        (
            "eventType",
            {"enum": sorted(EVENT_TYPES)},
            _l("Type of events."),
            "ObjectEvent",
        ),
        ("epc", NAMED_URI, _l("An EPC or a class of EPCs, as a Digital Link, a URN or another URI."), None),
        ("bizStep", ref("AskedBizStep"), _l("Business step."), "shipping"),
        ("disposition", ref("AskedDisposition"), _l("Disposition."), "in_transit"),
        ("bizLocation", NAMED_URI, _l("Business location."), None),
        ("readPoint", NAMED_URI, _l("Read point."), None),
        (
            "queryName",
            {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$"},
            _l("Name of a query."),
            None,
        ),
        ("token", ANYTHING, _l("Token of a page."), None),
    )
}
"""Parameters of the routes."""
