"""Departments as a dated tree."""

from __future__ import annotations

from datetime import date

import pytest

from xinheng.core.access.tree import below, tree
from xinheng.core.policy import default_policy
from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import Department
from xinheng.core.policy.validating import check_departments

ON = date(2026, 11, 23)
CITY = Department(code="A", name="局")
BRANCH = Department(code="B", name="分局", parent="A", effective_from=date(2026, 1, 1))
POST = Department(code="C", name="所", parent="B", effective_to=date(2027, 1, 1))


def test_what_stands_below_is_found_at_any_depth():
    assert below((CITY, BRANCH, POST), "A", on=ON) == {"B", "C"}
    assert below((CITY, BRANCH, POST), "C", on=ON) == frozenset()
    assert below((CITY,), "X", on=ON) == frozenset()


def test_the_tree_is_that_of_its_day():
    before = tree((CITY, BRANCH, POST), on=date(2025, 6, 1))
    assert [node.department.code for node in before] == ["A", "C"]  # the branch did not exist yet
    after = tree((CITY, BRANCH, POST), on=date(2027, 6, 1))
    assert [n.department.code for n in after[0].below] == ["B"]
    assert after[0].below[0].below == ()


@pytest.mark.parametrize(
    ("departments", "code"),
    [
        ([CITY, Department(code="D", name="x", parent="Z")], "department.parent-unknown"),
        ([Department(code="D", name="x", parent="E"), Department(code="E", name="y", parent="D")], "department.circle"),
        ([CITY, CITY], "department.twice"),
    ],
)
def test_a_tree_that_is_none_is_refused(departments, code):
    problems = Problems()
    check_departments(departments, "departments.csv", problems)
    assert code in {problem.code for problem in problems.found}


def test_the_citys_functional_districts_and_branches_are_in_it():
    nodes = tree(default_policy("shenzhen").departments, on=ON)
    top = {node.department.short: node for node in nodes}
    assert {"大鹏新区管委会", "深汕合作区管委会", "南山区政府", "市市场监管局"} <= set(top)
    assert {n.department.short for n in top["市市场监管局"].below} == {
        "市公共信用中心",
        "市市场监管局南山局",
        "市市场监管局深汕局",
    }
