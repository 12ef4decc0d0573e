"""What looks as if it were about a person, and what only looks a little like it."""

import pytest

from traceability.domain.private_values import looks_personal, require_impersonal
from traceability.errors import RuleViolationError
from traceability.proofs.canonical_json import canonical

PERSONAL = (
    "0912345678",
    "0912 345 678",
    "0912.345.678",
    "091 234 5678",
    "091-2345-678",
    "091 234 56 78",
    "0912 345678",
    "84912345678",
    "84 912 345 678",
    "0084 912 345 678",
    "+84 912 345 678",
    "+84(0)912 345 678",
    "+84 24 3825 1234",
    "Gọi 0912\u00a0345\u00a0678 nhé",
    "ĐT:0912345678.",
    "Chị Mai (0912345678), thủ kho",
    "https://shop.example/ 0912345678",
    "tel:0912345",
    "mailto:mai",
    "hỏi mai.htx+kho@example.vn",
)
IMPERSONAL = (
    "",
    "09506000134352",
    "9506000134352",
    "095060001343527891",
    "09123456789",
    "1912345678",
    "0412345678",
    "0.912345678",
    "12.0912345678",
    "912345678",
    "05-09-2026 14:30",
    "05.09.2026 1430",
    "2026-09-05T03:30:00.000+07:00",
    "LOT-0912345678",
    "0912345678-A",
    "L0912345678",
    "0912345678X",
    "https://shop.example/0912345678",
    "see https://shop.example/0912345678 there",
    "urn:epc:id:giai:9506000.0912345678",
    "see URN:x:0912345678",
    "ex:0912345678",
    "mai@htx",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_addresses_and_numbers_are_noticed(text):
    """As people write them, alone and among words."""
    assert looks_personal(text)
    with pytest.raises(RuleViolationError) as caught:
        refuse({"ex:note": ["", text]})
    assert caught.value.field == "/ex:note/1"


@pytest.mark.parametrize("text", IMPERSONAL)
def test_codes_dates_and_identifiers_are_not(text):
    """Keys of GS1, lots, decimals, moments, and whatever stands in a URI."""
    assert not looks_personal(text)
    refuse({"ex:note": text})


def test_digits_of_a_code_are_no_number():
    """Where the standard says that the value is a code."""
    refuse({"ilmd": {"cbvmda:lotNumber": "0305202601"}, "sensorReport": [{"hexBinaryValue": "0912345678"}]})
    with pytest.raises(RuleViolationError):
        refuse({"ilmd": {"cbvmda:lotNumber": "mai@example.vn"}})
    with pytest.raises(RuleViolationError):
        refuse({"ilmd": {"ex:ballotNumber": "0305202601"}})


@pytest.mark.parametrize("text", ["Gọi\n0912345678", "Gọi\t+84 912 345 678", "\ntel:0912", "\nmailto:mai"])
def test_what_json_escapes_hides_nothing(text):
    """The letter of an escape is no letter of the text."""
    with pytest.raises(RuleViolationError):
        refuse({"note": text})


def test_names_of_members_are_texts_too():
    """Also those of one's own."""
    with pytest.raises(RuleViolationError) as caught:
        refuse({"mai@example.vn": 1})
    assert caught.value.field == "/mai@example.vn"


def test_long_texts_are_read_once():
    """Any number of letters ends, with what a form may begin with and never holds."""
    for piece in ("a", "a.", "a@", "a@b.", "0912 ", "a://", "+84"):
        assert not looks_personal(piece * (200_000 // len(piece)) + "!")


def refuse(document):
    """Hold a document against the rule as it is recorded."""
    require_impersonal(document, canonical(document).decode())
