"""Who is no person: search engines, link previews of chat applications, and programs, by what they call themselves.

A link that is sent in a chat is fetched by the chat's own servers before anybody taps it; counting that as a look would
make honest stamps suspicious. The list is data (`data/robots.json`): words that stand in the name of a robot, and words
of applications that people do hold in their hands although a robot's word stands beside them. What calls itself nothing
at all is no browser either. A robot that lies is counted: it gains nothing but a look more at a stamp.
"""

import re
from functools import cache, lru_cache

from traceability.domain.data_files import read_values

LONGEST = 512
"""Characters of a name that are looked at."""


@lru_cache(maxsize=4096)
def is_robot(agent: str) -> bool:
    """Tell whether a User-Agent header (RFC 9110, 10.1.5) is a robot's."""
    robots, people = _patterns()
    told = agent[:LONGEST].lower()
    return not told.strip() or (robots.search(told) is not None and people.search(told) is None)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = read_values("robots.json")
    robots, people = ("|".join(map(re.escape, data[key])) for key in ("robots", "people"))
    return re.compile(robots), re.compile(people)
