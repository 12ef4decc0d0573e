"""What docs/format.md publishes is what the program uses, so that a second reader can be written from it."""

import re
from hashlib import sha256
from pathlib import Path

from traceability.proofs.dictionary import DICTIONARY_1

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")


def test_the_dictionary_is_published_byte_for_byte():
    """The printed lines, joined, are preset dictionary no. 1, and its digest stands beside them."""
    printed = re.search(r"^### Preset dictionary no\. 1$.*?^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert printed[1].replace("\n", "").encode() == DICTIONARY_1
    assert sha256(DICTIONARY_1).hexdigest() in PAGE


def test_the_dictionary_never_changes():
    """Every blob ever recorded with version 1 depends on these bytes; better words get another number."""
    assert sha256(DICTIONARY_1).hexdigest() == "4e4acabbc8677194246f92230207e009497d3da50a6c673ac6ad8476a52f12f9"
