"""The QR codes of a whole job, thousands a second, exactly as the library `qrcode` makes them one at a time.

At a fixed version, error level and mask, every step from data bits to modules is linear over GF(2): Reed-Solomon
remainders, interleaving, placing and masking (ISO/IEC 18004, clauses 7.5 to 7.8). So the symbol of a text is the symbol
of any other text of the same length, with the modules inverted that belong to the data bits in which the two differ.
In the alphanumeric mode two letters are 11 bits of their own (7.4.4), hence the links of a job differ in the few bits
of their serials. `qrcode` makes one symbol for each such bit, once; a stamp then costs a few exclusive-ors of whole
symbols, held as integers. A link that is not alphanumeric, or of another length, takes the plain way.
"""

from functools import lru_cache
from typing import Literal

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import QRData

from traceability.errors import InvalidInputError
from traceability.formats.qr import ALPHANUMERIC, qr_matrix, stamp_text

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""Letters of the alphanumeric mode in the order of their values (ISO/IEC 18004, table 5)."""
_ALPHANUMERIC_MODE: Literal[2] = 2
"""`qrcode.util.MODE_ALPHA_NUM`, asked for by name since a text of zeros would become numeric."""
MASK = 2
"""The mask of all codes of a job. Trying eight for each costs four times the work, and every one of them is valid."""


@lru_cache(maxsize=256)
def _deltas(version: int, length: int, place: int) -> tuple[int, ...]:
    """Return the modules that each bit of a pair of letters inverts, lowest bit first.

    The pair begins at `place`; a last letter without a partner has 6 bits instead of 11. Zero and every power of two
    below 2025 are values of a pair, so `qrcode` can make a text for each.
    """
    width = min(2, length - place)
    # The letters around do not matter, but `qrcode` stumbles over a block of nothing but zero bits.
    before, after = "A" * place, "A" * (length - place - width)
    base = _symbol(before + "0" * width + after, version)
    deltas = []
    for bit in range(11 if width == 2 else 6):  # noqa: PLR2004 - two letters are 11 bits, one is 6
        high, low = divmod(1 << bit, len(ALPHABET))
        pair = (ALPHABET[high] + ALPHABET[low])[-width:]
        deltas.append(base ^ _symbol(before + pair + after, version))
    return tuple(deltas)


def _symbol(text: str, version: int) -> int:
    """Return the symbol that `qrcode` makes of an alphanumeric text."""
    code = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=MASK)
    code.add_data(QRData(text, mode=_ALPHANUMERIC_MODE), optimize=0)
    code.make(fit=False)
    return _integer(code.modules)


def _integer(modules: list[list[bool | None]] | list[list[bool]]) -> int:
    """Read modules row by row as one number, the top left one highest."""
    return int("".join("1" if module else "0" for row in modules for module in row), 2)


def _value(pair: str) -> int:
    """Return the value of one or two letters."""
    return ALPHABET.index(pair) if len(pair) == 1 else ALPHABET.index(pair[0]) * 45 + ALPHABET.index(pair[1])


def _pairs(text: str) -> bool:
    """Tell whether `qrcode` packs a text in pairs of letters: digits alone would become threes."""
    return ALPHANUMERIC.fullmatch(text) is not None and not text.isdecimal()


class Symbols:
    """Makes the symbols of one job.

    Args:
        link: the absolute link of any stamp of the job.

    Raises:
        InvalidInputError: the link does not fit any QR code.
    """

    def __init__(self, link: str) -> None:
        """Make the first symbol the plain way."""
        matrix = qr_matrix(link, mask=MASK)
        self.side = len(matrix)
        """Modules a side, without the quiet zone."""
        self._version = (self.side - 17) // 4
        self._text = stamp_text(link)
        self._base = _integer(matrix)
        self._same = len(self._text) // 2 * 2 if _pairs(self._text) else -1
        self._known: list[dict[str, int]] = [
            {self._text[place : place + 2]: 0} for place in range(0, len(self._text), 2)
        ]

    def symbol(self, link: str) -> int:
        """Return the modules of a link's code as one number: rows from the top, the top left module highest.

        Raises:
            InvalidInputError: the link does not fit any QR code, or one of another size than the first.
        """
        text = stamp_text(link)
        if self._same < 0 or len(text) != len(self._text) or not _pairs(text):
            return self._plain(link)
        while not text.startswith(self._text[: self._same]):
            self._same -= 2
        symbol = self._base
        for index in range(self._same // 2, len(self._known)):
            pair = text[2 * index : 2 * index + 2]
            delta = self._known[index].get(pair)
            symbol ^= self._learn(index, pair) if delta is None else delta
        return symbol

    def _plain(self, link: str) -> int:
        """Let `qrcode` make one symbol."""
        matrix = qr_matrix(link, mask=MASK)
        if len(matrix) != self.side:
            raise InvalidInputError(
                "The link {link} needs a QR code of another size than the first stamp's. Print it in a job of its own.",
                field="link",
                link=link[:200],
            )
        return _integer(matrix)

    def _learn(self, index: int, pair: str) -> int:
        """Add up which modules another pair of letters inverts, and remember it."""
        deltas = _deltas(self._version, len(self._text), 2 * index)
        changed = _value(pair) ^ _value(self._text[2 * index : 2 * index + 2])
        total = 0
        for bit in range(len(deltas)):
            if changed >> bit & 1:
                total ^= deltas[bit]
        self._known[index][pair] = total
        return total

    def rows(self, symbol: int) -> list[str]:
        """Return a symbol as rows of `0` and `1`, from the top."""
        bits = f"{symbol:0{self.side * self.side}b}"
        return [bits[start : start + self.side] for start in range(0, len(bits), self.side)]
