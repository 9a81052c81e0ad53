"""Decision numbers: seven bracket styles are one, two numbers are never made one."""

import csv
from pathlib import Path

import polars as pl
import pytest

from xinheng.core.identifiers import doc_no

WRITTEN = [
    ("义税 简罚 〔2018〕 34 号", "义税简罚〔2018〕34号", "separators-removed"),
    ("南税简罚〔2021〕2109号", "南税简罚〔2021〕2109号", None),
    ("市场【2019】1号", "市场〔2019〕1号", "brackets-folded"),
    ("首关缉违字[2017]094号", "首关缉违字〔2017〕094号", "brackets-folded"),
    ("(甬税)许准字﹝2021﹞第(10064)号", "(甬税)许准字〔2021〕第(10064)号", "brackets-folded"),
    ("秦山公（消）行罚决字（2018）0015号", "秦山公（消）行罚决字〔2018〕0015号", "brackets-folded"),
    ("深市监罚字「2026」12号", "深市监罚字〔2026〕12号", "brackets-folded"),
    ("深市监罚字(2026)12号", "深市监罚字〔2026〕12号", "brackets-folded"),
    ("（京丰）安监罚【2018】执-19号", "（京丰）安监罚〔2018〕执-19号", "brackets-folded"),
    ("(京海)食药监食罚〔2018〕270256号", "(京海)食药监食罚〔2018〕270256号", None),
    ("深市监罚字〔２０２６〕１２号", "深市监罚字〔2026〕12号", "width-folded"),
    ("ＪＹ24403040000001", "JY24403040000001", "width-folded"),
    ("JY24403040000001 ", "JY24403040000001", "trimmed"),
    ("深市监罚字〔2026〕\u200b12号", "深市监罚字〔2026〕12号", "invisible-removed"),
    ("深市监罚字(9999)12号", "深市监罚字(9999)12号", None),
]
SAME = [
    ("京工商朝处字〔2018〕第1322号", "京工商朝处字[2018]1322号"),
    ("德环罚字【2019】0013号", "德环罚字（2019）13号"),
    ("(甬税)许准字﹝2021﹞第(10064)号", "（甬税）许准字〔2021〕10064号"),
    ("定市监当罚〔2024〕797 号", "定市监当罚〔2024〕797号"),
    ("jy24403040000001", "JY24403040000001"),
    ("（京丰）安监罚【2018】执-19号", "(京丰)安监罚〔2018〕执－19号"),
]
DIFFERENT = [
    ("深市监罚字〔2026〕第444号", "深市监罚字〔2026〕第445号"),
    ("深市监罚字〔2025〕12号", "深市监罚字〔2026〕12号"),
    ("深市监罚字〔2026〕12号", "深市监罚〔2026〕12号"),
    ("0012", "12"),
    ("深市监罚字〔2026〕12号", "深市监罚字〔2026〕12-1号"),
    ("深市监罚字〔2026〕12号", "深市监罚字〔2026〕12号之一"),
]


@pytest.mark.parametrize(("written", "compact", "repair"), WRITTEN)
def test_a_number_is_written_in_one_way_and_the_repair_is_reported(written, compact, repair):
    assert doc_no.compact(written) == compact
    row = doc_no.judge(pl.Series([written])).row(0, named=True)
    assert row == {"value": compact, "reason": None, "warning": None, "normalised": repair}


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_number_share_a_key(one, other):
    assert doc_no.key(one) == doc_no.key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_numbers_never_share_a_key(one, other):
    assert doc_no.key(one) != doc_no.key(other)


def test_a_key_of_a_column_is_the_key_of_each_value():
    texts = [text for pair in SAME + DIFFERENT for text in pair]
    assert doc_no.keys(pl.Series([*texts, None])).to_list() == [*(doc_no.key(text) for text in texts), None]


def test_a_number_in_the_usual_form_is_its_own_key():
    texts = ["深市监罚字〔2026〕12号", "號字〔2026〕1号", "A〔1999〕10号"]
    assert pl.Series(texts).str.contains(doc_no.PLAIN).all()
    assert [doc_no.key(text) for text in texts] == texts == doc_no.keys(pl.Series(texts)).to_list()


def test_a_number_cut_off_by_its_source_is_doubted():
    judged = doc_no.judge(pl.Series(["嘉公（交）决字[2026]第3304002100537…", "深市监罚字〔2026〕1..."]))
    assert judged["warning"].to_list() == ["doc-no.cut-off"] * 2


def test_invisible_characters_alone_are_no_number():
    assert doc_no.judge(pl.Series(["\u200b", "", None]))["reason"].to_list() == ["doc-no.empty", "doc-no.empty", None]
    assert not doc_no.is_valid(" ")
    assert doc_no.format(" 甬[2026]1号") == "甬〔2026〕1号"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("深市监罚字〔2026〕12号", True),
        ("JY24403040000001", True),
        ("深府罚决字十二号", True),
        ("行政处罚决定书", False),
        ("罚款50000元，没收违法所得", False),
    ],
)
def test_a_sentence_is_not_taken_for_a_number(text, answer):
    assert doc_no.looks_like_number(text) is answer


def test_real_numbers_are_read_and_stay_apart():
    source = Path(__file__).parents[4] / "shared" / "data" / "docnos_examples.csv"
    if not source.exists():
        pytest.skip("the real decision numbers are not at hand")
    with source.open(encoding="utf-8-sig", newline="") as file:
        numbers = [row["文号"] for row in csv.DictReader(file)]
    judged = doc_no.judge(pl.Series(numbers))
    assert judged["reason"].null_count() == len(numbers)
    assert judged["warning"].drop_nulls().to_list() == ["doc-no.cut-off"]
    assert len({doc_no.key(number) for number in numbers}) == len(numbers)


def test_a_number_that_could_not_be_read_has_no_key():
    unusual = pl.Series([False, False])
    assert doc_no.keys(pl.Series(["深市监罚字（2026）第012号", None]), unusual).to_list() == [
        "深市监罚字〔2026〕12号",
        None,
    ]
