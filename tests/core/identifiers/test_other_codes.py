"""Organisation codes, registration numbers, citizens' numbers and the smaller kinds: every vector with its reason."""

from datetime import date

import polars as pl
import pytest

from xinheng.core.identifiers import citizen_id, industry, orgcode, person_docs, region, regno, tax_no
from xinheng.core.identifiers.malformed import Malformed

TODAY = date(2026, 1, 1)

ORGCODES = [
    ("71526726-X", None),
    ("19220382-1", None),
    ("MA1B3N1N-2", None),
    ("D2143569-X", None),
    ("71526726-1", "orgcode.check-digit"),
    ("7152672-X", "orgcode.too-short"),
    ("715267260-X", "orgcode.too-long"),
    ("7152672号-X", "orgcode.character-not-allowed"),
    ("00000000-0", "orgcode.placeholder"),
    ("11111111-1", "orgcode.placeholder"),
    ("12345678-8", "orgcode.placeholder"),
    ("00001234-3", None),
]
REGNOS = [
    ("440301103097413", None),
    ("330203000030639", None),
    ("330200400070010", None),
    ("440301001012340", None),
    ("110000009513252", None),
    ("440399100000019", None),
    ("440399400000012", None),
    ("440399600000017", None),
    ("4403011030974", None),
    ("440301001012345", "regno.check-digit"),
    ("110000009513250", "regno.check-digit"),
    ("440301103097414", "regno.check-digit"),
    ("44030110309741", "regno.too-short"),
    ("4403011030974133", "regno.too-long"),
    ("44030110309741X", "regno.character-not-allowed"),
    ("44030110309741²", "regno.character-not-allowed"),
    ("000000000000000", "regno.placeholder"),
]
VALID_CITIZENS = (
    "11010519491231002X 440304190001010010 440399194912312102 440399200002294329 440399199107040012 440399198808150033 "
    "440399197509300025 440399199801010040 440399196805050011 440399200102280020 440399201203100011 440399201511110027 "
    "810000190001010018 82000019000101001X 830000190001010011"
)
CITIZENS = [
    *((number, None) for number in VALID_CITIZENS.split()),
    ("440304190001010011", "citizen-id.check-digit"),
    ("820000190001010019", "citizen-id.check-digit"),
    ("440304200002300016", "citizen-id.birth-date-impossible"),
    ("440304190113010015", "citizen-id.birth-date-impossible"),
    ("44030919000229001X", "citizen-id.birth-date-impossible"),
    ("440304209901010013", "citizen-id.birth-date-future"),
    ("990304190001010018", "citizen-id.province-unknown"),
    ("44030419000101001O", "citizen-id.letter-for-digit"),
    ("44030419000101001A", "citizen-id.character-not-allowed"),
    ("44030419000101001", "citizen-id.too-short"),
    ("4403041900010100100", "citizen-id.too-long"),
    ("440304189912310013", "citizen-id.birth-date-too-early"),
]


def outcome(function, text):
    try:
        function(text)
    except Malformed as malformed:
        return malformed.code if malformed.detail else "no detail"
    return None


@pytest.mark.parametrize(("code", "reason"), ORGCODES)
def test_an_organisation_code_is_judged(code, reason):
    assert outcome(orgcode.validate, code) == reason
    assert orgcode.judge(pl.Series([code]))["reason"].item() == reason


def test_an_organisation_code_is_printed_with_its_hyphen():
    assert orgcode.format("71526726X") == "71526726-X"


@pytest.mark.parametrize(("number", "reason"), REGNOS)
def test_a_registration_number_is_judged(number, reason):
    assert outcome(regno.validate, number) == reason
    assert regno.judge(pl.Series([number]))["reason"].item() == reason


def test_an_old_registration_number_has_no_check_digit_and_carries_a_warning():
    assert regno.judge(pl.Series(["4403011030974"]))["warning"].item() == "regno.old-number"
    assert regno.judge(pl.Series(["440301103097413"]))["warning"].item() is None


@pytest.mark.parametrize(("number", "reason"), CITIZENS)
def test_a_citizens_number_is_judged(number, reason):
    assert outcome(lambda text: citizen_id.validate(text, on=TODAY), number) == reason
    assert citizen_id.judge(pl.Series([number]), on=TODAY)["reason"].item() == reason


def test_a_small_x_is_written_large_and_an_old_number_is_converted_and_both_are_said():
    judged = citizen_id.judge(pl.Series(["11010519491231002x", "440399850615002", "110105491231002"]), on=TODAY)
    assert judged["value"].to_list() == ["11010519491231002X", "44039919850615002X", "11010519491231002X"]
    assert judged["normalised"].to_list() == ["upper-cased", "converted-from-15-digits", "converted-from-15-digits"]
    assert judged["warning"].to_list() == [None, "citizen-id.old-number", "citizen-id.old-number"]


def test_a_minor_is_known_by_the_number_up_to_the_day_before_the_eighteenth_birthday():
    assert citizen_id.is_minor("440399201203100011", on=date(2030, 3, 9))
    assert not citizen_id.is_minor("440399201203100011", on=date(2030, 3, 10))
    assert citizen_id.age("440399200002294329", on=date(2018, 2, 28)) == 17
    assert citizen_id.age("440399200002294329", on=date(2018, 3, 1)) == 18


def test_the_public_sees_the_first_and_last_character_of_a_persons_number():
    assert citizen_id.mask("440399194912312102") == "4****************2"
    assert citizen_id.mask_for_office("440399194912312102") == "440399********2102"
    assert citizen_id.mask("4") == "*" * 18
    assert citizen_id.mask_for_office("4403") == "*" * 18
    assert person_docs.mask("E12345678") == "E*******8"
    assert person_docs.mask("E1") == "***"


@pytest.mark.parametrize(
    ("kind", "number", "reason", "warning"),
    [
        ("身份证", "440399194912312102", None, None),
        ("111", "440304190001010011", "citizen-id.check-digit", None),
        ("护照号", "E12345678", None, None),
        ("护照号", "E1", None, "person-doc.format-doubtful"),
        ("港澳居民来往内地通行证", "H12345678", None, None),
        ("516", "K12345678", None, "person-doc.format-doubtful"),
        ("511", "12345678", None, None),
        ("553", "ABC123456789012", None, None),
        ("553", "911000199001010015", None, "person-doc.format-doubtful"),
        ("其他-外国驻华机构证", "随便什么", None, None),
        ("099", "长" * 65, "person-doc.too-long", None),
        ("099", " ", "person-doc.empty", None),
    ],
)
def test_other_documents_are_doubted_rather_than_refused(kind, number, reason, warning):
    assert outcome(lambda text: person_docs.validate(text, kind), number) == reason
    row = person_docs.judge(pl.Series([number]), kind).row(0, named=True)
    assert (row["reason"], row["warning"]) == (reason, warning)


def test_the_new_card_of_a_foreign_resident_carries_a_check_character():
    body = "91100019900101001"
    assert person_docs.warning_of(body + citizen_id.check_character(body), "553") is None


@pytest.mark.parametrize(
    ("code", "value", "reason", "warning"),
    [
        ("440305", "440305", None, None),
        ("100000", "100000", None, None),
        ("440303001", "440303001", None, None),
        ("440303001002", "440303001002", None, None),
        ("440312", "440312", None, "region.unknown"),
        ("SZ-DP", "SZ-DP", None, None),
        ("sz-ss", "SZ-SS", None, None),
        ("990000", "990000", "region.province-unknown", None),
        ("4403", "4403", "region.not-a-code", None),
        ("南山区", "南山区", "region.not-a-code", None),
    ],
)
def test_a_region_code_is_judged(code, value, reason, warning):
    assert outcome(region.validate, code) == reason
    row = region.judge(pl.Series([code])).row(0, named=True)
    assert (row["value"], row["reason"], row["warning"]) == (value, reason, warning)


def test_a_region_knows_what_it_lies_in():
    levels = ["440303001002", "440303001", "440303", "440300", "440000", None]
    assert [region.parent(code) for code in levels[:-1]] == levels[1:]
    assert region.parent("SZ-DP") is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("I", None),
        ("65", None),
        ("6510", None),
        ("I6510", None),
        ("0111", None),
        ("111", None),
        ("J6510", "industry.section-contradicts-division"),
        ("9810", "industry.division-unknown"),
        ("00", "industry.division-unknown"),
        ("U", "industry.not-a-code"),
        ("软件业", "industry.not-a-code"),
        ("65101", "industry.not-a-code"),
    ],
)
def test_an_industry_code_is_judged(code, reason):
    assert outcome(industry.validate, code) == reason
    assert industry.judge(pl.Series([code]))["reason"].item() == reason


def test_the_section_follows_from_the_division():
    assert industry.section_of("6510") == "I"
    assert industry.format("0111") == "A0111"
    assert industry.format("i6510") == "I6510"
    assert industry.format("T") == "T"
    assert sorted(d for first, last in industry.SECTIONS.values() for d in range(first, last + 1)) == list(range(1, 98))


@pytest.mark.parametrize(
    ("number", "reason", "warning"),
    [
        ("9144030071526726XG", None, None),
        ("44030171526726X", None, None),
        ("440301715267261", None, "tax-no.organisation-code-doubtful"),
        ("210727318915462", None, None),
        ("440399194912312102", None, "tax-no.holds-citizen-id"),
        ("44039919491231210201", None, "tax-no.holds-citizen-id"),
        ("9144030071526726X1", None, "tax-no.unified-code-doubtful"),
        ("44030171526726X01", None, None),
        ("1234", "tax-no.length", None),
        ("44030171526726号", "tax-no.character-not-allowed", None),
        ("000000000000000", "tax-no.placeholder", None),
    ],
)
def test_a_tax_number_is_judged(number, reason, warning):
    assert outcome(tax_no.validate, number) == reason
    row = tax_no.judge(pl.Series([number])).row(0, named=True)
    assert (row["reason"], row["warning"]) == (reason, warning)
