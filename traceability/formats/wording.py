"""The words of a stamp: what all stamps of a job say, what each says for itself, and how much of it is said where.

A line is broken once for a whole job. Where a stamp's own number, serial or second code will stand, the line holds
letters of Unicode's private-use area, one for each place, which are exchanged for the stamp's own letters when it is
drawn. So all stamps of a job look alike, whatever letters chance gave them.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from traceability.formats.typography import Measured
from traceability.ports import PrintJob, StampToPrint

NUMBER, SERIAL, CODE = 0xE000, 0xE100, 0xE200
"""Private-use letters (Unicode, 23.5): the first place of number, serial and second code."""
MOST_PLACES = 64
"""Longest number, serial and code."""
TAIL = 5
"""How many last characters stand for a serial where there is no room for all."""
OWN_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
"""What numbers, serials and codes are made of."""

_TYPICAL = {
    start + place: letter
    for start, letter in ((NUMBER, "0"), (SERIAL, "D"), (CODE, "D"))
    for place in range(MOST_PLACES)
}
"""Lines are measured with a wide digit and a wide letter; the rare stamp full of W is set in narrower type."""


@dataclass(frozen=True, slots=True)
class Words:
    """What all stamps of a job say, finished for reading: dates as dd/mm/yyyy. An empty text is left out."""

    product: str
    lot: str
    produced: str = ""
    expires: str = ""
    lot_word: str = "Lô"
    produced_word: str = "NSX"
    expires_word: str = "HSD"
    number_word: str = "Số"
    scratch_word: str = "Cào lớp phủ"

    def composed(self) -> "Words":
        """Return the same words in Unicode NFC, on one line each, as the typeface wants them."""
        clean = {name: " ".join(unicodedata.normalize("NFC", getattr(self, name)).split()) for name in self.__slots__}
        return replace(self, **clean)

    def said(self) -> Iterable[str]:
        """Return all texts, to cut their letters from a typeface."""
        return [getattr(self, name) for name in self.__slots__]


def words_of(job: PrintJob) -> Words:
    """Return the words of a job."""
    return Words(job.product, job.lot, job.produced, job.expires).composed()


@dataclass(frozen=True, slots=True)
class Wording:
    """How much is said: lines the product name may take, how many dates, whether the serial is whole, and the lot."""

    product_lines: int
    dates: int
    whole_serial: bool
    lot: bool = True


WORDINGS = (
    Wording(3, 2, whole_serial=True),
    Wording(2, 2, whole_serial=True),
    Wording(2, 2, whole_serial=False),
    Wording(1, 2, whole_serial=False),
    Wording(1, 1, whole_serial=False),
    Wording(1, 0, whole_serial=False),
    Wording(0, 0, whole_serial=False),
    Wording(0, 0, whole_serial=False, lot=False),
)
"""From the richest to the least: the stamp's number and the end of its serial are always there."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that follows the product name, and how many lines it may be broken into."""

    text: str
    lines: int = 1


def items(words: Words, wording: Wording, sample: StampToPrint, fits: Callable[[str], bool]) -> list[Item]:
    """Return what follows the product name; `fits` tells whether a text takes one line."""
    number, serial = held(NUMBER, len(sample.number)), held(SERIAL, len(sample.serial))
    said = []
    if wording.lot and words.lot:
        named = f"{words.lot_word} {words.lot}"
        said.append(Item(named if fits(named) or not fits(words.lot) else words.lot, 2))
    if words.produced and (wording.dates > 1 or (wording.dates and not words.expires)):
        said.append(Item(f"{words.produced_word} {words.produced}"))
    if words.expires and wording.dates:
        said.append(Item(f"{words.expires_word} {words.expires}"))
    if wording.whole_serial:
        return [*said, Item(f"{words.number_word} {number}"), Item(" ".join(in_fours(serial)), 3)]
    short = f"{number} · {serial[-TAIL:]}"
    return [*said, Item(short)] if fits(short) else [*said, Item(number), Item(serial[-TAIL:])]


def held(start: int, length: int) -> str:
    """Return the letters that keep the places of a number, serial or code."""
    return "".join(chr(start + place) for place in range(min(length, MOST_PLACES)))


def in_fours(text: str) -> list[str]:
    """Cut a serial or code into groups that people can read aloud; a single letter left over joins the last group."""
    groups = [text[start : start + 4] for start in range(0, len(text), 4)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def filling(stamp: StampToPrint) -> Mapping[int, str]:
    """Return what `str.translate` puts in the places of one stamp."""
    places = {NUMBER + place: letter for place, letter in enumerate(stamp.number)}
    places |= {SERIAL + place: letter for place, letter in enumerate(stamp.serial)}
    places |= {CODE + place: letter for place, letter in enumerate(stamp.code)}
    return places


def is_own(text: str) -> bool:
    """Tell whether a line differs from stamp to stamp."""
    return any(ord(letter) in _TYPICAL for letter in text)


@dataclass(frozen=True, slots=True)
class Typical(Measured):
    """Measures lines whose places are not filled yet."""

    face: Measured

    def width(self, text: str, size: float) -> float:
        """Return how wide a text runs with typical letters in its places."""
        return self.face.width(text.translate(_TYPICAL), size)
