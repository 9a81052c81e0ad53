"""The year of decisions: valid for every active item, and the same for the same seed."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from xinheng.core.identifiers import uscc
from xinheng.core.intake.checked import Report
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import Level
from xinheng.core.intake.table import FrameTable
from xinheng.core.policy.loader import default_policy
from xinheng.core.policy.model import FieldType, Item, Status
from xinheng.demo import city, look
from xinheng.demo.codes import REGION
from xinheng.demo.recipes import RECIPES

ON = date(2026, 11, 23)
POLICY = default_policy()
ACTIVE = [item for item in POLICY.items(on=ON) if item.status is Status.ACTIVE]
CITY = city.build(POLICY, organisations_count=2500, seed=11, on=ON)


class Rows:
    """Rows in memory as a source."""

    format, encoding, size = "jsonl", None, 0

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame, self.notes = frame, []

    def tables(self) -> list[FrameTable]:
        return [FrameTable(self.frame)]


def verdict(rows: pl.DataFrame, item: Item) -> Report:
    cells = look.render(rows, item, look.PLAIN)
    cells.columns = look.headers(item, cells.columns, look.PLAIN)
    checking = check_source(Rows(cells), POLICY, on=ON, item_id=item.id)
    for _ in checking:
        pass
    return checking.report


@pytest.mark.parametrize("item", ACTIVE, ids=lambda item: item.id)
def test_clean_rows_of_every_active_item_pass_the_checks(item: Item) -> None:
    rows = CITY.rows(item, 60)
    report = verdict(rows, item)
    fatal = [f for f in report.findings if f.level is Level.FATAL]
    assert fatal == []
    assert report.rows == report.accepted == rows.height > 0


@pytest.mark.parametrize("item", ACTIVE, ids=lambda item: item.id)
def test_an_item_without_a_recipe_still_gets_valid_rows(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RECIPES, item.id, raising=False)
    rows = CITY.rows(item, 60)
    assert rows.height > 5
    assert [f for f in verdict(rows, item).findings if f.level is Level.FATAL] == []


@pytest.mark.parametrize("item", ACTIVE, ids=lambda item: item.id)
def test_a_clean_year_raises_few_warnings(item: Item) -> None:
    report = verdict(CITY.rows(item, 60), item)
    expected = {"field.expected", "header.expected-missing", "uscc.region-unknown", "date.weekend"}
    warned = sum(n for code, n in report.counts.items() if code not in expected)
    assert warned <= 0.2 * report.rows, report.counts


def test_the_same_seed_gives_the_same_rows() -> None:
    again = city.build(POLICY, organisations_count=2500, seed=11, on=ON)
    for item in ACTIVE:
        assert_frame_equal(CITY.rows(item), again.rows(item))


def test_another_seed_gives_other_rows() -> None:
    other = city.build(POLICY, organisations_count=2500, seed=12, on=ON)
    item = POLICY.item("adm.penalty", on=ON)
    assert other.rows(item)["subject_code"].to_list() != CITY.rows(item)["subject_code"].to_list()


def test_no_code_of_a_party_lies_in_a_real_region() -> None:
    for item in ACTIVE:
        codes = CITY.rows(item)["subject_code"].drop_nulls()
        assert set(codes.str.slice(2, 6)) == {REGION}, item.id
        assert uscc.judge(codes)["reason"].null_count() == len(codes)


def test_every_unified_code_anywhere_in_the_rows_is_synthetic() -> None:
    for item in ACTIVE:
        rows = CITY.rows(item)
        for field in item.fields:
            if field.type is FieldType.USCC:
                assert set(rows[field.name].drop_nulls().str.slice(2, 6)) <= {REGION}, (item.id, field.name)


def test_nothing_happens_after_the_day_of_the_city() -> None:
    for item in ACTIVE:
        rows = CITY.rows(item)
        for field in item.fields:
            if field.type is FieldType.DATE and field.past:
                assert (rows[field.name].drop_nulls() <= ON).all(), (item.id, field.name)


def test_a_year_stands_on_both_sides_of_order_36() -> None:
    days = CITY.rows(POLICY.item("adm.penalty", on=ON))["decided_on"]
    before = (days < date(2026, 4, 1)).mean()
    assert 0.2 < before < 0.8
    assert days.min() < date(2025, 1, 1)


def test_the_operative_part_states_the_fine_of_the_amount_column() -> None:
    rows = CITY.rows(POLICY.item("adm.penalty", on=ON), 400).filter(pl.col("fine_wan").is_not_null())
    said = rows["content"].str.extract(r"罚款人民币([0-9]+)元", 1).cast(pl.Int64)
    given = (rows["fine_wan"].cast(pl.Float64) * 10_000).round().cast(pl.Int64)
    assert rows.height > 200
    assert said.to_list() == given.to_list()


def test_every_registered_organisation_is_registered_once_with_the_item_of_its_kind() -> None:
    seen: list[str] = []
    for name in ("reg.enterprise", "reg.trader", "reg.institution", "reg.social_org", "reg.organ"):
        seen += CITY.rows(POLICY.item(name, on=ON))["subject_code"].to_list()
    assert sorted(seen) == sorted(CITY.organisations["code"].to_list())


def test_some_thirty_departments_report() -> None:
    codes = {batch.department.code for batch in CITY.batches()}
    assert len(codes) >= 30


def test_recipes_name_only_items_and_fields_of_the_catalogue() -> None:
    known = set(POLICY.item_versions)
    assert set(RECIPES) <= known


def test_there_are_about_six_records_for_each_organisation() -> None:
    total = sum(CITY.rows(item).height for item in ACTIVE)
    assert 5 < total / CITY.organisations.height < 7
