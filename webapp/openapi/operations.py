"""How a view says what it does: `@operation(...)` above the view, below the route.

    @blueprint.get("/healthz")
    @operation(
        _l("How the service is"),
        tag="service",
        answers={200: Answer(_l("All is well."), {JSON: ref("Health")})},
    )
    def health(): ...

A view behind several routes or methods carries several operations, each naming its `methods`. Where a route takes any
path (`/01/<path:rest>`), the operation names the `path` that it means; what the route's own converters say about its
parameters is used otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask_babel import LazyString

Text = str | LazyString
"""A sentence, translated when it is read."""

Schema = dict[str, Any]
"""A JSON Schema (2020-12)."""

View = TypeVar("View", bound=Callable[..., Any])

MARK = "_operations"
"""Attribute of a view that holds its operations; wrappers made by `functools.wraps` keep it."""

JSON = "application/json"
HTML = "text/html"


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a request.

    Args:
        name: as it is sent.
        place: `path`, `query` or `header`.
        schema: what it may be.
        about: what it means.
        required: whether a request without it is refused.
        several: whether a query parameter takes several values with `|` between them; `schema` describes one value.
        example: a value that works.
    """

    name: str
    place: str = "query"
    schema: Schema
    about: Text
    required: bool = False
    several: bool = False
    example: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header of an answer; `always` where no answer is without it."""

    name: str
    schema: Schema
    about: Text
    always: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what it means, the schema of its body by media type, and its headers."""

    about: Text
    content: Mapping[str, Schema] = field(default_factory=dict)
    headers: Sequence[Header] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent: its schema by media type, and examples by name."""

    about: Text
    content: Mapping[str, Schema]
    examples: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one method does at one address.

    Args:
        summary: a few words.
        about: sentences.
        tag: the section of the document.
        path: with parameters in braces; empty for the path of the route.
        methods: empty for all methods of the route except HEAD and OPTIONS.
        parameters: of path, query and header.
        body: of the request.
        answers: by status code.
        key: whether an API key is needed.
        name: `operationId`; empty for one made of method and path.
        links: OpenAPI links of the answers, by status code: what may be asked with what is in an answer.
    """

    summary: Text
    about: Text = ""
    tag: str
    path: str = ""
    methods: Sequence[str] = ()
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    answers: Mapping[int, Answer]
    key: bool = False
    name: str = ""
    links: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def operation(summary: Text, **parts: Any) -> Callable[[View], View]:
    """Describe a view; the arguments are those of `Operation`."""
    described = Operation(summary=summary, **parts)

    def mark(view: View) -> View:
        """Attach the description."""
        setattr(view, MARK, (described, *getattr(view, MARK, ())))
        return view

    return mark


def operations_of(view: Callable[..., Any]) -> tuple[Operation, ...]:
    """Return the operations that a view carries."""
    return getattr(view, MARK, ())
