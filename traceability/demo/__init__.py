"""The demo: three products from first delivery to stamped packages, told through the services that users call.

`make` needs a data folder of its own, since its story begins seven months ago and the blocks of the embedded chain have
to be that old, too: where nothing has been recorded yet, it makes the folder anew with the story's clock. On a network
the blocks have today's time, and the demo's entries look as late as they are. What log-ins it made stands in
`demo.json`, readable by the owner only.
"""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from traceability.bootstrap import Application, StoryClock, SystemClock, build, init, is_initialised, write_secret
from traceability.bootstrap.folder import BLOBS_FOLDER, CHAIN_FOLDER, DATABASE_FILE, DEPLOYMENT_FILE, KEYS_FOLDER
from traceability.demo import chieu_coi, mam_tep, nem_chua, people, shoppers
from traceability.demo.script import Stage
from traceability.domain.copies import Level
from traceability.domain.verdicts import with_sightings
from traceability.errors import RuleViolationError, StorageError
from traceability.settings import Settings

DEMO_FILE: Final = "demo.json"

EMBEDDED: Final = "embedded"
"""The setting for a chain in the data folder."""

BEGIN: Final = timedelta(days=210)
"""How long ago the story begins."""

SHOWN_LOTS: Final = (
    mam_tep.JARS,
    mam_tep.SHOP_JARS,
    mam_tep.TANK,
    "TEP-01",
    "NC-01",
    nem_chua.SHOP_PACKS,
    "NC-02",
    "NC-03",
    "LON-01",
    "LON-02",
    chieu_coi.MATS,
    chieu_coi.MACHINE_MATS,
    "COI-120",
)
"""Lots that the demo points at, by number."""

SHOWN_STAMPS: Final = (
    (mam_tep.JARS, (1, shoppers.OPENED, shoppers.COPIED, int(shoppers.SPOILT[0]))),
    (mam_tep.SHOP_JARS, (1,)),
    ("NC-01", (1, 2)),
    (nem_chua.SHOP_PACKS, (1,)),
    (chieu_coi.MATS, (1, 2)),
    ("NC-02", (1, 2)),
    ("NC-03", (1, 2)),
    (chieu_coi.MACHINE_MATS, (1,)),
)
"""Which stamps of which lots the demo points at, by their number in the run."""


def is_there(settings: Settings) -> bool:
    """Tell whether the demo was made in this data folder."""
    return (settings.data_dir / DEMO_FILE).is_file()


def make(settings: Settings, progress: Callable[[int, int], None]) -> None:
    """Make the demo. Takes some seconds.

    Args:
        settings: in which data folder.
        progress: is told how many of how many steps are done.

    Raises:
        RuleViolationError: something else was recorded in this data folder.
    """
    now = SystemClock().now()
    clock = StoryClock(now - BEGIN) if settings.chain == EMBEDDED else _PresentClock(now)
    if is_initialised(settings):
        _require_unused(settings)
        if settings.chain == EMBEDDED:
            _clear(settings)
    init(settings, clock)
    application = build(settings, clock=clock)
    try:
        stage = Stage(application, clock, now)
        logins = people.enter(stage)
        for story in (mam_tep, nem_chua, chieu_coi, shoppers):
            story.tell(stage)
        stage.play(progress)
        clock.move_to(now)
        write_secret(settings.data_dir / DEMO_FILE, json.dumps(_kept(stage, logins), ensure_ascii=False, indent=1))
    finally:
        application.close()


def logins(settings: Settings) -> list[dict[str, str]]:
    """Return role, name and password of the demo's log-ins; none where there is no demo."""
    found: list[dict[str, str]] = _read(settings)["logins"] if is_there(settings) else []
    return found


def describe(settings: Settings, application: Application) -> dict[str, Any]:
    """Return links and log-ins of the demo, with statuses as they are now.

    Returns:
        `products` (name, link), `lots` (lot, link, status), `stamps` (link, status) and `logins` (role, name,
        password); links are absolute.
    """
    kept, reads, base = _read(settings), application.reads, settings.base_url
    today = application.context.today()
    products = [reads.product(path, today) for path in kept["products"]]
    lots = [reads.lot(path) for path in kept["lots"]]
    return {
        "products": [{"name": one.name.vi, "link": base + one.path} for one in products],
        "lots": [{"lot": one.lot_number, "link": base + one.path, "status": one.status} for one in lots],
        "stamps": [{"link": base + path, "status": _verdict(application, path)} for path in kept["stamps"]],
        "logins": kept["logins"],
    }


def _verdict(application: Application, path: str) -> str:
    """Return what the page of a stamp says first."""
    stamp = application.reads.stamp(path, application.context.today())
    suspect = application.scans.seen(stamp, "").level is Level.WARNING
    return with_sightings(stamp.verdict, suspect=suspect).value


class _PresentClock(StoryClock):
    """The real time, for a network whose blocks have it: the story's times are told, but entered today."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return SystemClock().now()


def _require_unused(settings: Settings) -> None:
    """Return quietly when nothing was recorded in a data folder. Raises RuleViolationError."""
    application = build(settings)
    try:
        with application.database.begin() as work:
            used = bool(work.accounts.all())
        used = used or len(application.reads.parties()) > 1
    finally:
        application.close()
    if used:
        raise RuleViolationError(
            "Something was recorded in {folder} already. The demo needs a data folder of its own: set OCOP_DATA_DIR.",
            folder=str(settings.data_dir),
        )


def _clear(settings: Settings) -> None:
    """Delete what `init` made, and nothing else that may lie in the folder."""
    for name in (DEPLOYMENT_FILE, DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"):
        (settings.data_dir / name).unlink(missing_ok=True)
    for name in (CHAIN_FOLDER, KEYS_FOLDER, BLOBS_FOLDER):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)


def _kept(stage: Stage, made: list[dict[str, str]]) -> dict[str, Any]:
    stamps = [
        stamp.path
        for lot, numbers in SHOWN_STAMPS
        for number in numbers
        for stamp in stage.application.stamps.serials(_custodian(stage, lot), stage.made[lot], 1, number, number)
    ]
    return {
        "version": 1,
        "products": [stage.made[name] for name in ("jar", "pack", "mat")],
        "lots": [stage.made[lot] for lot in SHOWN_LOTS],
        "stamps": stamps,
        "logins": made,
    }


def _custodian(stage: Stage, lot: str) -> Any:
    number = stage.application.reads.lot(stage.made[lot]).custodian.number
    return next(one for one in stage.actors.values() if one.participant == number and one.role == "cooperative")


def _read(settings: Settings) -> dict[str, Any]:
    path = settings.data_dir / DEMO_FILE
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError("{path} is damaged; the demo's log-ins are lost.", path=str(path)) from error
    return values
