"""The names that events use, as resources: types, EPCs, business steps, locations, read points, dispositions.

Each resource has three addresses (EPCIS 2.0, section 12): all of its names, one of them, and the events of that one.
The views, their routes, what `OPTIONS` says and the OpenAPI document are all made from this table.
"""

from typing import Final, NamedTuple

from traceability.domain.cbv import BIZ_STEPS, DISPOSITIONS
from traceability.domain.epcis import EVENT_TYPES


class Resource(NamedTuple):
    """One resource of names."""

    name: str
    one: str
    """How the standard calls one value of it."""
    views: tuple[str, str, str]
    """Its three views: of the names, of one name, of the events of that one."""
    parameters: tuple[str, ...]
    """The parameter of the query that asks for the events of one value; if there are several, the first that finds."""
    words: frozenset[str] = frozenset()
    """Values of the standard, which are always there; a resource without any is one of identifiers."""

    @property
    def routes(self) -> tuple[str, str, str]:
        """Return the routes of its views."""
        value = f"/{self.name}/<uri:{self.one}>"
        return f"/{self.name}", value, f"{value}/events"


RESOURCES: Final = (
    Resource(
        "eventTypes",
        "eventType",
        ("event_types", "event_type", "events_of_type"),
        ("eventType",),
        frozenset(EVENT_TYPES),
    ),
    Resource("epcs", "epc", ("epcs", "epc", "events_of_epc"), ("MATCH_anyEPC", "MATCH_anyEPCClass")),
    Resource("bizSteps", "bizStep", ("biz_steps", "biz_step", "events_of_biz_step"), ("EQ_bizStep",), BIZ_STEPS),
    Resource(
        "bizLocations",
        "bizLocation",
        ("biz_locations", "biz_location", "events_of_biz_location"),
        ("EQ_bizLocation",),
    ),
    Resource("readPoints", "readPoint", ("read_points", "read_point", "events_of_read_point"), ("EQ_readPoint",)),
    Resource(
        "dispositions",
        "disposition",
        ("dispositions", "disposition", "events_of_disposition"),
        ("EQ_disposition",),
        DISPOSITIONS,
    ),
)
"""All of them, in the order in which `/` lists them."""
