"""What callers may ask for about stamps: order, print, activate, make void, restore.

As in `commands`, every field is text as it was typed. Ranges are of stamps' numbers in their run, from 1, inclusive;
empty bounds mean the whole run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IssueStamps:
    """Order a run of stamps for a lot counted in pieces."""

    key: str
    lot: str
    count: str


@dataclass(frozen=True, slots=True)
class PrintStamps:
    """Have a file of stamps made for a printer, and say on record that they are printed."""

    key: str
    lot: str
    run: str
    first: str = ""
    last: str = ""
    medium: str = "pdf"
    """pdf (A4 sheets), zpl or tspl (thermal rolls), csv or xlsx (for a print house)."""
    grid: Mapping[str, str] = field(default_factory=dict)
    """Of sheets: `preset`, or lengths in mm (see `ports.PrintJob`); 25 x 25 mm where it is empty."""
    label: Mapping[str, str] = field(default_factory=dict)
    """Of rolls: label_width, label_height and label_gap in mm, dpi (see `ports.PrintJob`)."""
    calibration: bool = False
    crop_marks: bool = True
    start: str = "1"
    """First free place on the first sheet."""
    codes: bool = False
    """Print the second codes, for stock with a scratch layer."""


@dataclass(frozen=True, slots=True)
class ActivateStamps:
    """Say that stamps `first` to `last` of a run are on the goods: from now on they count as genuine."""

    key: str
    lot: str
    run: str
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class VoidStamps:
    """Make stamps of a run void: a roll was stolen, a sheet misprinted. Custodians their own, inspectors any."""

    key: str
    lot: str
    run: str
    reason: str
    """A key of `VOID_REASONS`."""
    first: str = ""
    last: str = ""
    note: str = ""
    """Free text; never goes on the chain."""


@dataclass(frozen=True, slots=True)
class RestoreStamps:
    """Let void stamps count again. What an inspector made void only an inspector restores."""

    key: str
    lot: str
    run: str
    reason: str
    """A key of `RESTORE_REASONS`."""
    first: str = ""
    last: str = ""
    note: str = ""
    """Free text; never goes on the chain."""
