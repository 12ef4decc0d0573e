"""Texts as people look for them: without tones, capitals or the stroke of đ, so that `mam tep` finds `Mắm tép`."""

import unicodedata

_STROKES = str.maketrans({"đ": "d", "Đ": "d"})


def fold_text(text: str) -> str:
    """Return a text folded for search: no tone or vowel marks, `đ` as `d`, lower case, single spaces."""
    apart = unicodedata.normalize("NFD", text.translate(_STROKES))
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())
