"""Coupon codes are read digit by digit: what is cut off, out of range or left over is refused with its name."""

import pytest

from traceability.domain.ai_table import table
from traceability.domain.coupons import coupon_fault, offer_fault
from traceability.errors import InvalidIdentifierError

REQUIRED = "0" + "950600" + "123456" + "1" + "5" + "1" + "2" + "0" + "110"
"""Company prefix of six digits, offer, save value, two pieces of a family, and nothing else."""

EVERYTHING = (
    REQUIRED
    + ("1" + "3" + "1" + "2" + "9" + "110" + "9")  # second purchase, same company
    + ("2" + "2" + "12" + "4" + "110" + "0" + "950601")  # third purchase, another company
    + ("3" + "270131")  # last day
    + ("4" + "260131")  # first day
    + ("5" + "0" + "000001")  # serial number
    + ("6" + "1" + "9506020")  # retailer
    + ("9" + "5" + "2" + "7" + "1")  # save value code, item, store flag, flag against doubling
)


def is_day(text):
    """A small calendar."""
    return 1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:]) <= 31


@pytest.mark.parametrize("value", [REQUIRED, EVERYTHING, REQUIRED + "3270131", REQUIRED + "5" + "9" + "0" * 15])
def test_well_formed_coupons_pass(value):
    """The required part alone, and with any optional part behind it."""
    assert coupon_fault(value, is_day) is None


@pytest.mark.parametrize("length", range(len(REQUIRED)))
def test_a_coupon_that_is_cut_off_is_refused(length):
    """However many digits of the required part are there."""
    assert coupon_fault(REQUIRED[:length], is_day)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("7" + REQUIRED[1:], "length of the company prefix"),
        (REQUIRED + "0", "behind its end"),
        (REQUIRED + "14", "rule for further purchases"),
        (REQUIRED + "3271331", "not a date"),
        (REQUIRED + "3270131" + "4270201", "before that"),
        (REQUIRED + "4260131" + "3270131", "behind its end"),
        (REQUIRED + "60", "length of the retailer"),
        (REQUIRED + "93", "save value code"),
        (REQUIRED + "9507" + "2", "item|doubling"),
        (REQUIRED[:-1] + "A", "digits"),
    ],
)
def test_a_coupon_is_refused_by_name(value, reason):
    """The sentence says which field is wrong."""
    found = coupon_fault(value, is_day)
    assert found is not None
    assert any(part in found for part in reason.split("|"))


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("0" + "0" + "950600" + "123456" + "0" + "000001", True),
        ("1" + "6" + "950600123456" + "123456" + "9" + "0" * 15, True),
        ("2" + "0" + "950600" + "123456" + "0" + "000001", False),
        ("0" + "7" + "9506001234567" + "123456" + "0" + "000001", False),
        ("0" + "0" + "950600" + "123456" + "0" + "00001", False),
        ("0" + "0" + "950600" + "123456" + "0" + "0000012", False),
        ("", False),
    ],
)
def test_offers(value, good):
    """A paperless offer has a format, a funder, an offer code and a serial number, and nothing behind it."""
    assert (offer_fault(value) is None) is good


def test_the_table_asks_here():
    """AI 8110 and AI 8112 are judged by this module, and package types by their list."""
    table()["8110"].check(REQUIRED)
    table()["7041"].check("PLP")
    for ai, value in (("8110", REQUIRED[:-1]), ("8112", REQUIRED), ("7041", "QQQ")):
        with pytest.raises(InvalidIdentifierError, match=ai):
            table()[ai].check(value)
