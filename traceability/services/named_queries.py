"""Named queries: questions to the EPCIS repository that somebody has given a name (EPCIS 2.0, 8.2.7 and 12.7).

A participant names a question; anybody may read and ask it, as the events themselves are public. Who named it, or the
operator, takes the name away again. A question is checked when it is named, so that one under a name can be answered.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from traceability.domain.epcis_values import MAX_DEPTH
from traceability.domain.event_query import EventQuery, NamedQuery
from traceability.errors import InvalidInputError, NotAuthorisedError, NotFoundError, RuleViolationError, TooLargeError
from traceability.services.authority import require_role
from traceability.services.commands import Actor
from traceability.services.context import Context

MAX_SIZE: Final = 180_000
"""Longest question, in bytes of JSON: three times the longest address, and so whatever can be asked by one fits."""

MAX_QUERIES: Final = 100
"""Most names that one participant has given."""

RESERVED: Final = frozenset({"simpleeventquery", "simplemasterdataquery"})
"""Names that the standard has given (EPCIS 2.0, 8.2.7), folded."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}")


class NamedQueries:
    """The use cases around named queries.

    Args:
        context: the ports.
        read: understands the parameters of a question; raises InvalidInputError.
    """

    def __init__(self, context: Context, read: Callable[[Mapping[str, Any]], EventQuery]) -> None:
        self._context = context
        self._read = read

    def create(self, actor: Actor, name: str, query: object) -> NamedQuery:
        """Give a question a name.

        Args:
            actor: for whom an account or an API key speaks.
            name: letters, digits and `._~-`, as they stand in an address.
            query: its parameters by name, as JSON values.

        Raises:
            NotAuthorisedError: the actor speaks for nobody.
            InvalidInputError: the name or the question will not do; `field` names the parameter.
            TooLargeError: the question is too long, or has too many parameters or values.
            RuleViolationError: the participant has given as many names as it can.
            AlreadyExistsError: the name is taken.
        """
        require_role(actor, "cooperative", "inspector", "operator")
        if not _NAME.fullmatch(name) or name.casefold() in RESERVED:
            raise InvalidInputError(
                "{name} cannot be the name of a query. Use up to 128 letters, digits, dots, hyphens and underscores, "
                "none of the standard's own names.",
                field="name",
                name=name[:40] or "-",
            )
        parameters = _bounded(query)
        self._read(parameters)
        named = NamedQuery(
            name=name, participant=actor.participant, query=parameters, created_at=self._context.clock.now()
        )
        with self._context.database.begin() as work:
            if work.named_queries.count(actor.participant) >= MAX_QUERIES:
                raise RuleViolationError(
                    "You have named {count} queries, and that is how many fit. Delete one that nobody asks.",
                    count=MAX_QUERIES,
                )
            work.named_queries.add(named)
        return named

    def get(self, name: str) -> NamedQuery:
        """Return a question by its name. Raises NotFoundError."""
        with self._context.database.look() as work:
            found = work.named_queries.get(name)
        if found is None:
            raise NotFoundError("There is no query named {name}.", field="name", name=name[:128] or "-")
        return found

    def question(self, named: NamedQuery) -> EventQuery:
        """Return a named question as it is asked. Raises InvalidInputError where it is understood no more."""
        return self._read(named.query)

    def list(self, after: str = "", limit: int = 100) -> Sequence[NamedQuery]:
        """Return questions by name, those after a name; fewer than `limit` are the last ones."""
        with self._context.database.look() as work:
            return work.named_queries.list(after=after, limit=limit)

    def delete(self, actor: Actor, name: str) -> None:
        """Take a name away. Raises NotFoundError, or NotAuthorisedError for somebody else's."""
        with self._context.database.begin() as work:
            found = work.named_queries.get(name)
            if found is None:
                raise NotFoundError("There is no query named {name}.", field="name", name=name[:128] or "-")
            if actor.role != "operator" and found.participant != actor.participant:
                raise NotAuthorisedError(
                    "The query {name} was named by another participant. Only they or the operator can delete it.",
                    field="name",
                    name=name,
                )
            work.named_queries.remove(name)


def _bounded(query: object) -> dict[str, Any]:
    """Return the parameters of a question as JSON has them. Raises InvalidInputError, or TooLargeError."""
    if not isinstance(query, Mapping):
        raise InvalidInputError("A query is an object whose members are the parameters.", field="query")
    if _is_deeper(query, MAX_DEPTH):
        raise InvalidInputError("The document is nested deeper than {limit} levels.", field="query", limit=MAX_DEPTH)
    try:
        text = json.dumps(dict(query), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except (ValueError, TypeError) as error:
        raise InvalidInputError("The query holds values that JSON has no way to write.", field="query") from error
    if size > MAX_SIZE:
        raise TooLargeError(
            "The query has {size} bytes; at most {most} fit. Ask for less at once.",
            field="query",
            size=size,
            most=MAX_SIZE,
        )
    read: dict[str, Any] = json.loads(text)
    return read


def _is_deeper(value: object, most: int) -> bool:
    """Tell whether objects and lists are nested deeper than so many levels."""
    level: Sequence[object] = [value]
    for _ in range(most + 1):
        inner = [one.values() if isinstance(one, Mapping) else one for one in level if isinstance(one, Mapping | list)]
        if not inner:
            return False
        level = [one for members in inner for one in members]
    return True
