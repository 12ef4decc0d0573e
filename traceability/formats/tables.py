"""The stamps of a job as a table, for a print house that makes its own layout.

Every cell is text as it stands on a stamp, so a column can be placed as it is. That also keeps spreadsheets from
"improving" it: `Lô 0012`, `Số 1-05`, `NSX 03/11/2026` and a code in two groups of four are no numbers, dates or powers
of ten to any of them, and nothing begins like a formula (a product name that does gets an apostrophe in front).
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from traceability.formats.pdf import Output
from traceability.formats.qr import stamp_text
from traceability.formats.wording import Words, in_fours
from traceability.ports import StampToPrint

BATCH = 100
"""Rows that are written together."""


class Table:
    """The columns and rows of a job.

    Args:
        words: what all stamps say.
        codes: with a column of second codes.
    """

    def __init__(self, words: Words, *, codes: bool) -> None:
        """Finish what is the same in all rows."""
        self._codes = codes
        self._number_word = words.number_word
        self._shared = [
            harmless(words.product),
            _after(words.lot_word, words.lot),
            _after(words.produced_word, words.produced),
            _after(words.expires_word, words.expires),
        ]

    @property
    def heads(self) -> list[str]:
        """Names of the columns."""
        code = ["Mã dưới lớp phủ cào"] if self._codes else []
        return [
            "STT",
            "Số tem",
            "Số sê-ri",
            "Nội dung mã QR",
            *code,
            "Sản phẩm",
            "Lô",
            "Ngày sản xuất",
            "Hạn sử dụng",
        ]

    def row(self, place: int, stamp: StampToPrint) -> list[str | int]:
        """Return the row of the stamp with this place in the job, counted from 1."""
        code = [" ".join(in_fours(stamp.code))] if self._codes else []
        return [
            place,
            f"{self._number_word} {stamp.number}",
            " ".join(in_fours(stamp.serial)),
            stamp_text(stamp.link),
            *code,
            *self._shared,
        ]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def _after(word: str, text: str) -> str:
    """Return a text with the word that it has on a stamp."""
    return f"{word} {text}" if text else ""


class CsvWriter:
    """Writes a table as CSV (RFC 4180) in UTF-8 with the mark by which Excel knows it."""

    media_type, suffix, resumable = "text/csv", ".csv", True

    def __init__(self, words: Words, *, codes: bool) -> None:
        """Choose the columns."""
        self._table = Table(words, codes=codes)

    def begin(self, target: Output, notes: Sequence[int], position: int) -> None:  # noqa: ARG002 - no state of its own
        """Begin a file, or go on with one."""
        self._target = target
        if not position:
            self._write([self._table.heads], "\ufeff")

    def run(self, stamps: Iterator[StampToPrint], done: int) -> Iterator[int]:
        """Write rows; yield how many stamps of the job are done after each batch."""
        rows: list[Sequence[str | int]] = []
        for stamp in stamps:
            done += 1
            rows.append(self._table.row(done, stamp))
            if len(rows) == BATCH:
                self._write(rows)
                rows = []
                yield done
        if rows:
            self._write(rows)
            yield done

    def _write(self, rows: Sequence[Sequence[str | int]], before: str = "") -> None:
        """Write some rows."""
        text = StringIO(newline="")
        text.write(before)
        csv.writer(text).writerows(rows)
        self._target.write(text.getvalue().encode("utf-8"))

    def notes(self) -> Sequence[int]:
        """Return nothing: a row needs no other one."""
        return ()

    def finish(self) -> int:
        """Return the one table there is."""
        return 1
