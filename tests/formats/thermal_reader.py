"""A thermal printer of our own: it reads ZPL II or TSPL and puts black dots on labels.

Written from the manuals and without a look at the code that it judges. It knows the commands that a job of graphics
needs and refuses all others, so that nothing gets by unnoticed.
"""

import re
from dataclasses import dataclass, field

from PIL import Image


@dataclass
class Printed:
    """What comes out: pictures of whole rows of labels, and what the printer was told about the stock."""

    labels: list = field(default_factory=list)
    stock: dict = field(default_factory=dict)
    stored: dict = field(default_factory=dict)


def picture(width, rows):
    """Return rows of bytes (1 is black) as a picture with black 0."""
    data = bytes(255 - byte for byte in b"".join(rows))
    return Image.frombytes("1", (width * 8, len(rows)), data)


def burn(label, graphic, x, y):
    """Add black dots."""
    black = graphic.point(lambda dot: 0 if dot else 255, "1")
    label.paste(0, (x, y), black)


# ------------------------------------------------------------------------------------------------------------- ZPL II
def unpack(text, row_bytes, total):
    """Undo ZPL's "Alternative Data Compression Scheme"; return rows."""
    rows, digits, count = [], "", 0
    width = row_bytes * 2
    for letter in text:
        if "G" <= letter <= "Y":
            count += ord(letter) - ord("F")
        elif "g" <= letter <= "z":
            count += 20 * (ord(letter) - ord("f"))
        elif letter in "0123456789ABCDEF":
            digits += letter * (count or 1)
            count = 0
        elif letter in ",!":
            assert count == 0
            digits += ("0" if letter == "," else "F") * (width - len(digits))
        elif letter == ":":
            assert not digits
            digits = rows[-1].hex().upper()
        else:
            raise AssertionError(letter)
        while len(digits) >= width:
            rows.append(bytes.fromhex(digits[:width]))
            digits = digits[width:]
    assert not digits
    assert len(rows) * row_bytes == total
    return rows


def print_zpl(data):
    """Print a file of ZPL II."""
    printed = Printed()
    text = data.decode("ascii").replace("\n", "")
    for command in re.findall(r"~DG[^~^]*|\^XA.*?\^XZ", text):
        if command.startswith("~DG"):
            name, total, row_bytes, packed = command[3:].split(",", 3)
            printed.stored[name] = picture(int(row_bytes), unpack(packed, int(row_bytes), int(total)))
        else:
            _format(command, printed)
    assert "".join(re.findall(r"~DG[^~^]*|\^XA.*?\^XZ", text)) == text
    return printed


def _format(command, printed):
    """Carry out one format."""
    at, drawn, label = (0, 0), False, None
    for code, value in re.findall(r"\^([A-Z]{2})([^^]*)", command):
        if code in {"PW", "LL"}:
            printed.stock[code] = int(value)
        elif code in {"MN", "LH"}:
            printed.stock[code] = value
        elif code == "FO":
            at = tuple(int(part) for part in value.split(","))
        elif code in {"GF", "XG"}:
            drawn = True
            label = label or Image.new("1", (printed.stock["PW"], printed.stock["LL"]), 1)
            burn(label, _zpl_graphic(code, value, printed), *at)
        elif code == "ID":
            del printed.stored[value]
        else:
            assert code in {"XA", "FS", "XZ"}, code
    if drawn:
        printed.labels.append(label)


def _zpl_graphic(code, value, printed):
    """Return the picture that a command places."""
    if code == "XG":
        name, across, down = value.split(",")
        assert (across, down) == ("1", "1")
        return printed.stored[name]
    kind, sent, total, row_bytes, packed = value.split(",", 4)
    assert kind == "A"
    assert sent == total
    return picture(int(row_bytes), unpack(packed, int(row_bytes), int(total)))


# --------------------------------------------------------------------------------------------------------------- TSPL
def print_tspl(data, dpi):
    """Print a file of TSPL."""
    printed, at, label = Printed(), 0, None
    per_mm = {203: 8, 300: 300 / 25.4}[dpi]
    while at < len(data):
        head = re.compile(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,").match(data, at)
        if head:
            x, y, row_bytes, height = (int(part) for part in head.groups())
            size = row_bytes * height
            body = data[head.end() : head.end() + size]
            assert len(body) == size
            label.paste(Image.frombytes("1", (row_bytes * 8, height), body), (x, y))  # mode 0 overwrites
            at = head.end() + size
            assert data[at : at + 2] == b"\r\n"
            at += 2
            continue
        end = data.index(b"\r\n", at)
        word, _, value = data[at:end].decode("ascii").partition(" ")
        at = end + 2
        if word == "SIZE":
            printed.stock["size"] = tuple(float(part.removesuffix(" mm")) for part in value.split(","))
        elif word in {"GAP", "DIRECTION", "REFERENCE"}:
            printed.stock[word] = value
        elif word == "CLS":
            label = Image.new("1", tuple(round(side * per_mm) for side in printed.stock["size"]), 1)
        else:
            assert (word, value) == ("PRINT", "1,1")
            printed.labels.append(label.copy())
    return printed


def printed_by(medium, data, dpi):
    """Print a file of either language."""
    return print_zpl(data) if medium == "zpl" else print_tspl(data, dpi)
