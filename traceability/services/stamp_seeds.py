"""Seeds of stamp runs: sealed for one run of one lot, opened to bring back serials and second codes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from traceability.ports import KeyStore, SealedSeed, StampToPrint
from traceability.proofs.serials import second_codes, stamp_serials


def seed_purpose(lot: str, run: int) -> str:
    """Return what the seed of a run is sealed for."""
    return f"stamps of {lot}, run {run}"


def unseal(keystore: KeyStore, seed: SealedSeed) -> bytes:
    """Return the secret of a run. Raises StorageError when it was changed or sealed under another master key."""
    return keystore.unseal(seed.sealed, purpose=seed_purpose(seed.lot, seed.run))


def open_seed(keystore: KeyStore, seed: SealedSeed, first: int = 1, last: int | None = None) -> Iterator[str]:
    """Yield the serials of a run, all of them or those from `first` to `last` (from 1, inclusive).

    Raises:
        StorageError: the seed was changed or sealed under another master key.
    """
    return stamp_serials(unseal(keystore, seed), first - 1, (last or seed.count) - first + 1)


@dataclass(frozen=True, slots=True)
class Roll:
    """Stamps `first` to `last` of a run as a printer takes them, from any place on. Can be sent to another process.

    Args:
        secret: the run's seed; whoever has it can copy every stamp of the run.
        link: what stands before the serial in each stamp's link.
        run: number of the run.
        count: stamps of the run.
        first: from 1.
        last: inclusive.
        codes: whether second codes are printed.
    """

    secret: bytes
    link: str
    run: int
    count: int
    first: int
    last: int
    codes: bool = False

    def __call__(self, done: int = 0) -> Iterator[StampToPrint]:
        """Yield the stamps behind so many that are done."""
        begin = self.first + done
        left = self.last - begin + 1
        codes = second_codes(self.secret, begin - 1, left) if self.codes else repeat("")
        serials = stamp_serials(self.secret, begin - 1, left)
        for number, (serial, code) in enumerate(zip(serials, codes, strict=False), begin):
            yield StampToPrint(self.link + serial, serial, stamp_number(self.run, number, self.count), code)

    def __repr__(self) -> str:
        """Say which stamps, and nothing of the secret."""
        return f"Roll(run={self.run}, first={self.first}, last={self.last})"


def stamp_number(run: int, number: int, count: int) -> str:
    """Return how people say which stamp it is, of one length for all of a run: `1-0042`."""
    return f"{run}-{number:0{len(str(count))}d}"
