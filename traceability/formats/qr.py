"""QR codes of links, for one stamp at a time or many on a sheet.

A stamp is small, so its code must be too. Links whose path does not depend on case are written in capitals, because
the alphanumeric mode of ISO/IEC 18004 packs two characters in 11 bits where the byte mode needs 16; `HTTPS://` with a
host of 16 characters, a GTIN and a serial then fit version 4 (33 modules) at error level Q, which survives a quarter
of the code being lost.
"""

import re
from io import BytesIO
from itertools import groupby

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError

from traceability.errors import InvalidInputError

QUIET_ZONE = 4
"""Modules of white on each side (ISO/IEC 18004, 6.3.8)."""

Matrix = list[list[bool]]
"""Rows of modules, True where dark, without the quiet zone."""

_OUR_PATH = re.compile(r"/(?:01/[0-9]{8,14}(?:/10/[^/]+)?(?:/21/[^/]+)?|p/[^/]+(?:/[ls]/[^/]+){0,2})", re.IGNORECASE)
ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]*")  # ISO/IEC 18004, table 5
_OUR_LETTERS = re.compile(r"/[pls]/")


def stamp_text(link: str) -> str:
    """Return a link as it stands in the QR code: in capitals wherever that cannot change its meaning.

    Scheme and host never depend on case (RFC 3986, 6.2.2.1), and our own paths accept `/P/` and `/p/`; but a lot number
    does (GS1 General Specifications, AI 10), so a path with a small letter in a code, or one of another shape, is left
    as it is.
    """
    scheme, separator, rest = link.partition("://")
    host, slash, path = rest.partition("/")
    path = slash + path
    ours = _OUR_LETTERS.sub(lambda letters: letters.group().upper(), path)
    if not separator or not _OUR_PATH.fullmatch(path) or not ALPHANUMERIC.fullmatch(ours):
        return link
    return f"{scheme.upper()}://{host.upper()}{ours}"


def qr_matrix(link: str, *, mask: int | None = None) -> Matrix:
    """Return the modules of a link's code at error level Q, as small as it gets.

    Args:
        link: an absolute link.
        mask: the data mask (0 to 7). Left out, the encoder tries all eight and takes the one that scanners like best,
            which costs four times the work; with one given, every code is still valid, and thousands are done in time.

    Raises:
        InvalidInputError: the link does not fit any QR code.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=mask)
    text = stamp_text(link)
    code.add_data(text, optimize=0 if ALPHANUMERIC.fullmatch(text) else 20)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        raise InvalidInputError("The link is too long for a QR code: {length} characters.", length=len(link)) from None
    return [[bool(module) for module in row] for row in code.modules]


def dark_runs(matrix: Matrix) -> list[tuple[int, int, int]]:
    """Return the dark modules as (column, row, length) bars, joined along each row."""
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, group in groupby(row):
            length = len(list(group))
            if dark:
                runs.append((x, y, length))
            x += length
    return runs


def qr_svg(link: str) -> str:
    """Return a link's code as an SVG drawing, one user unit a module, quiet zone included; scale it as you like."""
    matrix = qr_matrix(link)
    side = len(matrix) + 2 * QUIET_ZONE
    path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{n}v1h-{n}z" for x, y, n in dark_runs(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side * 8}" height="{side * 8}"'
        f' role="img" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{path}"/></svg>\n'
    )


def qr_png(link: str, module_px: int = 8) -> bytes:
    """Return a link's code as a black-and-white PNG with `module_px` pixels a module, quiet zone included.

    Raises:
        InvalidInputError: `module_px` is not between 1 and 64, or the link does not fit.
    """
    if not 1 <= module_px <= 64:  # noqa: PLR2004 - 64 pixels a module is a poster
        raise InvalidInputError("Choose 1 to 64 pixels a module, not {size}.", field="size", size=module_px)
    matrix = qr_matrix(link)
    side = len(matrix) + 2 * QUIET_ZONE
    small = Image.new("1", (side, side), 1)
    for x, y, length in dark_runs(matrix):
        small.paste(0, (x + QUIET_ZONE, y + QUIET_ZONE, x + QUIET_ZONE + length, y + QUIET_ZONE + 1))
    target = BytesIO()
    small.resize((side * module_px, side * module_px), Image.Resampling.NEAREST).save(target, "PNG", optimize=True)
    return target.getvalue()
