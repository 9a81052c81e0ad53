"""The main line of intake: exact counts, sorted findings, one verdict whatever the block size."""

import string
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.intake.test_checks import OneSheet, example_row
from xinheng.core.intake import columns
from xinheng.core.intake.checked import CANONICAL, GOOD, KEY
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import FileUnusable, Level
from xinheng.core.intake.headers import map_headers
from xinheng.core.intake.table import ROW, FrameTable
from xinheng.core.policy import default_policy

ON = date(2026, 11, 23)
POLICY = default_policy()
PENALTY = POLICY.item("adm.penalty", on=ON)


def zh(name: str) -> str:
    return PENALTY.field(name).zh


def penalties(*changes: dict[str, str]) -> OneSheet:
    base = example_row("adm.penalty")
    rows = [
        base | {zh("doc_no"): f"深市监罚字〔2026〕{n}号"} | {zh(k): v for k, v in change.items()}
        for n, change in enumerate(changes, start=1)
    ]
    return OneSheet(rows)


def run(source, **options):
    checking = check_source(source, POLICY, on=ON, **options)
    blocks = list(checking)
    return checking.report, blocks


def test_the_item_is_recognised_from_the_header_and_said():
    report, _ = run(penalties({}))
    assert (report.item, report.item_told_by) == ("adm.penalty", "headers")
    report, _ = run(penalties({}), item_id="adm.penalty")
    assert report.item_told_by == "option"


def test_good_rows_go_in_and_bad_rows_come_back():
    report, [block] = run(penalties({}, {"facts": ""}, {}, {"decided_on": "2026/02/30"}))
    assert (report.rows, report.accepted, report.returned) == (4, 2, 2)
    assert block.rows.get_column(GOOD).to_list() == [True, False, True, False]
    assert block.rows.get_column(ROW).to_list() == [2, 3, 4, 5]


def test_all_findings_of_a_row_come_at_once_in_order_of_the_columns():
    report, _ = run(penalties({"subject_code": "9144039999910001O4", "decided_on": "昨天", "fine_wan": "伍仟"}))
    fatal = [f for f in report.findings if f.level is Level.FATAL]
    assert [f.code for f in fatal] == ["uscc.letter-for-digit", "amount.not-a-number", "date.unreadable"]
    assert [(f.row, f.column) for f in fatal] == [(2, zh("subject_code")), (2, zh("fine_wan")), (2, zh("decided_on"))]
    assert all(f.message.endswith("。") and f.seen for f in fatal)


def test_counts_stay_exact_when_examples_are_capped_even_if_every_row_is_bad():
    report, _ = run(penalties(*[{"facts": ""}] * 50), examples=3)
    assert report.counts["field.required"] == 50
    assert len([f for f in report.findings if f.code == "field.required"]) == 3
    assert report.accepted == 0


def test_a_cell_that_cannot_be_read_is_not_blamed_twice():
    report, _ = run(penalties({"fine_wan": "伍仟圆", "kinds": "罚款"}))
    assert "penalty.fine-without-amount" not in report.counts


def test_a_row_about_a_person_stops_at_the_gate_and_its_number_is_not_shown():
    report, [block] = run(
        penalties(
            {
                "subject_type": "自然人",
                "subject_code": "",
                "person_id_type": "身份证",
                "person_id": "440399194912312102",
            }
        )
    )
    assert report.counts["subject.person-gate"] == 1
    assert report.accepted == 0
    assert not any("440399194912312102" in str(f) for f in report.findings)
    assert "person_id" not in block.rows.columns


def test_the_same_statement_twice_goes_back_once_naming_the_first_row():
    report, _ = run(penalties({"doc_no": "深市监罚字〔2026〕7号"}, {}, {"doc_no": "深市监罚字[2026]第07号"}))
    [finding] = [f for f in report.findings if f.code == "duplicate.in-file"]
    assert finding.row == 4
    assert "第 2 行" in finding.message


def test_one_decision_may_name_several_parties():
    report, _ = run(
        penalties(
            {"doc_no": "深市监罚字〔2026〕7号"},
            {"doc_no": "深市监罚字〔2026〕7号", "subject_code": "914403999991000227"},
        )
    )
    assert "duplicate.in-file" not in report.counts


def test_444_and_445_are_two_decisions():
    report, _ = run(penalties({"doc_no": "京海市监处字〔2020〕第444号"}, {"doc_no": "京海市监处字〔2020〕第445号"}))
    assert "duplicate.in-file" not in report.counts


def test_a_bad_row_does_not_make_a_later_right_one_a_duplicate():
    same = {"doc_no": "深市监罚字〔2026〕7号"}
    report, [block] = run(penalties(same | {"facts": ""}, same))
    assert "duplicate.in-file" not in report.counts
    assert block.rows.get_column(GOOD).to_list() == [False, True]


def test_unknown_columns_are_quarantined_and_x_columns_pass_through():
    source = penalties({})
    source.frame = source.frame.with_columns(pl.lit("甲").alias("经办人心情"), pl.lit("9").alias("x_内部编号"))
    report, [block] = run(source)
    assert report.quarantined == ["经办人心情"]
    assert report.passed_through == ["x_内部编号"]
    assert not {"经办人心情", "x_内部编号"} & set(block.rows.columns)
    assert {"经办人心情", "x_内部编号"} <= set(block.original.columns)


def test_denied_columns_are_told_why_and_not_kept():
    source = penalties({})
    source.frame = source.frame.with_columns(pl.lit("甲").alias("宗教信仰"))
    report, _ = run(source)
    assert report.counts["header.denied"] == 1


def test_an_ambiguous_header_is_asked_about_and_an_answer_is_taken():
    source = penalties({"regno": "", "orgcode": ""})
    source.frame = source.frame.drop(zh("regno"), zh("orgcode")).with_columns(pl.lit("440399100000019").alias("代码_2"))
    report, _ = run(source)
    assert report.counts["header.ambiguous"] == 1
    assert "regno" not in report.columns.values()
    report, _ = run(source, answers={"代码_2": "regno"})
    assert report.columns["代码_2"] == "regno"


def test_two_columns_for_one_field_stop_the_hand_in():
    source = penalties({})
    source.frame = source.frame.with_columns(pl.col(zh("doc_no")).alias("CF_WSH"))
    with pytest.raises(FileUnusable) as stopped:
        run(source)
    assert stopped.value.code == "header.two-columns-one-field"


def test_older_standards_spread_the_kinds_over_two_columns():
    source = penalties({})
    source.frame = source.frame.drop(zh("kinds")).with_columns(
        pl.lit("警告").alias("处罚类别1"), pl.lit("罚款").alias("处罚类别2")
    )
    _, [block] = run(source)
    assert block.rows.get_column("kinds").to_list() == ["警告;罚款"]


def test_a_missing_mandatory_column_sends_every_row_back_and_says_so_once():
    source = penalties({}, {})
    source.frame = source.frame.drop(zh("facts"))
    report, _ = run(source)
    assert (report.counts["header.mandatory-missing"], report.accepted, report.returned) == (1, 0, 2)


def test_an_unknown_or_inactive_item_is_refused_with_its_reason():
    with pytest.raises(FileUnusable) as stopped:
        run(penalties({}), item_id="adm.nothing")
    assert stopped.value.code == "item.unknown"
    inactive = next(i for i in POLICY.items(on=ON) if i.status.value == "inactive")
    with pytest.raises(FileUnusable) as stopped:
        run(penalties({}), item_id=inactive.id)
    assert stopped.value.code == "item.inactive"
    assert inactive.inactive_because in stopped.value.message


def test_headers_nobody_knows_are_refused():
    with pytest.raises(FileUnusable) as stopped:
        run(OneSheet([{"甲": "1", "乙": "2"}]))
    assert stopped.value.code == "item.not-recognised"


def test_short_codes_and_official_names_are_the_same_columns():
    by_code = {f.code: f.name for f in PENALTY.fields if f.code}
    mapped = map_headers(by_code, PENALTY, POLICY)
    assert mapped.columns == by_code


def test_the_register_gets_the_key_and_the_canonical_form():
    _, [block] = run(penalties({"doc_no": "深市监罚字[2026]第07号"}), for_register=True)
    [key] = block.rows.get_column(KEY)
    assert key.split("\x1f")[0] == "adm.penalty"
    assert "深市监罚字〔2026〕7号" in key
    [text] = block.rows.get_column(CANONICAL)
    assert text.startswith("{")
    assert "null" not in text


CELLS = st.sampled_from(
    [
        "",
        "无",
        "罚款",
        "警告",
        "2026/03/09",
        "2026-02-30",
        "0.5",
        "5000",
        "-1",
        "91440399999100014C",
        "9144039999910001O4",
        "<b>",
        "\x07",
    ]
)


ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["subject_code", "decided_on", "valid_to", "fine_wan", "kinds", "facts", "content", "doc_no"]),
        st.one_of(CELLS, st.text(alphabet=string.printable + "处罚〔〕号", max_size=12)),
        max_size=4,
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 5))
def test_the_verdict_does_not_depend_on_how_rows_fall_into_blocks(changes, size):
    whole = penalties(*changes)
    together, blocks = run(whole)
    apart, parts = run(_sliced(whole, size))
    assert together.counts == apart.counts
    assert together.findings == apart.findings
    assert together.normalised == apart.normalised
    good = [row for block in blocks for row in block.rows.get_column(GOOD)]
    assert good == [row for block in parts for row in block.rows.get_column(GOOD)]


def _sliced(source: OneSheet, size: int) -> OneSheet:
    class Pieces(FrameTable):
        def blocks(self):
            [whole] = super().blocks()
            for at in range(0, whole.height, size):
                yield whole.slice(at, size)

    class Source(OneSheet):
        def __init__(self) -> None:
            self.frame, self.notes = source.frame, []

        def tables(self):
            yield Pieces(self.frame)

    return Source()


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_values_asked_once_give_the_verdict_of_cells_asked_one_by_one(changes):
    whole = penalties({"fine_wan": ""}, *changes)
    by_value, _ = run(whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            columns.ColumnReader, "_by_value", lambda self, cells, _: columns._judge(cells, self.spec, POLICY, ON)
        )
        by_cell, _ = run(whole)
    assert "penalty.fine-without-amount" in by_value.counts
    assert by_value.as_json() == by_cell.as_json()
