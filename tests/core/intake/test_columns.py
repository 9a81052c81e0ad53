"""Columns read together, block after block, and the few cells in which something was found."""

from datetime import date

import polars as pl
import pytest

from xinheng.core.intake.columns import ColumnReader, read_columns
from xinheng.core.intake.judged import Spotted, spotted
from xinheng.core.policy import default_policy

POLICY, ON = default_policy(), date(2026, 4, 1)
ITEM = POLICY.item("adm.penalty", on=ON)
UNKNOWN_REGION = "9144999971526726XC"  # valid, of a region nobody has heard of


def readers(*names: str) -> dict[str, ColumnReader]:
    return {name: ColumnReader(ITEM.field(name), POLICY, on=ON) for name in names}


def text(*cells: str | None) -> pl.Series:
    return pl.Series("cells", cells, dtype=pl.String)


def test_columns_read_together_are_judged_as_each_alone():
    cells = {
        "subject_name": text(*(f"深圳市第{n}公司 " for n in range(80)), "<b>甲</b>", "无", None),
        "subject_code": text(*["91440300MA5DA0PW7N"] * 70, *(f"wrong{n}" for n in range(11)), "无", None),
        "doc_no": text(*(f"深市监罚字〔2026〕{n}号" for n in range(1, 81)), "深市监罚字[2026]81号", "长" * 300, None),
        "decided_on": text(*["2026-03-01", "2026/3/2", "not a day"] * 27, None, None),
        "facts": text(*(f"事实{n}" for n in range(80)), "坏\x01字", "\u3000", None),
        "fine_wan": text(*["0.5", "1,000", "many"] * 27, None, None),
    }
    together = readers(*cells)
    for part in (slice(0, 40), slice(40, 83)):  # the second block holds values the first did not teach
        block = {name: column[part] for name, column in cells.items()}
        found = read_columns(together, block)
        assert list(found) == list(cells)
        for name, judged in found.items():
            alone = ColumnReader(ITEM.field(name), POLICY, on=ON).judge(block[name])
            assert judged.frame().rows() == alone.frame().rows(), name


def test_a_block_without_a_filled_column_needs_no_look():
    found = read_columns(readers("subject_name", "decided_on"), {"subject_name": text(None), "decided_on": text(None)})
    assert found["subject_name"].frame().rows() == [(None,) * 4]
    assert found["decided_on"].frame().rows() == [(None,) * 5]


def test_cells_that_are_right_but_doubtful_and_cells_that_were_repaired_both_carry_their_warnings():
    column = text(None, UNKNOWN_REGION, UNKNOWN_REGION.lower(), "91440300", *(f"x{n}" for n in range(70)))
    judged = readers("subject_code")["subject_code"].judge(column)
    assert isinstance(judged, Spotted)
    assert judged.frame().rows()[:4] == [
        (None, None, None, None),
        (UNKNOWN_REGION, None, "uscc.region-unknown", None),
        (UNKNOWN_REGION, None, "uscc.region-unknown", "upper-cased"),
        (None, "uscc.too-short", None, None),
    ]
    blank = judged.blank()
    assert blank is not None
    assert blank.arg_true().to_list() == [0]  # what cannot be read is not empty


@pytest.mark.parametrize("kind", ["reason", "warning", "repair"])
def test_what_few_cells_hold_is_the_same_by_place_and_spread_over_the_column(kind):
    closer = pl.DataFrame(
        {"value": [None, "b"], "reason": ["r", None], "warning": [None, "w"], "repair": [None, None]},
        schema=dict.fromkeys(("value", "reason", "warning", "repair"), pl.String),
    )
    sent = text("a", "B", "c", None)
    judged = spotted(
        sent, pl.Series([2, 1], dtype=pl.UInt32), closer, warned=(pl.Series([0], dtype=pl.UInt32), text("d"))
    )
    whole = getattr(judged, kind)
    by_place = dict(zip(*(part.to_list() for part in cells), strict=True)) if (cells := judged.cells(kind)) else {}
    assert by_place == {"reason": {2: "r"}, "warning": {1: "w", 0: "d"}, "repair": {}}[kind]
    assert ({} if whole is None else {at: code for at, code in enumerate(whole) if code}) == by_place
    assert judged.value.to_list() == ["a", "b", None, None]
    assert sent.to_list() == ["a", "B", "c", None]  # the cells as sent stay as they are


def test_warnings_of_cells_that_are_right_do_not_touch_what_was_found_in_the_others():
    """Every cell looked at closely carries all three: their places are one series, which must not grow."""
    closer = pl.DataFrame({"value": ["b"], "reason": ["r"], "warning": ["w"], "repair": ["p"]})
    judged = spotted(
        text("a", "B"), pl.Series([1], dtype=pl.UInt32), closer, warned=(pl.Series([0], dtype=pl.UInt32), text("d"))
    )
    assert judged.frame().rows() == [("a", None, "d", None), ("b", "r", "w", "p")]
