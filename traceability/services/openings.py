"""The second code under a scratch layer: right once, and the package counts as opened from then on.

The code of a stamp is computed from the sealed seed of its run when somebody types one, compared in constant time and
forgotten; nothing of it is kept. Who opens a package first is told so, and whoever comes later is told on which day
that was. Wrong codes are counted for each stamp, each visitor and each network: with five tries a day for one stamp,
trying half of all 2^40 codes would take three hundred million years.
"""

from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from traceability.domain.check_digits import is_base32, tidy_base32
from traceability.domain.sightings import Opened
from traceability.domain.views import StampView
from traceability.errors import InvalidInputError, NotFoundError, RuleViolationError, TooManyError
from traceability.ports import Clock, Database, KeyStore
from traceability.ports.observations import Observations, ObservationWork, StampKey
from traceability.proofs.serials import CODE_CHARACTERS, is_second_code
from traceability.services.guessing import Counter, network
from traceability.services.scans import Scans
from traceability.services.stamp_seeds import unseal

STAMP_LIMIT: Final = 5
STAMP_WINDOW: Final = timedelta(days=1)
"""So many wrong codes may be tried on one stamp within a day."""

VISITOR_LIMIT: Final = 10
VISITOR_WINDOW: Final = timedelta(hours=1)
"""So many wrong codes may one visitor try within an hour."""

NETWORK_LIMIT: Final = 100
NETWORK_SECONDS: Final = 3600.0
"""So many wrong codes may come from one network within an hour: few enough that nobody blocks a shop's stamps by trying
them all wrong, many enough for a market behind one address."""


class Openings:
    """Opens packages by their second code.

    Args:
        clock: the present moment.
        database: where the sealed seeds lie.
        keystore: unseals them.
        observations: where it is kept that a package was opened.
        scans: is told.
    """

    def __init__(
        self, clock: Clock, database: Database, keystore: KeyStore, observations: Observations, scans: Scans
    ) -> None:
        """Begin without a memory of networks."""
        self._clock, self._database, self._keystore = clock, database, keystore
        self._observations, self._scans = observations, scans
        self._networks, self._lock = Counter(NETWORK_SECONDS), Lock()

    def open(self, stamp: StampView, code: str, visitor: str, address: str) -> Opened:
        """Use the second code of a stamp.

        Args:
            stamp: what the projection says of it now.
            code: as typed: case, spaces and dashes do not matter, nor O for 0, I or L for 1.
            visitor: from `Scans.visitor`.
            address: where the request came from; only counted in memory.

        Raises:
            NotFoundError: there is no such stamp, or the seed of its run is kept elsewhere.
            InvalidInputError: the text cannot be a code (no try is used up), or it is the wrong one.
            RuleViolationError: the stamp has no second code, is not activated, or is void.
            TooManyError: too many wrong codes were tried; `facts["until"]` says when to try again.
            StorageError: the database cannot be asked.
        """
        typed = read_code(code)
        key = _require_openable(stamp)
        right = self._is_right(key, typed)
        now = self._clock.now()
        with self._observations.begin() as work:
            self._require_tries(work, key, visitor, address, now)
            if right:
                first, at = work.openings.open(key, visitor, now)
            else:
                work.openings.fail(key.serial, visitor, now)
                left = STAMP_LIMIT - len(work.openings.failures_of_stamp(key.serial, now - STAMP_WINDOW))
        if not right:
            with self._lock:
                self._networks.add(network(address), now.timestamp())
            raise _wrong(left)
        self._scans.opened(stamp)
        return Opened(first, at)

    def _is_right(self, key: StampKey, typed: str) -> bool:
        with self._database.begin() as work:
            sealed = work.seeds.get(key.lot, key.run)
        return is_second_code(unseal(self._keystore, sealed), key.number - 1, typed)

    def _require_tries(self, work: ObservationWork, key: StampKey, visitor: str, address: str, now: datetime) -> None:
        """Return quietly while tries are left, whether the code is right or not. Raises TooManyError."""
        tried = work.openings.failures_of_stamp(key.serial, now - STAMP_WINDOW)
        if len(tried) >= STAMP_LIMIT:
            template = "Too many wrong codes were tried on this stamp. Try again after {until}."
            raise TooManyError(template, field="code", until=tried[-STAMP_LIMIT] + STAMP_WINDOW)
        tried = work.openings.failures_of_visitor(visitor, now - VISITOR_WINDOW)
        if len(tried) >= VISITOR_LIMIT:
            template = "You have tried too many wrong codes. Try again after {until}."
            raise TooManyError(template, field="code", until=tried[-VISITOR_LIMIT] + VISITOR_WINDOW)
        with self._lock:
            many = self._networks.of(network(address), now.timestamp()) >= NETWORK_LIMIT
        if many:
            template = "Too many wrong codes came from your network. Try again after {until}."
            raise TooManyError(template, field="code", until=now + timedelta(seconds=NETWORK_SECONDS))


def read_code(text: str) -> str:
    """Return a second code as it is printed. Raises InvalidInputError for a text that cannot be one."""
    code = tidy_base32(text.strip())
    if len(code) != CODE_CHARACTERS:
        template = "A code has {count} letters and digits, and this one has {found}. Look at the scratched field again."
        raise InvalidInputError(template, field="code", count=CODE_CHARACTERS, found=len(code))
    if not is_base32(code):
        template = "A code holds only letters and digits, and never the letter U. Look at the scratched field again."
        raise InvalidInputError(template, field="code")
    return code


def _require_openable(stamp: StampView) -> StampKey:
    """Return which stamp it is, where its code may be used. Raises NotFoundError or RuleViolationError."""
    if stamp.trace is None or stamp.span is None:
        raise NotFoundError("There is no stamp {serial}.", serial=stamp.serial)
    if stamp.span.voided_at is not None:
        raise RuleViolationError("This stamp is void, so its code opens nothing.", field="code")
    if stamp.span.activated_at is None:
        template = "This stamp has not been put on goods yet, so its code opens nothing."
        raise RuleViolationError(template, field="code")
    if not stamp.span.codes:
        raise RuleViolationError("This stamp was printed without a code.", field="code")
    return StampKey(stamp.serial, stamp.path, stamp.trace.lot.uri, stamp.run, stamp.index)


def _wrong(left: int) -> InvalidInputError:
    if left > 0:
        template = "That is not the code of this stamp. Tries left today: {left}."
        return InvalidInputError(template, field="code", left=left)
    return InvalidInputError("That is not the code of this stamp, and no try is left today.", field="code", left=0)
