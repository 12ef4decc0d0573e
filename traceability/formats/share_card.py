"""The picture that a chat application shows beside a link: 1200 by 630 pixels, drawn here, every Vietnamese letter too.

It carries what does not change (product, producer, lot) and neither verdict nor stars, because chat applications keep a
preview for weeks. The typeface is Be Vietnam Pro (fonts/OFL.txt).
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from traceability.errors import InvalidInputError
from traceability.formats.images import variant

SIZE: Final = (1200, 630)
"""Width and height in pixels that Open Graph readers expect (1.91 : 1)."""

PAPER, INK, SOFT, DEEP, GOLD, RED = "#faf6ec", "#1c241f", "#515b54", "#14392d", "#c08a1e", "#8c1414"

WORDS: Final = {
    "vi": ("Truy xuất nguồn gốc OCOP", "Lô", "Mở để xem tem còn hiệu lực và hành trình sản phẩm"),
    "en": ("OCOP Trace", "Lot", "Open to see whether it holds, and the whole story"),
}
"""Language to heading, the word for a lot, and the line at the foot."""


def draw(title: str, producer: str, lot: str, picture: bytes | None, language: str) -> bytes:
    """Return a card as PNG.

    Args:
        title: name of the product or participant, wrapped over at most three lines.
        producer: second line, may be empty.
        lot: lot number, may be empty.
        picture: bytes of a product picture for the right side, or None. One that cannot be read is left out.
        language: "vi" or "en".
    """
    heading, word, foot = WORDS.get(language, WORDS["vi"])
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    width = SIZE[0] - 128
    if picture is not None and (photo := _photo(picture)) is not None:
        card.paste(photo, (SIZE[0] - photo.width, 96))
        width -= photo.width
    pen.rectangle((0, 0, SIZE[0], 96), fill=DEEP)
    pen.text((64, 48), heading, font=_font("Bold", 40), fill="#fdf9ef", anchor="lm")
    top = 148
    for line in _wrapped(title, _font("Bold", 68), width, 3):
        pen.text((64, top), line, font=_font("Bold", 68), fill=INK)
        top += 84
    for line in _wrapped(producer, _font("Regular", 36), width, 2):
        pen.text((64, top + 12), line, font=_font("Regular", 36), fill=SOFT)
        top += 48
    if lot:
        pen.text((64, top + 30), f"{word} {lot}", font=_font("Bold", 36), fill=RED)
    _weave(pen, SIZE[1] - 96)
    pen.rectangle((0, SIZE[1] - 72, SIZE[0], SIZE[1]), fill=DEEP)
    pen.text((64, SIZE[1] - 36), foot, font=_font("Regular", 30), fill="#fdf9ef", anchor="lm")
    target = BytesIO()
    card.quantize(192, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Load a weight of the typeface in a size in pixels."""
    data = files("traceability.formats").joinpath("fonts", f"BeVietnamPro-{weight}.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), size)


def _photo(picture: bytes) -> Image.Image | None:
    """Return a picture cut to the right side of the card."""
    try:
        small = variant(picture, SIZE[0])[0]
    except InvalidInputError:
        return None
    return ImageOps.fit(Image.open(BytesIO(small)), (480, SIZE[1] - 96 - 96), Image.Resampling.LANCZOS)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """Break a text at spaces into at most `most` lines; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return [_shortened(line, font, width) for line in lines]


def _shortened(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Cut a line that is too long."""
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line + "…") > width:
        line = line[:-1].rstrip(" …")
    return line + "…"


def _weave(pen: ImageDraw.ImageDraw, top: int) -> None:
    """Draw the woven border, 24 pixels high: two colours of sedge."""
    for left in range(0, SIZE[0], 24):
        pen.polygon([(left, top), (left + 12, top + 12), (left, top + 24), (left - 12, top + 12)], fill=GOLD)
        pen.polygon([(left + 12, top), (left + 24, top + 12), (left + 12, top + 24), (left, top + 12)], fill=RED)
