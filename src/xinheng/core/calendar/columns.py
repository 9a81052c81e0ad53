"""Deadlines of a whole column of days: the same answers as ``Calendar.add_working_days``, for a million rows at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

import numpy as np
import polars as pl

from xinheng.core.calendar.working_days import Calendar


def add_working_days_column(series: pl.Series, n: int, calendar: Calendar) -> pl.DataFrame:
    """Return ``day`` (Date) and ``provisional`` (Boolean) for each day of a Date column; nulls stay null."""
    if n < 0:
        raise ValueError("a deadline lies ahead: n must not be negative")
    distinct = series.drop_nulls().unique().sort()
    if not len(distinct) or n == 0:
        here = pl.col("day").is_not_null()
        return series.to_frame("day").with_columns(provisional=pl.when(here).then(pl.lit(False)))
    first, last = cast(date, distinct[0]), cast(date, distinct[-1])
    # The longest holiday is under a fortnight: twice the days and a month is always enough ahead.
    days = [first + timedelta(days=i) for i in range((last - first).days + 2 * n + 31)]
    facts = [calendar.is_working_day(day) for day in days]
    working = np.array([fact.working for fact in facts])
    doubtful = np.cumsum([fact.provisional for fact in facts])
    worked_until = np.cumsum(working)  # working days up to and including each day
    worked = np.flatnonzero(working)
    start = (distinct.to_physical() - distinct.to_physical()[0]).to_numpy()
    end = worked[worked_until[start] + n - 1]
    answers = pl.DataFrame(
        {
            "from": distinct,
            "day": pl.Series(np.array(days, dtype="datetime64[D]")[end]).cast(pl.Date),
            "provisional": doubtful[end] > doubtful[start],
        }
    )
    return (
        series.to_frame("from").join(answers, on="from", how="left", maintain_order="left").select("day", "provisional")
    )
