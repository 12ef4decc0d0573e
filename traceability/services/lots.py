"""Everything that can be done with a lot, gathered for callers."""

from typing import ClassVar

from traceability.services.correcting import Correcting
from traceability.services.custody import Custody
from traceability.services.making import Making


class Lots(Making, Custody, Correcting):
    """Register, record stages, transform, split, aggregate, ship, receive, declare errors and retire."""

    plans: ClassVar[dict[type, str]] = Making.plans | Custody.plans | Correcting.plans
