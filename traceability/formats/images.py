"""Pictures as they arrive and as we keep them.

A picture comes from a phone and cannot be trusted: it may be no picture, a small file that unfolds to gigabytes, or
carry the place where it was taken. So each one is decoded within bounds, turned upright, stripped of all metadata and
encoded again; what we store has never been anybody else's bytes. We keep JPEG, because every chat application shows
it in a link preview, and serve smaller WebP variants to pages.
"""

from io import BytesIO

from PIL import Image, ImageOps

from traceability.errors import InvalidInputError

ACCEPTED = ("JPEG", "PNG", "WEBP")
"""Formats we decode, by Pillow's names."""
MAX_PIXELS = 40_000_000
"""Default bound on width times height: a 40-megapixel photograph takes 120 MB while it is open."""
MIN_SIDE = 32
"""Shortest side in pixels that still shows something."""
QUALITY = 84
VARIANT_QUALITY = 78
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def normalise_picture(data: bytes, *, max_side: int = 1600, max_pixels: int = MAX_PIXELS) -> tuple[bytes, str]:
    """Decode a picture that was sent and encode it anew: upright, without metadata, on white, not too large.

    Args:
        data: the file as sent.
        max_side: longest side of the result in pixels.
        max_pixels: refuse larger pictures before decoding them.

    Returns:
        The bytes of a baseline-compatible progressive JPEG, and its media type.

    Raises:
        InvalidInputError: not a JPEG, PNG or WebP picture, damaged, too small or too large.
    """
    picture = _open(data, max_pixels)
    picture.draft("RGB", (max_side, max_side))  # a JPEG decodes straight to a smaller size
    upright = _on_white(_decode(picture))
    upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return _encode(upright, "JPEG", quality=QUALITY, progressive=True, optimize=True), "image/jpeg"


def variant(data: bytes, width: int) -> tuple[bytes, str]:
    """Return a picture of ours at most `width` pixels wide as WebP, and its media type.

    Raises:
        InvalidInputError: `data` is no picture.
    """
    picture = _open(data, MAX_PIXELS)
    picture.draft("RGB", (width, width))
    small = _on_white(_decode(picture))
    if small.width > width:
        height = max(1, round(small.height * width / small.width))
        small = small.resize((width, height), Image.Resampling.LANCZOS)
    return _encode(small, "WEBP", quality=VARIANT_QUALITY, method=4), "image/webp"


def _open(data: bytes, max_pixels: int) -> Image.Image:
    """Read the header only, and refuse what we will not decode."""
    if not data:
        raise InvalidInputError("The picture is empty. Choose the file again.", field="pictures")
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise InvalidInputError(
            "This picture is in the HEIC format of a phone. Save it as JPEG, or take it with the setting"
            " “most compatible”, and send it again.",
            field="pictures",
        )
    try:
        picture: Image.Image = Image.open(BytesIO(data), formats=ACCEPTED)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(max_pixels) from None
    except (OSError, ValueError, SyntaxError):
        raise InvalidInputError(
            "This file is not a picture that we can read. Send a JPEG, PNG or WebP picture.", field="pictures"
        ) from None
    if picture.width * picture.height > max_pixels:
        raise _too_large(max_pixels)
    if min(picture.size) < MIN_SIDE:
        raise InvalidInputError(
            "The picture is only {width} × {height} pixels. Send one of at least {least} × {least}.",
            field="pictures",
            width=picture.width,
            height=picture.height,
            least=MIN_SIDE,
        )
    return picture


def _too_large(max_pixels: int) -> InvalidInputError:
    """Say how large a picture may be."""
    return InvalidInputError(
        "The picture has more than {megapixels} million pixels. Make it smaller and send it again.",
        field="pictures",
        megapixels=max_pixels // 1_000_000,
    )


def _decode(picture: Image.Image) -> Image.Image:
    """Decode the first frame and turn it upright (Exif orientation)."""
    try:
        picture.load()
        return ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, ZeroDivisionError, KeyError, TypeError, Image.DecompressionBombError):
        raise InvalidInputError(
            "The picture is damaged or was not sent to its end. Send it again.", field="pictures"
        ) from None


def _on_white(picture: Image.Image) -> Image.Image:
    """Return plain RGB pixels, with anything transparent laid on white."""
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256, "L")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _encode(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    """Encode pixels only: a new image object carries no metadata of the old one."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    target = BytesIO()
    clean.save(target, kind, **options)
    return target.getvalue()
