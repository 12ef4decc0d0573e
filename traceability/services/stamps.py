"""Everything that can be done with stamps, gathered for callers: their life from the order to the end.

A run of any size is one record; serials come from a sealed seed; what becomes of stamps is said of ranges, one record
each; and only activated stamps that are not void count as genuine.
"""

from typing import ClassVar

from traceability.ports import Printer
from traceability.services.context import Context
from traceability.services.jobs import Jobs
from traceability.services.recording import Recorder
from traceability.services.stamp_orders import MAX_RUN, StampOrders
from traceability.services.stamp_printing import IssuedStamp, StampPrinting
from traceability.services.stamp_seeds import open_seed, seed_purpose

__all__ = ["MAX_RUN", "IssuedStamp", "Stamps", "open_seed", "seed_purpose"]


class Stamps(StampOrders, StampPrinting):
    """Order, print, activate, make void and restore stamps, and bring their serials back.

    Args:
        context: the ports.
        recorder: the way to the chain.
        jobs: carries out orders and print jobs.
        printer: writes files.
        base_url: what stands before a stamp's path in its link.
    """

    plans: ClassVar[dict[type, str]] = StampOrders.plans | StampPrinting.plans

    def __init__(self, context: Context, recorder: Recorder, jobs: Jobs, printer: Printer, base_url: str) -> None:
        StampPrinting.__init__(self, context, recorder, jobs, printer, base_url)
        StampOrders.__init__(self, context, recorder, jobs)
