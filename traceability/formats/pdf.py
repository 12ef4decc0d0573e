"""A PDF file that is written page by page, so that a job of 100,000 stamps needs no more memory than one of ten.

Reportlab's canvas keeps every page until the end. A sheet of stamps needs very little of PDF (bars, a few lines of
text in one typeface), so this writer sends each page to the file as it comes and remembers only where it began.
Numbers in brackets name clauses of ISO 32000-1.
"""

import zlib
from array import array
from collections.abc import Mapping
from types import TracebackType
from typing import BinaryIO, Self

from traceability.formats.typography import Face

POINTS_PER_MM = 72 / 25.4
_CATALOG, _PAGES, _INFO = 1, 2, 3


class PdfWriter:
    """Writes a PDF 1.7 file to a binary stream that need not be seekable. Use it as a context manager.

    Args:
        target: where the bytes go.
        size: page width and height in millimetres.
        title: the document's title.
        faces: the typefaces, by the name under which page contents select them (`/Name 8 Tf`).
    """

    def __init__(self, target: BinaryIO, size: tuple[float, float], title: str, faces: Mapping[str, Face]) -> None:
        """Write the header and the typefaces."""
        self._target = target
        self._size = size
        self._position = 0
        self._offsets = array("Q", [0] * (_INFO + 1))
        self._pages = array("Q")
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        references = {name: self._face(face) for name, face in faces.items()}
        self._fonts = " ".join(f"/{name} {number} 0 R" for name, number in references.items())
        self._title = title

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, unless something went wrong."""
        if kind is None:
            self.close()

    def page(self, content: str) -> None:
        """Write one page; its content is in millimetres from the lower left corner."""
        scale = f"{POINTS_PER_MM:.6f}"
        stream = self._stream(f"{scale} 0 0 {scale} 0 0 cm\n{content}".encode("ascii"))
        width, height = (f"{side * POINTS_PER_MM:.3f}" for side in self._size)
        page = f"<</Type/Page/Parent {_PAGES} 0 R/MediaBox[0 0 {width} {height}]/Contents {stream} 0 R>>"
        self._pages.append(self._object(page.encode("ascii")))

    def close(self) -> None:
        """Write the page tree, the catalogue and the cross-reference table (7.5.4)."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        resources = f"<</Font<<{self._fonts}>>>>"
        tree = f"<</Type/Pages/Count {len(self._pages)}/Resources{resources}/Kids[{kids}]>>"
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
        packed = zlib.compress(data, 6)
        head = f"<</Filter/FlateDecode/Length {len(packed)}{entries}>>\nstream\n".encode("ascii")
        return self._object(head + packed + b"\nendstream")

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
