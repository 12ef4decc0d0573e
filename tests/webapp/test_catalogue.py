"""Both languages are complete and in step with the source."""

import re

import pytest

from webapp import catalogue

GAPS = re.compile(r"%\(\w+\)[sd]|\{\w*[^}]*\}")


@pytest.fixture(scope="module")
def source():
    """Every sentence of the source, collected once."""
    return [message for message in catalogue.collect() if message.id]


def texts(value):
    """A translation's forms."""
    return list(value) if isinstance(value, list | tuple) else [value]


def test_every_sentence_has_a_translation(source):
    """`python -m webapp.catalogue update` would find nothing to translate; if this fails, run it and translate."""
    known = catalogue.read()
    lacking = [
        message.id
        for message in source
        if (not (found := known.get(message.id, message.context)) or found.fuzzy or not all(texts(found.string)))
    ]
    assert lacking == []


def test_catalogue_holds_nothing_else(source):
    """Sentences that left the source leave the catalogue: run `python -m webapp.catalogue update`."""
    known = {message.id for message in source}
    assert [message.id for message in catalogue.read() if message.id and message.id not in known] == []


def test_translations_have_no_gap_of_their_own():
    """A translation may leave a fact out where the page shows it anyway, but never asks for one that is not given."""
    wrong = []
    for message in catalogue.read():
        if message.id:
            wanted = set(GAPS.findall(texts(message.id)[-1]))
            wrong += [message.id for text in texts(message.string) if text and not set(GAPS.findall(text)) <= wanted]
    assert wrong == []


def test_compiled_catalogue_is_fresh():
    """messages.mo is what messages.po compiles to: run `python -m webapp.catalogue compile`."""
    assert catalogue.MO.read_bytes() == catalogue.compiled()


def test_translations_are_normalised():
    """Vietnamese is kept in composed form (NFC), so that the same word is the same bytes."""
    import unicodedata  # noqa: PLC0415 - used here only

    text = catalogue.PO.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
