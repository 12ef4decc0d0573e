"""Naming a lot on the command line: by its path, its URI, or the bare number that stands on the crate."""

from typing import TYPE_CHECKING

from traceability.domain.times import local_day
from traceability.errors import InvalidInputError

if TYPE_CHECKING:
    from traceability.bootstrap import Application


def named_lot(application: "Application", subject: str) -> str:
    """Return what a bare lot number stands for: the path of the one lot that has it; all else as it is.

    Raises InvalidInputError where several lots have the number.
    """
    if "/" in subject:
        return subject
    found = application.reads.search(subject, local_day(application.clock.now())).lots
    paths = [lot.path for lot in found if lot.lot_number == subject]
    if len(paths) > 1:
        template = "Several lots have the number {number}: {paths}. Name the one that is meant by its path."
        raise InvalidInputError(template, field="subject", number=subject, paths=", ".join(paths))
    return paths[0] if paths else subject
