"""How the demo city is graded: as published evaluations are, loosely, without its rates having been chosen for it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from xinheng.apps.evaluation.models import Run
from xinheng.core.policy.loader import default_policy
from xinheng.demo import build, city
from xinheng.demo.recipes import rates

ON = date(2026, 11, 23)
POLICY = default_policy()


@pytest.fixture(scope="module")
def town() -> city.City:
    return city.build(POLICY, organisations_count=6000, seed=3, on=ON)


def rows(town: city.City, item: str) -> pl.DataFrame:
    return town.rows(POLICY.item(item, on=ON))


@pytest.mark.slow
@pytest.mark.django_db
def test_most_organisations_are_middle_good_and_both_ends_are_rare() -> None:
    build.build(organisations=1500, seed=3, on=ON)
    counts = Run.objects.get(model="xh.comprehensive").counts["all"]
    graded = sum(counts.get(grade, 0) for grade in ("A+", "A", "B", "C", "D", "E"))
    share = {grade: counts.get(grade, 0) / graded for grade in counts}
    assert graded > 800
    assert share["B"] > 0.6
    assert 0 < share.get("A+", 0) + share["A"] < 0.1
    assert 0 < share.get("D", 0) + share["E"] < 0.05


def test_who_missed_the_last_report_is_listed_for_it_and_off_again_only_with_a_late_one(town: city.City) -> None:
    listed = rows(town, "abn.enterprise").filter(pl.col("reason") == "未按期公示年报")
    filed = rows(town, "reg.annual").filter(pl.col("year") == "2025")
    known = dict(filed.select("subject_code", "late").iter_rows())
    for code, off in listed.select("subject_code", "removed_on").iter_rows():
        assert known.get(code) == ("是" if off is not None else None)
    owed = town.organisations.filter((pl.col("kind") == "E") & (pl.col("established_on").dt.year() <= 2025)).height
    assert listed.height / owed == pytest.approx(rates.UNREPORTED["E"], abs=0.02)


def test_the_tax_office_says_the_same_of_one_enterprise_everywhere(town: city.City) -> None:
    grades = dict(rows(town, "eva.tax").select("subject_code", "grade").iter_rows())
    best = {code for code, grade in grades.items() if grade == "A"}
    assert set(rows(town, "hon.tax_a")["subject_code"]) == best
    assert {grades[code] for code in rows(town, "abn.tax")["subject_code"]} == {"D"}
    assert len(best) / len(grades) == pytest.approx(rates.TAX_GRADES["A"], abs=0.015)


def test_there_are_as_many_penalties_a_year_as_the_count_they_are_reckoned_from(town: city.City) -> None:
    penalties = rows(town, "adm.penalty")
    a_year = penalties.filter(pl.col("decided_on") > date(2025, 11, 23)).height
    assert a_year / 6 == pytest.approx(rates.PENALTIES, rel=0.25)


def test_shares_of_grades_are_whole() -> None:
    assert sum(rates.TAX_GRADES.values()) == pytest.approx(1)
    told = 0.4820  # of A and B together, by the tax bureau
    assert rates.TAX_GRADES["A"] + rates.TAX_GRADES["B"] == pytest.approx(told, abs=0.0001)
