"""A PDF file that is written page by page, so that a job of 100,000 stamps needs no more memory than one of ten.

Reportlab's canvas keeps every page until the end. A sheet of stamps needs very little of PDF (bars, a few lines of
text in one typeface), so this writer sends each page to the file as it comes and remembers only where it began.
Numbers in brackets name clauses of ISO 32000-1.
"""

import zlib
from array import array
from collections.abc import Mapping, Sequence
from typing import Protocol

from traceability.formats.typography import Face

POINTS_PER_MM = 72 / 25.4
COMPRESSION = 6
"""Of zlib."""
_CATALOG, _PAGES, _INFO = 1, 2, 3


class Output(Protocol):
    """Something that takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take some."""
        ...


class PdfWriter:
    """Writes a PDF 1.7 file to a binary stream that need not be seekable.

    Everything before the first page depends on the arguments alone, so a file that was left half written is gone on
    with by making the same writer anew and telling it where the pages lie that are there.

    Args:
        target: where the bytes go.
        size: page width and height in points.
        title: the document's title.
        faces: the typefaces, by the name under which page contents select them (`/Name 8 Tf`).
        drawings: contents that pages repeat (`/Name Do`), by name, in millimetres like the pages'.
        written: what `offsets` gave for the pages that are in the file already.
        position: the file's length up to which it is complete; 0 for a new file.
    """

    def __init__(
        self,
        target: Output,
        size: tuple[float, float],
        title: str,
        faces: Mapping[str, Face],
        drawings: Mapping[str, str],
        *,
        written: Sequence[int] = (),
        position: int = 0,
    ) -> None:
        """Write the header, the typefaces and the drawings, unless they are there."""
        self._target = target
        self._silent = position > 0
        self._width, self._height = (f"{side:.3f}".rstrip("0").rstrip(".") for side in size)
        self._position = 0
        self._offsets = array("Q", [0] * (_INFO + 1))
        self._pages = array("Q")
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        fonts = {name: self._face(face) for name, face in faces.items()}
        self._resources = f"/Font<<{_references(fonts)}>>"
        forms = {name: self._drawing(content) for name, content in drawings.items()}
        self._resources += f"/XObject<<{_references(forms)}>>"
        self._title = title
        if position:
            for offset in written:
                self._offsets.append(offset)
            first = len(self._offsets) - len(written)
            self._pages.extend(range(first + 1, len(self._offsets), 2))
            self._position = position
        self._told = len(self._offsets)
        self._silent = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def page(self, content: str) -> None:
        """Write one page; its content is in millimetres from the lower left corner."""
        scale = f"{POINTS_PER_MM:.6f}"
        stream = self._stream(f"{scale} 0 0 {scale} 0 0 cm\n{content}".encode("ascii"))
        box = f"/MediaBox[0 0 {self._width} {self._height}]"
        page = f"<</Type/Page/Parent {_PAGES} 0 R{box}/Contents {stream} 0 R>>"
        self._pages.append(self._object(page.encode("ascii")))

    def offsets(self) -> list[int]:
        """Return where the pages since the last call lie, for `written`: two numbers each."""
        new = self._offsets[self._told :].tolist()
        self._told = len(self._offsets)
        return new

    def close(self) -> None:
        """Write the page tree, the catalogue and the cross-reference table (7.5.4)."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        tree = f"<</Type/Pages/Count {len(self._pages)}/Resources<<{self._resources}>>/Kids[{kids}]>>"
        self._object(tree.encode("ascii"), _PAGES)
        # A printer dialogue that follows this does not scale the page: a stamp must come out in its size (12.2).
        catalog = f"<</Type/Catalog/Pages {_PAGES} 0 R/Lang(vi-VN)/ViewerPreferences<</PrintScaling/None>>>>"
        self._object(catalog.encode("ascii"), _CATALOG)
        title = b"\xfe\xff" + self._title.encode("utf-16-be")
        self._object(b"<</Producer(ocop-trace)/Title<" + title.hex().encode("ascii") + b">>>", _INFO)
        start = self._position
        count = len(self._offsets)
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode("ascii"))
        for offset in self._offsets[1:]:
            self._write(f"{offset:010d} 00000 n \n".encode("ascii"))
        trailer = f"trailer\n<</Size {count}/Root {_CATALOG} 0 R/Info {_INFO} 0 R>>\nstartxref\n{start}\n%%EOF\n"
        self._write(trailer.encode("ascii"))

    def _write(self, data: bytes) -> None:
        """Send bytes on and count them."""
        if not self._silent:
            self._target.write(data)
        self._position += len(data)

    def _object(self, body: bytes, number: int | None = None) -> int:
        """Write an object and return its number."""
        if number is None:
            number = len(self._offsets)
            self._offsets.append(0)
        self._offsets[number] = self._position
        self._write(f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n")
        return number

    def _stream(self, data: bytes, entries: str = "") -> int:
        """Write a compressed stream (7.4.4) and return its number."""
        packed = zlib.compress(data, COMPRESSION)
        head = f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>\nstream\n".encode("ascii")
        return self._object(head + packed + b"\nendstream")

    def _drawing(self, content: str) -> int:
        """Write contents that pages repeat, a form of the page's size (8.10), and return its number."""
        box = f"/BBox[0 0 {self._width} {self._height}]"
        entries = f"/Type/XObject/Subtype/Form{box}/Resources<<{self._resources}>>"
        return self._stream(content.encode("ascii"), entries)

    def _face(self, face: Face) -> int:
        """Embed a typeface as a composite font that is addressed by glyph number (9.7) and return its number."""
        name = f"OCOPTR+{face.name}"  # six letters mark a subset (9.6.4)
        program = self._stream(face.program, f"/Length1 {len(face.program)}")
        box = " ".join(str(side) for side in face.bbox)
        descriptor = self._object(
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{box}]/ItalicAngle 0/Ascent {face.ascent}/Descent"
            f" {face.descent}/CapHeight {face.cap_height}/StemV {face.stem}/FontFile2 {program} 0 R>>".encode("ascii")
        )
        widths = " ".join(f"{glyph}[{face.widths[letter]}]" for letter, glyph in face.glyphs.items())
        descendant = self._object(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity/FontDescriptor {descriptor} 0 R"
            f"/W[{widths}]/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>".encode("ascii")
        )
        unicode_map = self._stream(_to_unicode(face).encode("ascii"))
        return self._object(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
            f"/ToUnicode {unicode_map} 0 R>>".encode("ascii")
        )


def _references(numbers: Mapping[str, int]) -> str:
    """Return the entries of a resource dictionary (7.8.3)."""
    return " ".join(f"/{name} {number} 0 R" for name, number in numbers.items())


def _to_unicode(face: Face) -> str:
    """Return the map that lets a reader copy and search the text (9.10.3), in blocks of at most 100 entries."""
    entries = [f"<{glyph:04X}><{letter.encode('utf-16-be').hex()}>" for letter, glyph in face.glyphs.items()]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
        "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        f"1 begincodespacerange<0000><FFFF>endcodespacerange\n{body}\n"
        "endcmap CMapName currentdict/CMap defineresource pop end end"
    )
