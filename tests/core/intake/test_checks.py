"""Each check is held to the good and the bad example that stand in its own file."""

from datetime import date

import polars as pl
import pytest

from xinheng.core.intake.check import all_checks
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import Level
from xinheng.core.intake.table import FrameTable, Note
from xinheng.core.policy import default_policy

ON = date(2026, 11, 23)
POLICY = default_policy()
CHECKS = all_checks()


class OneSheet:
    """A source of one sheet already in memory."""

    format, encoding, size = "json", None, 0

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.frame = pl.DataFrame(rows, infer_schema_length=None)
        self.notes: list[Note] = []

    def tables(self):
        yield FrameTable(self.frame)


def example_row(item_id: str) -> dict[str, str]:
    """The example that stands beside each field of an item: a row without fault."""
    item = POLICY.item(item_id, on=ON)
    return {f.zh: f.example for f in item.fields}


def codes_of(item_id: str, changes: dict[str, str]) -> dict[str, int]:
    item = POLICY.item(item_id, on=ON)
    row = example_row(item_id) | {item.field(name).zh: text for name, text in changes.items()}
    checking = check_source(OneSheet([row]), POLICY, on=ON, item_id=item_id)
    list(checking)
    return checking.report.counts


@pytest.mark.parametrize("item_id", [i.id for i in POLICY.items(on=ON) if i.status.value == "active"])
def test_the_example_of_an_active_item_has_no_fault(item_id):
    item = POLICY.item(item_id, on=ON)
    checking = check_source(OneSheet([example_row(item_id)]), POLICY, on=ON, item_id=item_id)
    list(checking)
    fatal = [f for f in checking.report.findings if f.level is Level.FATAL]
    assert not fatal, f"{item.zh}: {fatal}"


def test_every_check_is_used_by_an_active_item():
    used = {code for item in POLICY.items(on=ON) if item.status.value == "active" for code in item.checks}
    assert set(CHECKS) == used


@pytest.mark.parametrize("code", [code for code, check in CHECKS.items() if check.bad])
def test_the_bad_example_is_found_and_the_good_one_is_not(code):
    check = CHECKS[code]
    assert code in codes_of(check.example_item, dict(check.bad))
    assert code not in codes_of(check.example_item, dict(check.good))


@pytest.mark.parametrize("code", [code for code, check in CHECKS.items() if not check.bad])
def test_a_check_without_a_bad_example_is_tested_by_name(code):
    """What depends on the city's own register of departments has tests of its own."""
    assert code in {"organ.not-competent"}


def test_an_organ_without_the_power_is_refused():
    without = next(
        d for d in POLICY.departments if "*" not in d.items and "adm.penalty" not in d.items and "adm.*" not in d.items
    )
    assert "organ.not-competent" in codes_of("adm.penalty", {"organ_code": without.code, "organ_name": without.name})
    able = next(d for d in POLICY.departments if {"*", "adm.penalty", "adm.*"}.intersection(d.items))
    assert "organ.not-competent" not in codes_of("adm.penalty", {"organ_code": able.code, "organ_name": able.name})


@pytest.mark.parametrize("code", CHECKS)
def test_every_check_says_what_to_do_and_what_it_rests_on(code):
    check = CHECKS[code]
    assert check.message.endswith("。")
    assert check.basis
    assert check.title
    assert len(check.title) <= 24


@pytest.mark.parametrize(
    ("organ", "told"),
    [
        ("111000000000143498", 0),  # a ministry
        ("11440000000002719A", 0),  # a department of the province
        ("11440100000000051L", 0),  # another city of the province
        ("124403999912000293", 1),  # says it is ours, and nobody here knows it
    ],
)
def test_only_an_organ_of_this_city_must_be_in_its_register(organ, told):
    assert codes_of("adm.penalty", {"organ_code": organ}).get("organ.unknown", 0) == told
