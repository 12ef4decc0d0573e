"""Capturing events from outside (EPCIS 2.0, section 8.2.6 and 12.6): checked, recorded, reported as jobs."""

from traceability.services.capture.desk import Capture
from traceability.services.capture.limits import LIMITS, Limits

__all__ = ["LIMITS", "Capture", "Limits"]
