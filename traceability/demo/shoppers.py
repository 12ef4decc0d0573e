"""What shoppers do in the demo: scan, scratch and type, wonder, and doubt.

One jar is looked at by a family and opened with its second code. The stamp of another was copied: the same serial turns
up with phones in several provinces, and one of the buyers says so. A spoilt sheet is made void before it is stuck on
anything. Nothing of this is on the chain but the void sheet.
"""

from datetime import timedelta
from functools import partial
from typing import Final

from traceability.demo.mam_tep import JARS
from traceability.demo.script import Stage
from traceability.domain.views import StampView
from traceability.services.commands import VoidStamps
from traceability.services.reports import FileReport

OPENED, COPIED = 2, 3
"""Numbers of the jars that this is about."""

SPOILT: Final = ("221", "230")
"""The sheet that went through the printer twice."""

TYPING: Final = timedelta(minutes=2)
"""How long a report takes to write; a form that comes back at once was not filled in by a person."""

BUYERS: Final = (
    (5, "10:20", "00004"),
    (5, "17:45", "00004"),
    (4, "08:10", "20242"),
    (4, "19:30", "20242"),
    (3, "11:05", "26740"),
    (3, "18:40", "26740"),
    (2, "09:15", "31135"),
    (2, "20:05", "31135"),
)
"""Days ago, time and commune of those who scan the copied stamp."""


def tell(stage: Stage) -> None:
    """Put the shoppers into the script. Needs the jars."""
    stage.at(8, "15:00", partial(_spoilt, stage))
    stage.at(6, "18:30", partial(_scanned, stage, OPENED, "father", ""))
    stage.at(6, "18:34", partial(_scanned, stage, OPENED, "daughter", ""))
    stage.at(6, "18:50", partial(_opened, stage))
    for number, (days, clock, commune) in enumerate(BUYERS):
        stage.at(days, clock, partial(_scanned, stage, COPIED, f"buyer {number}", commune))
    stage.at(2, "20:10", partial(_doubted, stage))


def _spoilt(stage: Stage, _when: str) -> None:
    first, last = SPOILT
    command = VoidStamps(
        stage.key(), stage.made[JARS], "1", "misprinted", first, last, "Tờ tem bị in chồng hai lần, đã hủy."
    )
    stage.application.stamps.void(stage.actors["mamtep"], command)


def _stamp(stage: Stage, number: int) -> tuple[StampView, str]:
    """Return a jar's stamp as a scan finds it, and its second code."""
    issued = stage.application.stamps.serials(stage.actors["mamtep"], stage.made[JARS], 1, number, number, codes=True)
    one = next(issued)
    return stage.application.reads.stamp(one.path, stage.application.context.today()), one.code


def _scanned(stage: Stage, number: int, who: str, commune: str, _when: str) -> None:
    scans, (stamp, _) = stage.application.scans, _stamp(stage, number)
    visitor = scans.visitor("192.0.2.1", who)  # an address for examples (RFC 5737)
    scans.note(stamp, visitor, "")
    if commune:
        scans.offer_place(stamp, visitor, commune)


def _opened(stage: Stage, _when: str) -> None:
    stamp, code = _stamp(stage, OPENED)
    visitor = stage.application.scans.visitor("192.0.2.1", "father")
    stage.application.openings.open(stamp, code, visitor, "192.0.2.1")


def _doubted(stage: Stage, _when: str) -> None:
    reports, (stamp, _) = stage.application.reports, _stamp(stage, COPIED)
    form = reports.open_form()
    stage.clock.move_to(stage.clock.now() + TYPING)
    told = FileReport(
        opened=form,
        ref=stamp.path,
        reason="looks_different",
        text="Nhãn hũ in mờ, nắp khác với hũ tôi mua ở hợp tác xã.",
        province="92",
    )
    stage.made["report"] = reports.file(told, stage.application.scans.visitor("192.0.2.1", "buyer 7"), "192.0.2.1")
