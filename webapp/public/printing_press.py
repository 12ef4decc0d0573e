"""Pages that are the same for everybody but for a few words, printed once and completed for each reader.

A lot's page takes milliseconds to render and the pages of all its stamps differ in a serial and an address only. So the
page is rendered once with marks where those go, cut at the marks, and each piece is compressed once (raw DEFLATE ended
by a full flush, so that pieces can be laid end to end). Completing a page then means: lay the pieces end to end, the
few words between them as stored blocks (RFC 1951, 3.2.4), and add the check sum (RFC 1952). The slow twin is plain text
and `gzip.compress`; a test holds the two together.
"""

import secrets
import struct
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

MARK = secrets.token_hex(12)
"""Unknown to anybody outside, so that no text of a record can be taken for a mark."""

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""A gzip member without name or time."""

END = b"\x03\x00"
"""An empty last block."""

LONGEST = 0xFFFF
"""Most bytes in one stored block."""


def mark(slot: str) -> str:
    """Return what a template puts where a slot's text goes; letters and digits only, so that nothing escapes it."""
    return f"{MARK}{slot}{MARK}"


class Page:
    """One rendered page with open slots."""

    __slots__ = ("_packed", "_plain")

    def __init__(self, rendered: str) -> None:
        """Cut at the marks: pieces of text at even places, names of slots at odd ones."""
        pieces = rendered.split(MARK)
        self._plain = [piece if place % 2 else piece.encode() for place, piece in enumerate(pieces)]
        self._packed = [piece if isinstance(piece, str) else _pack(piece) for piece in self._plain]

    def plain(self, slots: Mapping[str, bytes]) -> bytes:
        """Return the page as UTF-8 with its slots filled."""
        return b"".join([slots[piece] if isinstance(piece, str) else piece for piece in self._plain])

    def packed(self, slots: Mapping[str, bytes]) -> bytes:
        """Return the same, compressed (gzip)."""
        body = self.plain(slots)
        pieces = [_stored(slots[piece]) if isinstance(piece, str) else piece for piece in self._packed]
        return b"".join([HEADER, *pieces, END, struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)])


def _pack(piece: bytes) -> bytes:
    """Compress one piece on its own, ended at a byte and without a memory of what was before."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _stored(words: bytes) -> bytes:
    """Return words as stored blocks."""
    blocks = [words[start : start + LONGEST] for start in range(0, len(words), LONGEST)]
    return b"".join([b"\x00" + struct.pack("<HH", len(one), len(one) ^ 0xFFFF) + one for one in blocks])


class Shelf(Generic[Value]):
    """The values used last, up to a number of them. Safe between threads."""

    def __init__(self, size: int) -> None:
        """Begin empty."""
        self._size = size
        self._values: OrderedDict[object, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> Value | None:
        """Return a value, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: object, value: Value) -> Value:
        """Keep a value, and drop the one that was not used for longest."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._size:
                self._values.popitem(last=False)
        return value
