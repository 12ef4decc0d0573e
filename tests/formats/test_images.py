"""What arrives as a picture leaves as our own plain picture, or is refused with what to do."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from traceability.errors import InvalidInputError
from traceability.formats.images import normalise_picture, variant


def picture(kind="JPEG", size=(640, 480), mode="RGB", **options):
    """Make a picture file."""
    image = Image.new(mode, size, "orange" if mode != "L" else 128)
    if mode == "RGB":
        ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="navy")
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg(kind):
    """Each accepted format comes out as a JPEG of the same shape."""
    data, media_type = normalise_picture(picture(kind))
    assert media_type == "image/jpeg"
    opened = Image.open(BytesIO(data))
    assert (opened.format, opened.size) == ("JPEG", (640, 480))


def test_a_large_picture_is_made_smaller():
    """The longest side never exceeds the bound, and the shape stays."""
    data, _ = normalise_picture(picture(size=(3000, 1500)), max_side=1600)
    assert Image.open(BytesIO(data)).size == (1600, 800)


def test_metadata_is_gone_and_the_picture_stands_upright():
    """The place where a photograph was taken does not survive, and its Exif orientation is applied."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right
    exif[0x010E] = "nhà ông Ba"
    exif.get_ifd(0x8825)[1] = "N"  # the GPS directory
    data, _ = normalise_picture(picture(exif=exif.tobytes(), size=(640, 480)))
    opened = Image.open(BytesIO(data))
    assert opened.size == (480, 640)
    assert not opened.getexif()
    assert b"Exif" not in data


def test_text_chunks_of_a_png_are_gone():
    """A comment hidden in a PNG does not survive."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "0912345678")
    data, _ = normalise_picture(picture("PNG", pnginfo=info))
    assert b"0912345678" not in data


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "I;16", "1", "CMYK"])
def test_every_colour_mode_is_understood(mode):
    """Transparent, indexed, grey, 16-bit and print pictures all become plain colour."""
    kind = "JPEG" if mode == "CMYK" else "PNG"
    target = BytesIO()
    Image.new(mode, (64, 64)).save(target, kind)
    assert Image.open(BytesIO(normalise_picture(target.getvalue())[0])).mode == "RGB"


def test_what_was_transparent_is_white():
    """A cut-out product stands on white, not on black."""
    target = BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(target, "PNG")
    assert Image.open(BytesIO(normalise_picture(target.getvalue())[0])).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<script>alert(1)</script>", "not a picture"),
        (b"GIF89a" + bytes(64), "not a picture"),
        (b"%PDF-1.7\n" + bytes(64), "not a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "not a picture"),
        (b"\0\0\0\x18ftypheic" + bytes(64), "HEIC"),
        (picture(size=(16, 16)), "only 16"),
        (picture("PNG", size=(300, 300))[:-400], "damaged"),
        (picture("JPEG", size=(900, 900))[:900], "damaged"),
    ],
)
def test_what_is_no_picture_is_refused(data, said):
    """Text, other files, damaged and tiny pictures are refused with a sentence that says what to do."""
    with pytest.raises(InvalidInputError, match=said) as refusal:
        normalise_picture(data)
    assert refusal.value.field == "pictures"


@pytest.mark.parametrize("side", [9_000, 12_000, 30_000])
def test_a_decompression_bomb_is_refused_before_it_unfolds(side):
    """A small file that claims hundreds of megapixels is refused by its header alone."""
    bomb = picture("PNG", size=(64, 64))
    header = side.to_bytes(4, "big") * 2
    forged = bomb[:16] + header + bomb[24:29]
    import zlib  # noqa: PLC0415 - only this test forges a header

    forged += zlib.crc32(forged[12:29]).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(InvalidInputError, match="40 million pixels"):
        normalise_picture(forged)


def test_a_variant_is_a_small_webp():
    """Pages get WebP no wider than they asked for, and never an enlarged one."""
    data, media_type = variant(picture(size=(1600, 1200)), 320)
    assert media_type == "image/webp"
    assert Image.open(BytesIO(data)).size == (320, 240)
    assert Image.open(BytesIO(variant(picture(size=(200, 100)), 320)[0])).size == (200, 100)


def test_the_same_picture_gives_the_same_bytes():
    """Normalising is deterministic, so a form that is sent twice stores one picture."""
    data = picture("PNG")
    assert normalise_picture(data) == normalise_picture(data)
