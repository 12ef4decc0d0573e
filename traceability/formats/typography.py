"""The typeface of printed sheets: Be Vietnam Pro, which has every Vietnamese letter (fonts/OFL.txt).

A PDF file must carry the letters it uses. Reportlab reads the TrueType file and cuts out the letters wanted; we
remember which glyph each letter became, so that a stamp's text turns into PDF operators with a look-up.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Protocol

from reportlab.pdfbase.ttfonts import TTFontFile

STAND_IN = "?"
"""Printed for a letter that the typeface does not have."""


class Measured(Protocol):
    """A typeface that can tell how wide a text runs; lines are broken with it."""

    def width(self, text: str, size: float) -> float:
        """Return how wide a text runs at a type size, in the unit of the size."""
        ...

    def shorten(self, text: str, size: float, room: float) -> str:
        """Return the text, or its beginning and an ellipsis where it would not fit."""
        if self.width(text, size) <= room:
            return text
        while text and self.width(text.rstrip() + "…", size) > room:
            text = text[:-1]
        return text.rstrip() + "…" if text else ""

    def _pieces(self, word: str, size: float, room: float) -> list[str]:
        """Cut a word that is wider than a line, such as a long lot number, wherever the line ends."""
        if self.width(word, size) <= room:
            return [word]
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter, size) > room:
                pieces.append("")
            pieces[-1] += letter
        return pieces

    def wrap(self, text: str, size: float, room: float, lines: int) -> list[str]:
        """Break a text between words into at most `lines` lines; what is left over is cut with an ellipsis."""
        broken: list[str] = []
        words = [piece for word in text.split() for piece in self._pieces(word, size, room)]
        while words and len(broken) < lines:
            line = words.pop(0)
            last = len(broken) == lines - 1
            while words and (last or self.width(f"{line} {words[0]}", size) <= room):
                line = f"{line} {words.pop(0)}"
            broken.append(self.shorten(line, size, room))
        return broken


@dataclass(frozen=True, slots=True)
class Face(Measured):
    """A cut of the typeface with just the letters a document uses; measures are in thousandths of the type size."""

    name: str
    program: bytes
    """The TrueType file."""
    glyphs: dict[str, int]
    widths: dict[str, int]
    ascent: int
    descent: int
    cap_height: int
    bbox: tuple[int, int, int, int]
    stem: int
    _hex: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write every glyph number once, as PDF strings want it."""
        self._hex.update({letter: f"{glyph:04X}" for letter, glyph in self.glyphs.items()})

    def encode(self, text: str) -> str:
        """Return a text as the hexadecimal string of a `Tj` operator (ISO 32000-1, 9.7.4.2: Identity-H)."""
        return "<" + "".join(self._hex.get(letter) or self._hex[STAND_IN] for letter in text) + ">"

    def width(self, text: str, size: float) -> float:
        """Return how wide a text runs at a type size, in the unit of the size."""
        return sum(self.widths.get(letter, self.widths[STAND_IN]) for letter in text) * size / 1000


@cache
def font_file(weight: str) -> bytes:
    """Read a weight of the typeface ("Regular" or "Bold") from the package."""
    return (files("traceability.formats") / "fonts" / f"BeVietnamPro-{weight}.ttf").read_bytes()


def face(weight: str, texts: Iterable[str]) -> Face:
    """Cut the letters of some texts from a weight of the typeface ("Regular" or "Bold")."""
    font = TTFontFile(BytesIO(font_file(weight)))
    wanted = {STAND_IN, "…", *unicodedata.normalize("NFC", "".join(texts))}
    letters = sorted(letter for letter in wanted if ord(letter) in font.charToGlyph)
    glyphs: dict[str, int] = {}
    numbers: dict[int, int] = {0: 0}
    for letter in letters:  # the order in which `makeSubset` numbers them
        glyphs[letter] = numbers.setdefault(font.charToGlyph[ord(letter)], len(numbers))
    x0, y0, x1, y1 = (round(side) for side in font.bbox)
    return Face(
        name=f"BeVietnamPro-{weight}",
        program=font.makeSubset([ord(letter) for letter in letters]),
        glyphs=glyphs,
        widths={letter: round(font.charWidths[ord(letter)]) for letter in letters},
        ascent=round(font.ascent),
        descent=round(font.descent),
        cap_height=round(font.capHeight),
        bbox=(x0, y0, x1, y1),
        stem=round(font.stemV),
    )
