"""Coupon codes are read digit by digit: what is cut off, out of range or left over is refused with its place."""

import pytest

from traceability.domain.ai_table import table
from traceability.domain.coupons import check_coupon, check_offer
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
    assert check_coupon(value, is_day)


@pytest.mark.parametrize("length", range(len(REQUIRED)))
def test_a_coupon_that_is_cut_off_is_refused(length):
    """However many digits of the required part are there."""
    with pytest.raises(InvalidIdentifierError, match=r"AI \(8110\): the coupon code is cut off"):
        check_coupon(REQUIRED[:length], is_day)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("7" + REQUIRED[1:], "digit 1 of the coupon code is 7"),
        (REQUIRED + "0", "0 stands behind the end"),
        (REQUIRED + "14", "digit 23 of the coupon code is 4"),
        (REQUIRED + "3271331", "271331 in the coupon code is not a date"),
        (REQUIRED + "3270131" + "4270201", "begins on 270201 and ends on 270131, before that"),
        (REQUIRED + "4260131" + "3270131", "3270131 stands behind the end"),
        (REQUIRED + "60", "digit 23 of the coupon code is 0"),
        (REQUIRED + "93", "digit 23 of the coupon code is 3"),
        (REQUIRED + "9507" + "2", "digit 26 of the coupon code is 2"),
        (REQUIRED[:-1] + "A", "other than digits"),
    ],
)
def test_a_coupon_is_refused_with_the_place(value, reason):
    """The sentence says where it is wrong, and what stands there."""
    with pytest.raises(InvalidIdentifierError, match=reason) as refusal:
        check_coupon(value, is_day)
    assert refusal.value.field == "link"
    assert refusal.value.facts["ai"] == "8110"


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
    if good:
        assert check_offer(value)
    else:
        with pytest.raises(InvalidIdentifierError, match=r"AI \(8112\)"):
            check_offer(value)


def test_the_table_asks_here():
    """AI 8110 and AI 8112 are judged by this module, and package types by their list."""
    table()["8110"].check(REQUIRED)
    table()["7041"].check("PLP")
    for ai, value in (("8110", REQUIRED[:-1]), ("8112", REQUIRED), ("7041", "QQQ")):
        with pytest.raises(InvalidIdentifierError, match=ai):
            table()[ai].check(value)
