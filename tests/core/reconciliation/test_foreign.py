"""A counterpart's own table, written its own way, compares equal to ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from support import builders
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.reading.records import RecordSource
from xinheng.core.intake.table import FrameTable
from xinheng.core.policy import load_policy
from xinheng.core.reconciliation.canonical import Form, canonical_column
from xinheng.core.reconciliation.elements import names_of_keys
from xinheng.core.reconciliation.foreign import Foreign, NoColumnKnown, elements_of

POLICY = load_policy(builders.ROOT / "policy")
ON = date(2026, 11, 23)
ITEM = POLICY.item("adm.penalty", on=ON)
FORM = Form.of(ITEM)
OURS = {
    "行政相对人名称": "深圳市测试一有限公司",
    "行政相对人类别": "法人及非法人组织",
    "行政相对人代码_1 (统一社会信用代码)": builders.code(1),
    "行政处罚决定书文号": "深市监罚〔2026〕12号",
    "违法行为类型": "未按规定公示年度报告",
    "违法事实": "经查，当事人未按规定公示（2025年度）。",
    "处罚依据": "《企业信息公示暂行条例》第十八条",
    "处罚类别": "警告;罚款",
    "处罚内容": "警告；罚款1000元",
    "罚款金额(万元)": "0.1",
    "处罚决定日期": "2026-04-01",
}
THEIRS = OURS | {
    "行政相对人代码_1 (统一社会信用代码)": builders.code(1).lower(),
    "行政处罚决定书文号": "深市监罚[2026]12号",
    "违法事实": "经查,当事人未按规定公示(２０２５年度)。 ",
    "处罚类别": "罚款、警告",
    "罚款金额(万元)": "1,000元",
    "处罚决定日期": "2026年4月1日",
}


def read(rows, answers=None):
    foreign = Foreign(FrameTable(pl.DataFrame(rows)), ITEM, POLICY, on=ON, form=FORM, answers=answers)
    return pl.concat(foreign.statements())


def test_another_spelling_of_the_same_statement_is_the_same_statement():
    ours, theirs = read([OURS]), read([THEIRS])
    assert ours.select("name", "canonical").rows() == theirs.select("name", "canonical").rows()


def test_what_intake_stores_is_what_is_read_from_a_table():
    source = RecordSource(Path(), 0, "json", None, FrameTable(pl.DataFrame([OURS])))
    checking = check_source(source, POLICY, on=ON, item_id=ITEM.id, for_register=True)
    (block,) = list(checking)
    stored = canonical_column(block.rows.get_column("__canonical"), FORM)
    found = read([OURS])
    assert found.get_column("canonical").to_list() == stored.to_list()
    assert found.get_column("name").to_list() == names_of_keys(block.rows.get_column("__key"))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("处罚决定日期", "2026-13-40"),
        ("罚款金额(万元)", "很多"),
        ("处罚类别", "不存在的类别"),
        ("处罚决定日期", "2026-04-02"),
    ],
)
def test_what_cannot_be_read_is_kept_and_shows_as_a_difference(column, value):
    ours, theirs = read([OURS]), read([OURS | {column: value}])
    assert ours.get_column("name").to_list() == theirs.get_column("name").to_list()
    assert ours.get_column("canonical").to_list() != theirs.get_column("canonical").to_list()
    assert value in theirs.get_column("canonical")[0]


def test_a_table_of_something_else_is_refused():
    with pytest.raises(NoColumnKnown):
        read([{"天气": "晴"}])


def test_elements_know_the_row_they_come_from():
    rows = read([OURS, OURS | {"行政处罚决定书文号": "深市监罚〔2026〕13号"}])
    found = elements_of(rows, b"k" * 32)
    assert len(found) == 2
    assert found.at.tolist() == [0, 1]
