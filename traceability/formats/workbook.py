"""The stamps of a job as an Excel workbook, with the columns of `tables`.

XlsxWriter sends finished rows to a file of their own, so memory stays flat; it puts the workbook together at the end.
A workbook is one compressed piece and cannot be cut back to a checkpoint: after a crash this kind of file is made anew.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from traceability.errors import InvalidInputError, StorageError
from traceability.formats.pdf import Output
from traceability.formats.tables import Table
from traceability.formats.wording import Words
from traceability.ports import StampToPrint

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head (Excel specifications and limits)."""
WIDTHS = {"STT": 8, "Số tem": 14, "Số sê-ri": 26, "Nội dung mã QR": 66, "Mã dưới lớp phủ cào": 20, "Sản phẩm": 36}
"""Widths of columns in letters."""
BATCH = 100


class WorkbookWriter:
    """Writes a workbook of one sheet.

    Args:
        words: what all stamps say.
        codes: with a column of second codes.
        folder: for rows on their way; made here and deleted when the workbook is done.
    """

    media_type, suffix = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
    resumable = False

    def __init__(self, words: Words, *, codes: bool, folder: Path | None = None) -> None:
        """Choose the columns."""
        self._table, self._folder, self._title = Table(words, codes=codes), folder, words.product

    def begin(self, target: Output, notes: Sequence[int], position: int) -> None:  # noqa: ARG002 - always from the start
        """Begin a file. Raises StorageError."""
        options: dict[str, Any] = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
        if self._folder is not None:
            self._clear()
            try:
                self._folder.mkdir(mode=0o700)
            except OSError as error:
                raise _trouble(error) from error
            options["tmpdir"] = str(self._folder)
        self._book = xlsxwriter.Workbook(target, options)
        # The same job gives the same file, so it carries no hour of its own.
        self._book.set_properties({"title": self._title, "created": datetime(2026, 1, 1, tzinfo=UTC)})
        self._sheet = self._book.add_worksheet("Tem")
        bold = self._book.add_format({"bold": True})
        for column, head in enumerate(self._table.heads):
            self._sheet.set_column(column, column, WIDTHS.get(head, 18))
        self._sheet.freeze_panes(1, 0)
        for column, head in enumerate(self._table.heads):
            self._sheet.write_string(0, column, head, bold)

    def run(self, stamps: Iterator[StampToPrint], done: int) -> Iterator[int]:
        """Write rows; yield how many stamps are done. Raises InvalidInputError, StorageError."""
        try:
            for stamp in stamps:
                done += 1
                self._write(done, stamp)
                if done % BATCH == 0:
                    yield done
            if done % BATCH:
                yield done
        except BaseException:
            self._sheet.row_data_fh.close()
            raise

    def _write(self, place: int, stamp: StampToPrint) -> None:
        """Write one row."""
        if place > MOST_ROWS:
            raise InvalidInputError(
                "A workbook holds at most {most} stamps. Make several, or a CSV file.", field="last", most=MOST_ROWS
            )
        try:
            for column, value in enumerate(self._table.row(place, stamp)):
                if isinstance(value, int):
                    self._sheet.write_number(place, column, value)
                else:
                    self._sheet.write_string(place, column, value)
        except OSError as error:
            raise _trouble(error) from error

    def notes(self) -> Sequence[int]:
        """Return nothing: there is no going on."""
        return ()

    def finish(self) -> int:
        """Put the workbook together; return the one table there is. Raises StorageError."""
        try:
            self._book.close()
        except (OSError, XlsxWriterException) as error:
            raise _trouble(error) from error
        self._clear()
        return 1

    def _clear(self) -> None:
        """Delete rows that are no longer needed, also those of an earlier attempt."""
        if self._folder is not None:
            with suppress(FileNotFoundError):
                shutil.rmtree(self._folder)


def _trouble(error: Exception) -> StorageError:
    """Say what the disk said."""
    return StorageError(
        "The file {name} cannot be written: {reason}. Make room on the disk, or check who may write there.",
        name="xlsx",
        reason=getattr(error, "strerror", None) or str(error),
    )
