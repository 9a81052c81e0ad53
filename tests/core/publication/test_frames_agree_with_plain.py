"""Thousands of rows at once get the answer of one: generated records, every rule, days around every change."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from core.publication.conftest import RULES
from core.publication.test_redaction_and_masking import ITEM
from xinheng.core.policy.model import SubjectKind
from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import PublicationFacts, State
from xinheng.core.publication.frames import Frame, decide_frame, rows_of, window_frame
from xinheng.core.publication.window import window

EDGES = [date(2019, 7, 1), date(2023, 5, 1), date(2026, 4, 1), date(2024, 2, 29), date(2026, 1, 31), date(2027, 3, 31)]
near_edges = st.builds(
    lambda edge, days, years: edge + timedelta(days=days + 365 * years),
    st.sampled_from(EDGES),
    st.integers(-2, 2),
    st.integers(-1, 1),
)
days = st.one_of(near_edges, st.dates(date(2018, 1, 1), date(2030, 1, 1)))
rows = st.fixed_dictionaries(
    {
        "governing_on": days,
        "closing_on": st.one_of(st.none(), days),
        "published_on": st.one_of(st.none(), days),
        "subject_kind": st.sampled_from(["E", "E", "E", "T", "N"]),
        "record_state": st.sampled_from(["current", "current", "current", *State]),
        "state": st.sampled_from([None, None, "有效", "无效", "已列入", "拟列入(已告知)", "注销"]),
        "credit_grade": st.sampled_from([None, None, "轻微", "一般", "严重", "重大"]),
        "kinds": st.sampled_from(
            [None, "罚款", "警告", "警告;通报批评", "罚款;吊销许可证件", "其他-责令改正", "新设的处罚"]
        ),
        "case_procedure": st.sampled_from([None, None, "简易程序", "普通程序"]),
        "organ_name": st.sampled_from([None, "深圳市市场监督管理局", "深圳市应急管理局", "深圳市水务局"]),
        "opt_out": st.sampled_from([None, None, "否", "是"]),
    }
)
keys = st.sampled_from(sorted(RULES.by_key))
SCHEMA = {name: pl.Date if name.endswith("_on") else pl.String for name in (
    "governing_on", "closing_on", "published_on", "subject_kind", "record_state", "state", "credit_grade", "kinds", "case_procedure",
    "organ_name", "opt_out",
)}  # fmt: skip


def facts_of_row(row, common):
    person = row["subject_kind"] == "N"
    return PublicationFacts(
        item=common.item,
        publish=common.publish_person if person else common.publish,
        publication_rule=common.publication_rule,
        subject_kind=SubjectKind(row["subject_kind"]),
        governing_on=row["governing_on"],
        closing_on=row["closing_on"],
        published_on=row["published_on"],
        state=State(row["record_state"]),
        stands=common.stands,
        values=row,
    )


common = st.builds(
    lambda item, publish, key, stands: Frame(
        item=item, publish=publish, publish_person="X", publication_rule=key, stands=stands
    ),
    st.sampled_from(["adm.licence", "hon.gi"]),
    st.sampled_from(["P", "P", "P", "P", "G"]),
    keys,
    st.sampled_from([True, True, True, True, False]),
)


@settings(max_examples=300, deadline=None)
@given(records=st.lists(rows, min_size=1, max_size=8), common=common, on=days)
def test_deciding_a_frame_decides_each_record(records, common, on):
    frame = decide_frame(pl.DataFrame(records, schema=SCHEMA), common, RULES, on=on)
    for record, row in zip(records, frame.iter_rows(named=True), strict=True):
        answer = decide(facts_of_row(record, common), RULES, on=on)
        assert row == {"shown": answer.shown, "until": answer.until, "reason": answer.reason, "rule_id": answer.rule_id}


@settings(max_examples=300, deadline=None)
@given(records=st.lists(rows, min_size=1, max_size=8), common=common, on=days)
def test_the_windows_of_a_frame_are_those_of_each_record(records, common, on):
    frame = window_frame(pl.DataFrame(records, schema=SCHEMA), common, RULES, on=on)
    for record, row in zip(records, frame.iter_rows(), strict=True):
        found = window(facts_of_row(record, common), RULES, on)
        assert row == (found.first_day, found.last_day, found.rule_id, found.reason)


@settings(max_examples=300, deadline=None)
@given(record=rows, common=common, accepted=days, ahead=st.integers(0, 1500))
def test_the_window_holds_exactly_the_days_on_which_the_record_is_shown(record, common, accepted, ahead):
    facts = facts_of_row(record, common)
    start = max(facts.governing_on, facts.published_on or facts.governing_on)
    on = max(accepted, start)
    found = window(facts, RULES, on)
    day = on + timedelta(days=ahead)
    if found.holds(day):
        assert decide(facts, RULES, on=day).shown
    elif found.last_day is not None and day == found.last_day + timedelta(days=1):
        assert not decide(facts, RULES, on=day).shown
    if found.first_day is None:
        assert not decide(facts, RULES, on=day).shown


def test_columns_that_are_missing_are_null():
    frame = pl.DataFrame({"governing_on": [date(2026, 4, 8)], "kinds": ["罚款"]})
    common = Frame(item="adm.penalty", publish="P", publish_person="X", publication_rule="grade")
    assert decide_frame(frame, common, RULES, on=date(2026, 5, 1))["until"].to_list() == [date(2027, 4, 8)]


def test_checked_rows_become_a_frame_with_their_closing_day():
    rows = pl.DataFrame(
        {
            "__governing": [date(2026, 4, 8)] * 3,
            "publish_until": ["2026-10-08", None, "2099-12-31"],
            "kinds": ["罚款", "警告", "罚款"],
            "subject_kind": ["E", "E", "N"],
            "handler": ["张三"] * 3,
        }
    )
    frame = rows_of(rows, ITEM, governing="__governing")
    assert frame.columns == ["governing_on", "closing_on", "subject_kind"]
    answers = window_frame(
        frame.with_columns(rows["kinds"]), Frame.of(ITEM, on=date(2026, 4, 8)), RULES, on=date(2026, 4, 8)
    )
    assert answers["shown_until"].to_list() == [date(2026, 10, 8), None, None]
    assert answers["reason"].to_list() == ["shown", "minor", "person"]
    enterprises = rows_of(rows, ITEM, governing="__governing", subject_kind=SubjectKind.ENTERPRISE)
    assert enterprises["subject_kind"].to_list() == ["E"] * 3
