"""Text cells, and cells that hold labels of a code list."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.intake.fields import codes, flags, text
from xinheng.core.policy.model import Basis, Certainty, CodeEntry, CodeList


def clean(cell: str | None, max_length: int = 300) -> tuple:
    cells = pl.Series("cells", [cell], dtype=pl.String)
    suspect, size = text.first_look(pl.col("cells"), max_length)
    seen = cells.to_frame().select(suspect=suspect, size=size)
    return text.judge(cells, *seen.get_columns(), max_length=max_length).frame().row(0)


@pytest.mark.parametrize(
    ("cell", "value", "reason", "warning", "repair"),
    [
        ("正常文字", "正常文字", None, None, None),
        (" 前后空格\u3000", "前后空格", None, None, "trimmed"),
        ("零\u200b宽", "零宽", None, None, "invisible-removed"),
        ("分\u2029段", "分\n段", None, None, "line-separator-replaced"),
        ("两\n行", "两\n行", None, None, None),
        ("坏\x01字", "坏\x01字", "text.control-character", None, None),
        ("乱\ufffd码", "乱\ufffd码", "text.broken-character", None, None),
        ("<b>粗</b>", "<b>粗</b>", "text.html", None, None),
        ("浓度<5mg/L", "浓度<5mg/L", None, None, None),
        ("自造\ue001字", "自造\ue001字", None, "text.private-character", None),
        ("NULL", None, None, None, "empty-like"),
        ("", None, None, None, None),
        (None, None, None, None, None),
    ],
)
def test_cells_are_cleaned_and_each_fault_is_named(cell, value, reason, warning, repair):
    assert clean(cell) == (value, reason, warning, repair)


def test_length_counts_characters_not_bytes():
    assert clean("字" * 200, max_length=200)[1] is None
    assert clean("字" * 201, max_length=200)[1] == "text.too-long"


KINDS = CodeList(
    id="kinds",
    zh="处罚类别",
    basis=Basis(document="行政处罚法", article="9", certainty=Certainty.READ),
    entries=(
        CodeEntry(code="01", label="警告"),
        CodeEntry(code="02", label="罚款"),
        CodeEntry(code="03", label="没收违法所得", aliases=("没收非法所得",)),
        CodeEntry(code="90", label="没收违法所得、没收非法财物"),
        CodeEntry(code="07", label="其他"),
    ),
    suffix_labels=frozenset({"其他"}),
)


def kinds(cell: str) -> tuple:
    return codes.judge(pl.Series([cell]), KINDS, several=True).frame().row(0)


@pytest.mark.parametrize(
    ("cell", "value", "reason", "repair"),
    [
        ("警告;罚款", "警告;罚款", None, None),
        ("警告，罚款", "警告;罚款", None, "separator-folded"),
        ("警告、罚款", "警告;罚款", None, "separator-folded"),
        ("罚款；没收违法所得、没收非法财物", "罚款;没收违法所得、没收非法财物", None, "separator-folded"),
        ("没收非法所得", "没收违法所得", None, "label-folded"),
        ("01;02", "警告;罚款", None, "code-to-label"),
        ("其他-责令改正", "其他-责令改正", None, None),
        ("其他－责令改正", "其他-责令改正", None, "label-folded"),
        ("其他", None, "code.suffix-missing", None),
        ("警告;批评教育", None, "code.unknown", None),
        ("罚款;罚款", "罚款", None, "separator-folded"),
    ],
)
def test_sets_of_labels_are_split_without_cutting_a_label(cell, value, reason, repair):
    assert kinds(cell) == (value, reason, None, repair)


@pytest.mark.parametrize(
    ("kind", "cell", "value", "reason"),
    [
        ("bool", "是", "是", None),
        ("bool", "TRUE", "是", None),
        ("bool", "0", "否", None),
        ("bool", "也许", None, "bool.unreadable"),
        ("year", "2026年度", "2026", None),
        ("year", "26", None, "year.unreadable"),
        ("month", "2026年3月", "2026-03", None),
        ("month", "202603", "2026-03", None),
        ("month", "2026-13", None, "month.unreadable"),
        ("url", "https://example.org/a?b=1", "https://example.org/a?b=1", None),
        ("url", "见附件", None, "url.unreadable"),
        ("json", '{"b":1,"a":2}', '{"a":2,"b":1}', None),
        ("json", "一批货物", "一批货物", None),
        ("json", "[1,", None, "json.unreadable"),
        ("datetime", "2026/3/9 8:05", None, "date.unreadable"),
        ("datetime", "2026/3/9 08:05", "2026-03-09 08:05:00", None),
    ],
)
def test_small_kinds(kind, cell, value, reason):
    from datetime import date

    row = flags.judge(pl.Series([cell]), kind, on=date(2026, 11, 23)).frame().row(0)
    assert row[:2] == (value, reason)


SPECIAL = [
    "\x00",
    "\x07",
    "\x08",
    "\x0b",
    "\x11",
    "\x12",
    "\x19",
    "\x1a",
    "\x1f",
    "\x7f",
    "<",
    "\xad",
    "\u200b",
    "\u200f",
    "\u2028",
    "\u202e",
    "\u2060",
    "\ufeff",
    "�",
]
HARMLESS = ["\t", "\n", " ", "“", "—", "，", "（", "😀", "中", "a"]


@given(
    st.one_of(
        st.none(),
        st.text(alphabet=st.one_of(st.sampled_from(SPECIAL + HARMLESS), st.characters(codec="utf-8")), max_size=30),
    )
)
def test_long_fields_are_judged_as_short_ones_are_but_for_private_characters(cell):
    short, long = clean(cell, 500), clean(cell, 501)
    assert (*long[:2], long[3]) == (*short[:2], short[3])


@pytest.mark.parametrize("character", SPECIAL)
def test_every_special_character_is_noticed_in_long_fields(character):
    value, reason, _, repair = clean(f"长文{character}本", 5000)
    assert reason or repair or (character == "<" and value == "长文<本")
