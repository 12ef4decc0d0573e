"""Which of several links of one type fits a request best.

Links in a media type that the client does not take fall away, unless nothing is left. Of the rest, those in the
language it wants most remain; then those in the media type it wants most. Where nothing is said of languages, a target
that chooses by itself comes first, and Vietnamese before English. When several are left, the client has to choose (300,
Multiple Choices).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from traceability.domain.links import Link
from webapp.resolver.wish import Wish

Weighted = tuple[tuple[str, float], ...]
One = TypeVar("One")

_UNTYPED = 0.0005
"""A target of which nothing is said may fit anybody, though less than one that says that it does."""

_FIRST, _FIRST_WEIGHT = "vi", 0.0001
"""Language of whoever wants none of those that there are."""

_REFUSED = -1.0
"""Of a language that a client does not accept (`q=0`); it comes after those of which nothing is said."""


def best(links: Sequence[Link], wish: Wish) -> list[Link]:
    """Return the links that fit best; more than one where the wish does not tell them apart."""
    acceptable = [one for one in links if _media(one, wish.media) > 0] or list(links)
    in_language = _most(acceptable, lambda one: _language(one, wish.languages))
    return _most(in_language, lambda one: _media(one, wish.media))


def _most(links: Sequence[One], weight: Callable[[One], float]) -> list[One]:
    weights = [weight(one) for one in links]
    return [one for one, its in zip(links, weights, strict=True) if its == max(weights)]


def _language(link: Link, wanted: Weighted) -> float:
    """Return how much a link's language is wanted; one without a language fits everybody a little."""
    if not link.languages:
        return _UNTYPED
    return max(_of_language(tag.lower(), wanted) for tag in link.languages)


def _of_language(tag: str, wanted: Weighted) -> float:
    """Return the weight of the longest range that matches a tag (RFC 4647, 3.4).

    Whoever takes any language (`*`) is given the first one, as if nothing were said; `*;q=0` refuses those not named.
    """
    matching = [(len(one), weight) for one, weight in wanted if _overlap(tag, one)]
    weight = max(matching)[1] if matching else dict(wanted).get("*", 1.0)
    if weight == 0:
        return _REFUSED
    return weight if matching else _FIRST_WEIGHT if tag == _FIRST else 0.0


def _overlap(tag: str, wanted: str) -> bool:
    return tag == wanted or wanted.startswith(tag + "-") or tag.startswith(wanted + "-")


def _media(link: Link, wanted: Weighted) -> float:
    """Return how much a link's media type is wanted (RFC 9110, 12.5.1)."""
    if not link.media_type:
        return _UNTYPED
    if not wanted:
        return 1.0
    kind = link.media_type.lower()
    ranges = (kind, kind.partition("/")[0] + "/*", "*/*")
    weights = dict(wanted)
    return next((weights[one] for one in ranges if one in weights), 0.0)
