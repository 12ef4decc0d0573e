"""Looks at stamps, and what they add up to (`ports.observations.Scans`).

Looks come in bundles, about one a second. For each bundle the newest look of the same visitors at the same stamps is
asked once, the rest is arithmetic in memory, and rows go in by the hundred.
"""

import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, RowMapping, Select, case, delete, func, insert, select, update

from traceability.domain.copies import Level, Look, Signal
from traceability.ports.observations import RunCounts, Sighting, StampKey, Tally
from traceability.projection.observations import schema
from traceability.projection.observations.upserts import insert_many, insert_or
from traceability.projection.stores import from_milliseconds, to_milliseconds

Value = TypeVar("Value")

KEY_BYTES: Final = 32
"""Length of a day's key."""

CROWD: Final = 5_000
"""Visitors of one stamp within a day whose looks are kept one by one; more are only added up, so that nobody fills the
disk by scanning one stamp under ever new names."""

DAY: Final = timedelta(days=1)

BUNDLE: Final = 400
"""Stamps asked for in one statement; SQLite takes a thousand parameters everywhere."""


class Scans:
    """Looks at stamps inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take the transaction's connection."""
        self._connection = connection

    # ------------------------------------------------------------------------------------------------------- counting
    def day_key(self, day: date) -> bytes:
        """Return the key of a day's visitor tokens, made at random by whoever asks first."""
        table = schema.day_key
        fresh = {"day": day.isoformat(), "key": secrets.token_bytes(KEY_BYTES)}
        self._connection.execute(insert_or(self._connection, table).values(fresh).on_conflict_do_nothing())
        kept = select(table.c.key).where(table.c.day == day.isoformat())
        return bytes(self._connection.execute(kept).scalar_one())

    def count(self, sightings: Sequence[Sighting], *, apart: int) -> Mapping[str, Tally]:
        """Keep looks and add them up; looks of one visitor at one stamp less than `apart` seconds apart are one."""
        if not sightings:
            return {}
        ordered = sorted(sightings, key=lambda one: one.at)
        serials = {one.stamp.serial for one in ordered}
        last, tallies = self._last_looks(serials, ordered[0].at - DAY), dict(self.tallies(serials))
        rows: list[dict[str, Any]] = []
        changed: set[str] = set()
        crowds = Counter(serial for _, serial in last)
        for one in ordered:
            at, serial = to_milliseconds(one.at), one.stamp.serial
            before = last.get((one.visitor, serial))
            if before is not None and abs(at - before) < apart * 1000:
                continue
            last[one.visitor, serial] = max(at, before or 0)
            tallies[serial] = _with(tallies.get(serial) or Tally(one.stamp), one.at, newcomer=before is None)
            changed.add(serial)
            crowds[serial] += before is None
            if crowds[serial] > CROWD:
                continue
            rows.append({"serial": serial, "at": at, "visitor": one.visitor, "referrer": one.referrer, "commune": ""})
        if rows:
            insert_many(self._connection, insert(schema.scan), rows)
        if changed:
            self._keep([tallies[serial] for serial in changed])
        return tallies

    def _last_looks(self, serials: Collection[str], since: datetime) -> dict[tuple[str, str], int]:
        """Return when each visitor last looked at each stamp, by visitor and serial; a token lives for a day."""
        table, found = schema.scan.c, dict[tuple[str, str], int]()
        for some in _bundles(serials):
            wanted = select(table.visitor, table.serial, func.max(table.at)).group_by(table.visitor, table.serial)
            wanted = wanted.where(table.serial.in_(some), table.at >= to_milliseconds(since))
            found.update({(row[0], row[1]): int(row[2]) for row in self._connection.execute(wanted).all()})
        return found

    def _keep(self, tallies: Iterable[Tally]) -> None:
        """Write sums; nobody else writes meanwhile, since transactions that write take turns."""
        adding = insert_or(self._connection, schema.tally)
        changed = {name: adding.excluded[name] for name in ("scans", "visitors", "first_at", "last_at")}
        rows = [
            {
                **one.stamp._asdict(),
                "scans": one.scans,
                "visitors": one.visitors,
                "first_at": one.first_at and to_milliseconds(one.first_at),
                "last_at": one.last_at and to_milliseconds(one.last_at),
                "opened_by": "",
                "level": 0,
                "signals": "[]",
            }
            for one in tallies
        ]
        summed = adding.on_conflict_do_update(index_elements=["serial"], set_=changed)
        insert_many(self._connection, summed, rows)

    def tallies(self, serials: Collection[str]) -> Mapping[str, Tally]:
        """Return what was seen of stamps, by serial; one that never was is missing."""
        table, found = schema.tally, {}
        for some in _bundles(serials):
            for row in self._connection.execute(select(table).where(table.c.serial.in_(some))).mappings().all():
                found[row["serial"]] = read_tally(row)
        return found

    def locate(self, serial: str, visitor: str, commune: str) -> bool:
        """Note the commune that a visitor offers at his newest look at a stamp; False where he has none."""
        table = schema.scan
        newest = select(func.max(table.c.id)).where(table.c.visitor == visitor, table.c.serial == serial)
        number = self._connection.execute(newest).scalar()
        if number is None:
            return False
        self._connection.execute(update(table).where(table.c.id == number).values(commune=commune))
        return True

    # -------------------------------------------------------------------------------------------------------- judging
    def looks(self, serials: Collection[str], limit: int) -> Mapping[str, Sequence[Look]]:
        """Return the newest looks at each stamp that are still kept, oldest of them first."""
        table, found = schema.scan.c, dict[str, list[Look]]()
        newest = func.row_number().over(partition_by=table.serial, order_by=(table.at.desc(), table.id.desc()))
        columns = (table.serial, table.at, table.visitor, table.referrer, table.commune, table.id)
        for some in _bundles(serials):
            among = select(*columns, newest.label("age")).where(table.serial.in_(some)).subquery().c
            wanted = select(among.serial, among.at, among.visitor, among.referrer, among.commune)
            rows = self._connection.execute(wanted.where(among.age <= limit).order_by(among.at, among.id))
            for serial, at, visitor, referrer, commune in rows.all():
                found.setdefault(serial, []).append(Look(from_milliseconds(at), visitor, referrer, commune))
        return found

    def judge(self, serial: str, signals: Sequence[Signal]) -> None:
        """Keep what the rules say of a stamp."""
        level = max((signal.level for signal in signals), default=Level.NONE)
        values = {"level": int(level), "signals": write_signals(signals)}
        self._connection.execute(update(schema.tally).where(schema.tally.c.serial == serial).values(values))

    # -------------------------------------------------------------------------------------------------------- reading
    def flagged(
        self, lots: Collection[str] | None, least: Level, limit: int, offset: int, *, run: int | None = None
    ) -> Sequence[Tally]:
        """Return stamps with a signal, gravest and newest first; of some lots, or of all for None; or of one run."""
        table = schema.tally
        wanted = _of_lots(select(table).where(table.c.level >= int(least)), lots)
        if run is not None:
            wanted = wanted.where(table.c.run == run)
        wanted = wanted.order_by(table.c.level.desc(), table.c.last_at.desc(), table.c.serial)
        rows = self._connection.execute(wanted.limit(limit).offset(offset)).mappings()
        return [read_tally(row) for row in rows]

    def count_flagged(self, lots: Collection[str] | None, least: Level) -> int:
        """Return how many there are."""
        counted = select(func.count()).select_from(schema.tally).where(schema.tally.c.level >= int(least))
        return int(self._connection.execute(_of_lots(counted, lots)).scalar_one())

    def runs(self, lot: str) -> Sequence[RunCounts]:
        """Return what was seen of each run of a lot, by its number."""
        table = schema.tally.c
        wanted = select(
            table.run,
            func.sum(table.scans),
            func.sum(table.visitors),
            _how_many(table.scans > 0),
            _how_many(table.opened_at.is_not(None)),
            _how_many(table.level == int(Level.NOTE)),
            _how_many(table.level == int(Level.WARNING)),
            func.max(table.last_at),
        )
        rows = self._connection.execute(wanted.where(table.lot == lot).group_by(table.run).order_by(table.run))
        return [_run_counts(row) for row in rows]

    def opened_among(self, lot: str, run: int, first: int, last: int) -> int:
        """Return how many stamps of a range had their second code used."""
        table = schema.tally.c
        range_of_run = (table.lot == lot) & (table.run == run) & table.number.between(first, last)
        wanted = select(func.count()).where(range_of_run, table.opened_at.is_not(None))
        return self._connection.execute(wanted).scalar_one()

    # ----------------------------------------------------------------------------------------------------- forgetting
    def begin_chore(self, name: str, day: date) -> bool:
        """Tell whether a daily task is still to be begun on a day, and note that the caller begins it."""
        table, today = schema.chore, day.isoformat()
        beginning = insert_or(self._connection, table).values(name=name, day=today)
        beginning = beginning.on_conflict_do_update(
            index_elements=["name"], set_={"day": today}, where=table.c.day < today
        )
        return self._connection.execute(beginning.returning(table.c.day)).first() is not None

    def forget_looks(self, before: datetime, limit: int) -> int:
        """Delete looks from before a moment, at most so many at once; return how many."""
        table = schema.scan
        old = select(table.c.id).where(table.c.at < to_milliseconds(before)).order_by(table.c.id).limit(limit)
        return int(self._connection.execute(delete(table).where(table.c.id.in_(old))).rowcount)

    def forget_keys(self, before: date) -> int:
        """Delete the keys of days before; return how many."""
        table = schema.day_key
        return int(self._connection.execute(delete(table).where(table.c.day < before.isoformat())).rowcount)


def _with(tally: Tally, at: datetime, *, newcomer: bool) -> Tally:
    """Return a sum with a look more."""
    return Tally(
        tally.stamp,
        tally.scans + 1,
        tally.visitors + newcomer,
        min(at, tally.first_at or at),
        max(at, tally.last_at or at),
        tally.opened_at,
        tally.opened_by,
        tally.signals,
    )


def read_tally(row: RowMapping | Mapping[str, Any]) -> Tally:
    """Return a row of `tally` as services know it."""
    return Tally(
        StampKey(row["serial"], row["path"], row["lot"], row["run"], row["number"]),
        row["scans"],
        row["visitors"],
        _moment(row["first_at"]),
        _moment(row["last_at"]),
        _moment(row["opened_at"]),
        row["opened_by"],
        read_signals(row["signals"]),
    )


def write_signals(signals: Sequence[Signal]) -> str:
    """Return signals as JSON, as the row of a stamp keeps them."""
    rows = [[one.rule, int(one.level), dict(one.facts)] for one in signals]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read_signals(text: str) -> tuple[Signal, ...]:
    """Return what `write_signals` wrote."""
    return tuple(Signal(rule, Level(level), facts) for rule, level, facts in json.loads(text)) if text != "[]" else ()


def _bundles(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield values by as many as one statement may ask for."""
    left = iter(values)
    while some := list(islice(left, BUNDLE)):
        yield some


def _run_counts(row: Sequence[Any]) -> RunCounts:
    run, scans, visitors, checked, opened, noted, warned = (int(one) for one in row[:-1])
    return RunCounts(run, scans, visitors, checked, opened, noted, warned, _moment(row[-1]))


def _moment(number: int | None) -> datetime | None:
    return None if number is None else from_milliseconds(number)


def _of_lots(wanted: Select[Any], lots: Collection[str] | None) -> Select[Any]:
    return wanted if lots is None else wanted.where(schema.tally.c.lot.in_(lots))


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))
