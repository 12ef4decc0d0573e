"""The names that events use: types, EPCs, business steps, locations, read points, dispositions; each with its events.

Types, business steps and dispositions list the words of the standard as well, used or not; the others only what events
name. A client that declares prefixes (`GS1-Extensions: ex=https://ns.example/`) gets names of those namespaces short.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from flask import Response

from traceability.domain.event_parameters import read_named, read_query
from traceability.domain.event_query import EventPage, EventQuery
from traceability.errors import InvalidInputError, NotFoundError
from webapp.access import application
from webapp.epcis import answers, blueprint
from webapp.epcis.events import narrowed, page_of
from webapp.epcis.headers import epc_format, prefixes
from webapp.epcis.resources import RESOURCES, Resource


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


# ---------------------------------------------------------------------------------------------------------- their views
def _views(resource: Resource) -> tuple[Callable[..., Response], ...]:
    """Return the views of a resource, in the order of its routes."""

    def names() -> Response:
        """List the names of this kind: those that events use, and those of the standard."""
        return _names(resource)

    def one(**value: str) -> Response:
        """Say what there is of one name of this kind."""
        return _contents(resource, value[resource.one])

    def events(**value: str) -> Response:
        """Return the events of one name of this kind, one page at a time."""
        return _events(resource, value[resource.one])

    return names, one, events


for _resource in RESOURCES:
    for _rule, _name, _view in zip(_resource.routes, _resource.views, _views(_resource), strict=True):
        blueprint.add_url_rule(_rule, _name, _view, provide_automatic_options=False)
