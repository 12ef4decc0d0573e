"""The names that events use: types, EPCs, business steps, locations, read points, dispositions; each with its events.

Types, business steps and dispositions list the words of the standard as well, used or not; the others only what events
name. A client that declares prefixes (`GS1-Extensions: ex=https://ns.example/`) gets names of those namespaces short.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from flask import Response

from traceability.domain.cbv import BIZ_STEPS, DISPOSITIONS
from traceability.domain.epcis import EVENT_TYPES
from traceability.domain.event_parameters import read_named, read_query
from traceability.domain.event_query import EventPage, EventQuery
from traceability.errors import InvalidInputError, NotFoundError
from webapp.access import application
from webapp.epcis import answers, blueprint
from webapp.epcis.events import narrowed, page_of
from webapp.epcis.headers import epc_format, prefixes


class Resource(NamedTuple):
    """What a resource is about."""

    name: str
    parameters: tuple[str, ...]
    """The parameter of the query that asks for the events of one value; if there are several, the first that finds."""
    words: frozenset[str] = frozenset()
    """Values of the standard, which are always there."""


EVENT_TYPE: Final = Resource("eventTypes", ("eventType",), frozenset(EVENT_TYPES))
EPC: Final = Resource("epcs", ("MATCH_anyEPC", "MATCH_anyEPCClass"))
BIZ_STEP: Final = Resource("bizSteps", ("EQ_bizStep",), frozenset(BIZ_STEPS))
BIZ_LOCATION: Final = Resource("bizLocations", ("EQ_bizLocation",))
READ_POINT: Final = Resource("readPoints", ("EQ_readPoint",))
DISPOSITION: Final = Resource("dispositions", ("EQ_disposition",), frozenset(DISPOSITIONS))


# ------------------------------------------------------------------------------------------------------------ the lists
@blueprint.get("/eventTypes", provide_automatic_options=False)
def event_types() -> Response:
    """List the types of events."""
    return _names(EVENT_TYPE)


@blueprint.get("/epcs", provide_automatic_options=False)
def epcs() -> Response:
    """List the EPCs that events name."""
    return _names(EPC)


@blueprint.get("/bizSteps", provide_automatic_options=False)
def biz_steps() -> Response:
    """List the business steps: those of the standard, and others that events name."""
    return _names(BIZ_STEP)


@blueprint.get("/bizLocations", provide_automatic_options=False)
def biz_locations() -> Response:
    """List the business locations that events name."""
    return _names(BIZ_LOCATION)


@blueprint.get("/readPoints", provide_automatic_options=False)
def read_points() -> Response:
    """List the read points that events name."""
    return _names(READ_POINT)


@blueprint.get("/dispositions", provide_automatic_options=False)
def dispositions() -> Response:
    """List the dispositions: those of the standard, and others that events name."""
    return _names(DISPOSITION)


# ----------------------------------------------------------------------------------------------------------- one by one
@blueprint.get("/eventTypes/<uri:eventType>", provide_automatic_options=False)
def event_type(eventType: str) -> Response:  # noqa: N803 - the standard's name
    """Say what there is of a type of events."""
    return _contents(EVENT_TYPE, eventType)


@blueprint.get("/epcs/<uri:epc>", provide_automatic_options=False)
def epc(epc: str) -> Response:
    """Say what there is of an EPC."""
    return _contents(EPC, epc)


@blueprint.get("/bizSteps/<uri:bizStep>", provide_automatic_options=False)
def biz_step(bizStep: str) -> Response:  # noqa: N803 - the standard's name
    """Say what there is of a business step."""
    return _contents(BIZ_STEP, bizStep)


@blueprint.get("/bizLocations/<uri:bizLocation>", provide_automatic_options=False)
def biz_location(bizLocation: str) -> Response:  # noqa: N803 - the standard's name
    """Say what there is of a business location."""
    return _contents(BIZ_LOCATION, bizLocation)


@blueprint.get("/readPoints/<uri:readPoint>", provide_automatic_options=False)
def read_point(readPoint: str) -> Response:  # noqa: N803 - the standard's name
    """Say what there is of a read point."""
    return _contents(READ_POINT, readPoint)


@blueprint.get("/dispositions/<uri:disposition>", provide_automatic_options=False)
def disposition(disposition: str) -> Response:
    """Say what there is of a disposition."""
    return _contents(DISPOSITION, disposition)


# ----------------------------------------------------------------------------------------------------------- the events
@blueprint.get("/eventTypes/<uri:eventType>/events", provide_automatic_options=False)
def events_of_type(eventType: str) -> Response:  # noqa: N803 - the standard's name
    """Return the events of a type, one page at a time."""
    return _events(EVENT_TYPE, eventType)


@blueprint.get("/epcs/<uri:epc>/events", provide_automatic_options=False)
def events_of_epc(epc: str) -> Response:
    """Return the events that name an EPC, one page at a time."""
    return _events(EPC, epc)


@blueprint.get("/bizSteps/<uri:bizStep>/events", provide_automatic_options=False)
def events_of_biz_step(bizStep: str) -> Response:  # noqa: N803 - the standard's name
    """Return the events of a business step, one page at a time."""
    return _events(BIZ_STEP, bizStep)


@blueprint.get("/bizLocations/<uri:bizLocation>/events", provide_automatic_options=False)
def events_of_biz_location(bizLocation: str) -> Response:  # noqa: N803 - the standard's name
    """Return the events after which goods were at a business location, one page at a time."""
    return _events(BIZ_LOCATION, bizLocation)


@blueprint.get("/readPoints/<uri:readPoint>/events", provide_automatic_options=False)
def events_of_read_point(readPoint: str) -> Response:  # noqa: N803 - the standard's name
    """Return the events that took place at a read point, one page at a time."""
    return _events(READ_POINT, readPoint)


@blueprint.get("/dispositions/<uri:disposition>/events", provide_automatic_options=False)
def events_of_disposition(disposition: str) -> Response:
    """Return the events after which goods had a disposition, one page at a time."""
    return _events(DISPOSITION, disposition)


# --------------------------------------------------------------------------------------------------------- what they do
def _names(resource: Resource) -> Response:
    """Answer with one page of a resource's names: those of things and places in their one spelling, the canonical one.

    Raises EpcisError for a form of identifiers that is not offered anywhere.
    """
    if not resource.words:
        epc_format()
    per_page, token, declared = answers.per_page(), answers.token(), prefixes()

    def make() -> Response:
        """Ask the projection; names of the standard are merged in where they belong by the alphabet."""
        if resource.words:
            members, next_token = _merged(resource, per_page, token)
        else:
            page = application().reads.event_names(resource.name, per_page=per_page, token=token)
            members, next_token = page.names, page.next_token
        short, context = _shortened(members, declared)
        return answers.with_next(answers.document(answers.collection(short, context)), next_token)

    return answers.kept(make, (repr(sorted(declared.items())),))


USED_AT_MOST: Final = 10_000
"""Names of a resource, beside those of the standard, that are read to merge them; nobody uses so many steps."""


def _merged(resource: Resource, per_page: int, token: str) -> tuple[Sequence[str], str]:
    """Return one page of names used and names of the standard, and the name with which the page ends, if it is full.

    Raises EpcisError for a token that none of these pages gave.
    """
    used: list[str] = []
    going_on = ""
    while len(used) < USED_AT_MOST:
        page = application().reads.event_names(resource.name, per_page=answers.MOST_PER_PAGE, token=going_on)
        used += page.names
        going_on = page.next_token
        if not going_on:
            break
    after = answers.read_name_token(token)
    left = sorted(name for name in resource.words.union(used) if name > after)
    return left[:per_page], answers.name_token(left[per_page - 1]) if len(left) > per_page else ""


def _shortened(names: Sequence[str], declared: dict[str, str]) -> tuple[Sequence[str], Sequence[dict[str, str]]]:
    """Return names with the prefixes that a client has declared, and the context in which they are understood."""
    short, used = [], {}
    for name in names:
        for prefix, namespace in declared.items():
            if name.startswith(namespace) and len(name) > len(namespace):
                used[prefix] = namespace
                short.append(f"{prefix}:{name.removeprefix(namespace)}")
                break
        else:
            short.append(name)
    return short, [used] if used else ()


def _contents(resource: Resource, value: str) -> Response:
    """Answer for one value of a resource: its events are what there is. Raises NotFoundError for an unknown one."""

    def make() -> Response:
        """Look whether it is known."""
        _require_known(resource, value)
        return answers.document(answers.collection(["events"]))

    return answers.kept(make, (repr(sorted(prefixes().items())),))


def _events(resource: Resource, value: str) -> Response:
    """Answer with the events of one value of a resource. Raises NotFoundError for an unknown one."""
    asked = read_query(answers.parameters(), prefixes=prefixes())
    query = narrowed(asked, _asking(resource, value))
    return page_of(query, nothing=partial(_require_known, resource, value))


def _asking(resource: Resource, value: str) -> EventQuery:
    """Return the question for the events of one value; goods known by their lot only are asked for by that.

    Raises NotFoundError for what no event can name.
    """
    try:
        first, *others = [read_named({name: [value], "@context": prefixes()}) for name in resource.parameters]
    except InvalidInputError as error:
        raise _unknown(value) from error
    return next((query for query in (first, *others) if _has_events(query)), first) if others else first


def _require_known(resource: Resource, value: str) -> None:
    """Raise NotFoundError for a value that is no word of the standard, and that no event has."""
    query = _asking(resource, value)
    words = query.event_types or query.criteria[0].values
    if not resource.words.intersection(words) and not _has_events(query):
        raise _unknown(value)


def _has_events(query: EventQuery) -> bool:
    """Tell whether a question has any answer."""
    page: EventPage = application().reads.events(query, per_page=1)
    return bool(page.events)


def _unknown(value: str) -> NotFoundError:
    """Return the refusal of a value that no event names."""
    return NotFoundError("No event names {value}.", value=value[:200])
