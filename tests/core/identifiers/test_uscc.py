"""Unified social credit codes: every published vector, each wrong one with its own reason."""

import csv
from pathlib import Path

import polars as pl
import pytest

from xinheng.core.identifiers import uscc
from xinheng.core.identifiers.malformed import Malformed

REAL_TEXT = """
9144030071526726XG 91440300708461136T 914403001922038216 91440300192317458F 91440300100012316L 9144030010001686XA
9144030027939873X7 91440300192181490G 91440300618869509J 914403007084678371 91330100799655058B 91110108717743469K
91110000802100433B 91110108551385082Q 91100000100003962T 911000001000013428 911100001000044477 91110000100010433L
91110000710925462X 91110000710926094P 9111000071093123XX 911100007109250324 91440400192548256N 91440606722473344C
91350900587527783P 91330000733796106P 12100000400002259P 12100000400000624D
"""
REAL = REAL_TEXT.split()
OTHER_FORMS_TEXT = (
    "11420000MB15291767 11370000MB284651XL 11440300MB2C927392 11230500001755309F 91230500MA1B3N1N2M "
    "91330282L07196379D 91350100M000100Y43"
)
OTHER_FORMS = OTHER_FORMS_TEXT.split()
FIXTURES_TEXT = """
91440399999100014C 914403999991000227 92440399999200015Y 92440399999200023R 93440399999300016H 93440399999300024C
1144039999110001XG 11440399991100028G 124403999912000106 124403999912000293 13440399991300011Q 1344039999130002XG
514403999951000171 51440399995100025U 52440399995200018K 52440399995200026E 534403999953000196 534403999953000271
"""
FIXTURES = FIXTURES_TEXT.split()

WRONG = [
    ("9144030071526726X1", "uscc.check-digit"),
    ("91440300715267260G", "uscc.check-digit"),
    ("91440300715267261R", "uscc.inner-check-digit"),
    ("914403007152672X6G", "uscc.check-digit"),
    ("9144030071526726XI", "uscc.letter-for-digit"),
    ("9144O30071526726XG", "uscc.letter-for-digit"),
    ("9144030071526726X", "uscc.too-short"),
    ("9144030071526726XGG", "uscc.too-long"),
    ("Z144030071526726XG", "uscc.letter-not-allowed"),
    ("91440300793858470Q", "uscc.check-digit"),
    ("91440300761182241W", "uscc.check-digit"),
    ("11440300007541462E", "uscc.check-digit"),
    ("12440300455755408E", "uscc.check-digit"),
    ("11440300K317295132", "uscc.check-digit"),
    ("00000000000000000X", "uscc.placeholder"),
    ("000000000000000000", "uscc.placeholder"),
    ("111111111111111111", "uscc.placeholder"),
    ("123456789012345678", "uscc.placeholder"),
    ("9144030000000000", "uscc.too-short"),
    ("91440300000000000" + uscc.check_character("91440300000000000"), "uscc.placeholder"),
    ("9144030071526726XG（01）", "uscc.suffix"),
    ("9144030071526726XG(1-1)", "uscc.suffix"),
    ("440301103097413", "uscc.is-registration-number"),
    ("440301103097414", "uscc.too-short"),
    ("71526726-X", "uscc.is-organisation-code"),
    ("440399194912312102", "uscc.is-citizen-id"),
    ("91440300号71526726XG", "uscc.character-not-allowed"),
    ("9144A30071526726XG", "uscc.region-not-digits"),
    ("²144030071526726XG", "uscc.character-not-allowed"),
]
REPAIRED = [
    ("9144030071526726xg", "upper-cased"),
    (" 9144030071526726XG\n", "trimmed"),
    ("'9144030071526726XG", "trimmed"),
    ("91440300 71526726-X G", "separators-removed"),
    ("９１４４０３００７１５２６７２６ＸＧ", "width-folded"),
    ("91440300\u200b71526726XG", "invisible-removed"),
    ("９１４４０３００７１５２６７２６ｘｇ", "width-folded"),
]


def unknown_department() -> str:
    body = "2" + "2" + "44030071526726X"
    return body + uscc.check_character(body)


@pytest.mark.parametrize("code", REAL + OTHER_FORMS + FIXTURES)
def test_a_right_code_is_valid_and_needs_no_warning(code):
    assert uscc.validate(code) == code
    assert uscc.warning_of(code) is None


@pytest.mark.parametrize(("code", "reason"), WRONG)
def test_a_wrong_code_gets_its_specific_reason(code, reason):
    with pytest.raises(Malformed) as caught:
        uscc.validate(code)
    assert caught.value.code == reason
    assert caught.value.detail


@pytest.mark.parametrize(("written", "kind"), REPAIRED)
def test_a_safe_repair_is_made_and_reported(written, kind):
    row = uscc.judge(pl.Series([written])).row(0, named=True)
    assert row == {"value": "9144030071526726XG", "reason": None, "warning": None, "normalised": kind}


def test_a_letter_read_for_a_digit_is_suggested_and_never_applied():
    with pytest.raises(Malformed) as caught:
        uscc.validate("9144O30071526726XG")
    assert caught.value.suggestion == "9144030071526726XG"
    assert uscc.compact("9144O30071526726XG") == "9144O30071526726XG"
    with pytest.raises(Malformed) as caught:
        uscc.validate("9144O30071526726X1")
    assert caught.value.suggestion is None


def test_a_department_or_region_nobody_knows_is_a_warning_not_an_error():
    codes = [unknown_department(), "9144999971526726XC"]
    judged = uscc.judge(pl.Series(codes))
    assert judged["reason"].to_list() == [None, None]
    assert judged["warning"].to_list() == ["uscc.department-unknown", "uscc.region-unknown"]


@pytest.mark.parametrize("letter", ["A", "N", "Y"])
def test_the_letter_prefixes_of_later_amendments_are_known(letter):
    body = letter + "144030071526726X"
    code = body + uscc.check_character(body)
    assert uscc.is_valid(code)
    assert uscc.warning_of(code) is None


def test_a_column_keeps_its_order_its_nulls_and_every_verdict():
    codes = [None, *REAL, None, *(code for code, _ in WRONG), *(written for written, _ in REPAIRED), None]
    judged = uscc.judge(pl.Series(codes))
    reasons = dict(WRONG)
    assert judged.columns == ["value", "reason", "warning", "normalised"]
    assert judged["reason"].to_list() == [reasons.get(code) for code in codes]
    assert judged["value"].to_list() == [None if code is None else uscc.compact(code) for code in codes]


def test_a_column_of_nothing_is_not_wrong():
    assert uscc.judge(pl.Series([None, None], dtype=pl.String)).rows() == [(None,) * 4] * 2
    assert uscc.judge(pl.Series([], dtype=pl.String)).height == 0


def test_five_thousand_real_registrations_are_accepted_with_their_repairs():
    source = Path(__file__).parents[4] / "shared" / "data" / "registrations_shenzhen_5000.csv"
    if not source.exists():
        pytest.skip("the real registrations are not at hand")
    with source.open(encoding="utf-8-sig", newline="") as file:
        codes = pl.Series([row["统一社会信用代码"] for row in csv.DictReader(file)])
    judged = uscc.judge(codes)
    assert judged["reason"].drop_nulls().to_list() == []
    assert judged["warning"].drop_nulls().to_list() == []
    assert judged["normalised"].drop_nulls().to_list() == ["upper-cased"] * 5
