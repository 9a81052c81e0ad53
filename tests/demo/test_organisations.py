"""The organisations of the demo city."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from xinheng.demo import organisations, words

ON = date(2026, 5, 8)


@pytest.fixture(scope="module")
def city() -> pl.DataFrame:
    return organisations.make(5000, seed=7, on=ON)


def test_the_same_seed_gives_the_same_city(city: pl.DataFrame) -> None:
    assert_frame_equal(city, organisations.make(5000, seed=7, on=ON))


def test_another_seed_gives_another_city(city: pl.DataFrame) -> None:
    assert organisations.make(5000, seed=8, on=ON)["name"].to_list() != city["name"].to_list()


def test_names_and_codes_are_unique(city: pl.DataFrame) -> None:
    assert city["name"].n_unique() == city["code"].n_unique() == city["regno"].n_unique() == 5000


def test_even_a_small_city_has_every_form_of_organisation() -> None:
    small = organisations.make(20, seed=1, on=ON)
    assert set(small["form"]) == set(organisations.FORMS)


def test_all_districts_and_trades_occur(city: pl.DataFrame) -> None:
    assert set(city["district"]) == {d.name for d in words.DISTRICTS}
    assert set(city["industry"]) == {t.industry for t in words.TRADES}


def test_the_first_two_characters_of_a_code_tell_the_form(city: pl.DataFrame) -> None:
    for form, (prefix, kind, _) in organisations.FORMS.items():
        rows = city.filter(pl.col("form") == form)
        assert set(rows["code"].str.slice(0, 2)) == {prefix}
        assert set(rows["kind"]) == {kind}


def test_few_organisations_are_busy_and_many_are_not(city: pl.DataFrame) -> None:
    activity = city["activity"]
    assert activity.is_sorted(descending=True)
    assert activity[:250].sum() > 0.25 * activity.sum()
    assert activity[:250].sum() < 0.6 * activity.sum()


def test_everyone_was_founded_before_the_day_of_the_city(city: pl.DataFrame) -> None:
    assert city["established_on"].max() < ON


def test_a_larger_city_still_has_no_name_twice() -> None:
    large = organisations.make(120_000, seed=3, on=ON)
    assert large["name"].n_unique() == large.height
