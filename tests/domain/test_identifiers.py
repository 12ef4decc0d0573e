"""Identifiers cannot exist in a wrong form, and every slip of the pen is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.domain.check_digits import ALPHABET, check_character, check_digit, encode_base32
from traceability.domain.identifiers import Gln, Gtin, LotNumber, PartyCode, ProductCode, SerialNumber, StampSerial
from traceability.errors import InvalidIdentifierError

bodies = st.integers(1, 10**12 - 1).map(lambda number: f"{number:012}")
bits = st.binary(min_size=10, max_size=10)


@pytest.mark.parametrize("digits", ["9506000134352", "0614141123452", "73513537", "614141123452", "10614141123459"])
def test_gtins_of_all_lengths_are_kept_as_14_digits(digits):
    """GTIN-8, GTIN-12, GTIN-13 and GTIN-14 are one number padded with zeros."""
    assert Gtin(digits) == digits.zfill(14)


def test_a_gtin_reads_as_people_write_it():
    """Spaces and hyphens are passed over, and the short form is given back."""
    gtin = Gtin.parse("950-6000 134352")
    assert (gtin.gtin13, gtin.printed) == ("9506000134352", "9506000134352")
    assert Gtin("10614141123459").gtin13 is None


@given(bodies, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_found(body, place, shift):
    """The check digit finds every single wrong digit."""
    right = body + check_digit(body)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    Gtin(right)
    with pytest.raises(InvalidIdentifierError):
        Gtin(wrong)


@pytest.mark.parametrize("text", ["", "abc", "9506000134353", "123", "00000000", "9506000134352९", "²506000134352"])
def test_what_is_no_gtin_is_refused(text):
    """The message names the field."""
    with pytest.raises(InvalidIdentifierError) as refusal:
        Gtin(text)
    assert refusal.value.field == "gtin"


def test_a_gln_has_13_digits():
    """A GTIN-14 is no GLN."""
    assert Gln("9506000134352") == "9506000134352"
    for text in ("09506000134352", "9506000134351", "x"):
        with pytest.raises(InvalidIdentifierError):
            Gln(text)


@pytest.mark.parametrize("text", ["", "a" * 21, "Lô 1", "a b", "a\nb", "..", ".", "<x>#"])
@pytest.mark.parametrize("kind", [LotNumber, SerialNumber])
def test_wrong_lot_and_serial_numbers(kind, text):
    """Only 1 to 20 characters of set 82 will do, and not dots alone, which web addresses swallow."""
    with pytest.raises(InvalidIdentifierError) as refusal:
        kind(text)
    assert refusal.value.field == kind.field


def test_lot_numbers_keep_their_case_and_signs():
    """A lot number is what the producer wrote."""
    assert LotNumber(" nc-2605/14a ") == "nc-2605/14a"


@given(bits)
def test_a_stamp_serial_survives_typing(data):
    """Small letters, hyphens, O for 0 and I or L for 1 are understood."""
    serial = StampSerial.from_bits(data)
    typed = serial.lower().replace("0", "o").replace("1", "l")
    assert StampSerial(f" {typed[:4]}-{typed[4:8]} {typed[8:]} ") == serial
    assert len(serial) == 17


@given(bits, st.integers(0, 16), st.integers(1, 31))
def test_one_wrong_character_of_a_serial_is_found(data, place, shift):
    """A stamp link with a changed character is no stamp link."""
    serial = StampSerial.from_bits(data)
    other = ALPHABET[(ALPHABET.index(serial[place]) + shift) % 32]
    with pytest.raises(InvalidIdentifierError):
        StampSerial(serial[:place] + other + serial[place + 1 :])


@given(bits, st.integers(0, 16), st.integers(0, 16))
def test_two_swapped_characters_of_a_serial_are_found(data, first, second):
    """Any two that change places, not only neighbours."""
    serial = StampSerial.from_bits(data)
    letters = list(serial)
    letters[first], letters[second] = letters[second], letters[first]
    if letters[first] != letters[second]:
        with pytest.raises(InvalidIdentifierError):
            StampSerial("".join(letters))


@given(bits)
def test_base32_keeps_all_bits(data):
    """Ten bytes are sixteen characters that say them all."""
    number = 0
    for character in encode_base32(data):
        number = number * 32 + ALPHABET.index(character)
    assert number.to_bytes(10, "big") == data


def test_check_character_vector():
    """The check character of a serial, for second readers."""
    assert [check_character(text) for text in ("0000000000000000", "0000000000000001", "ZZZZZZZZZZZZZZZZ")] == [
        "0",
        "2",
        "M",
    ]


@pytest.mark.parametrize("kind", [ProductCode, PartyCode])
def test_codes(kind):
    """Ten characters of base32, read as people type them."""
    assert kind("7k2m9qx4tb") == "7K2M9QX4TB"
    for text in ("7K2M9QX4T", "7K2M9QX4TBB", "7K2M9QX4TU", ""):
        with pytest.raises(InvalidIdentifierError):
            kind(text)
