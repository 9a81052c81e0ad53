"""Who missed an annual report, and whom the tax office graded how: asked by several items, which must say the same of one organisation."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from xinheng.demo.dice import Dice, day_before, plus_days
from xinheng.demo.recipes import rates
from xinheng.demo.recipes.recipe import Parties

_YEARS = 3  # years of annual reports in the register


def last_reported(on: date) -> int:
    """Return the last year a report is due for: until 30 June of the next, and the listing of who missed it takes some days."""
    return on.year - (1 if on >= date(on.year, 7, 12) else 2)


def last_graded(on: date) -> int:
    """Return the last year the tax office has graded: grades of a year come out in the following spring."""
    return on.year - (1 if on >= date(on.year, 7, 1) else 2)


def reports(able: pl.DataFrame, dice: Dice, on: date) -> pl.DataFrame:
    """Return one row for each report that was filed: its ``year``, whether it is ``late`` and the ``day`` it was filed.

    A report that was never filed has no row. The last year's are those whom ``unreported`` does not name, or names as mended.
    """
    last, parts = last_reported(on), []
    for back in range(_YEARS):
        year = last - back
        owed = able.filter(pl.col("established_on").dt.year() <= year)
        luck = owed.select("reports", "mends") if back == 0 else _luck(dice, owed.height)
        missed, mended = luck["reports"] < _missing(owed), luck["mends"] < rates.LEFT
        in_time = dice.days(date(year + 1, 1, 1), date(year + 1, 6, 30), owed.height)
        day = pl.select(pl.when(missed).then(_mended_on(luck["mends"], year, on)).otherwise(in_time)).to_series()
        parts.append(owed.with_columns(year=pl.lit(year), late=missed, day=day).filter(~missed | mended))
    return pl.concat(parts)


def unreported(able: pl.DataFrame, dice: Dice, on: date) -> pl.DataFrame:
    """Return who is listed for missing the last report or, of enterprises, because nobody found it at its address.

    With the ``reason``, the ``day`` of listing and the day it was taken off (``off``), if it was.
    """
    year = last_reported(on)
    owed = able.filter(pl.col("established_on").dt.year() <= year)
    owed = owed.filter(owed["reports"] < _missing(owed))
    filed = _mended_on(owed["mends"], year, on)
    listed = plus_days(
        pl.Series([date(year + 1, 7, 1)]).new_from_index(0, owed.height), 1 + owed["number"].cast(pl.Int64) % 8
    )
    # Off some days after the report, and never before the listing.
    off = pl.select(pl.max_horizontal(plus_days(filed, 3), plus_days(listed, 1)).clip(upper_bound=on)).to_series()
    missing = owed.with_columns(reason=pl.lit("未按期公示年报"), day=listed, off=off)
    lost = able.filter((able["kind"] == "E") & dice.chance(able.height, rates.UNREACHABLE))
    day = dice.workdays(day_before(on, 364), day_before(on, 8), lost.height)
    found = plus_days(day, dice.whole(20, 200, lost.height))
    lost = lost.with_columns(reason=pl.lit("登记住所无法联系"), day=day, off=found)
    both = pl.concat([missing, lost])
    off_now = (both["mends"] < rates.LEFT) & (both["off"] <= on)
    return both.with_columns(off=pl.select(pl.when(off_now).then(both["off"])).to_series())


def tax_graded(*grades: str) -> Parties:
    """Return a choice of the enterprises of these tax grades (none: all), with their ``grade``; who was founded later has none."""

    def graded(able: pl.DataFrame, dice: Dice, on: date) -> pl.DataFrame:
        known = (pl.col("kind") == "E") & (pl.col("established_on").dt.year() <= last_graded(on))
        enterprises = able.filter(known)
        ends = np.cumsum(list(rates.TAX_GRADES.values()))[:-1]
        grade = pl.Series(list(rates.TAX_GRADES)).gather(
            np.searchsorted(ends, enterprises["pays"].to_numpy(), side="right")
        )
        enterprises = enterprises.with_columns(grade=grade)
        return enterprises.filter(pl.col("grade").is_in(grades)) if grades else enterprises

    return graded


def _missing(owed: pl.DataFrame) -> pl.Series:
    return owed["kind"].replace_strict(rates.UNREPORTED, default=0.0, return_dtype=pl.Float64)


def _luck(dice: Dice, n: int) -> pl.DataFrame:
    return pl.DataFrame({"reports": dice.random.random(n), "mends": dice.random.random(n)})


def _mended_on(mends: pl.Series, year: int, on: date) -> pl.Series:
    """The day a late report was filed: within half a year of the end of June, and not after the day of the city."""
    first = date(year + 1, 7, 1)
    most = min((on - first).days, 180)
    days = ((mends / rates.LEFT).clip(0, 1) * most).cast(pl.Int64)
    return plus_days(pl.Series([first]).new_from_index(0, mends.len()), days)
