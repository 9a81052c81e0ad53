"""From when until when may each row be shown? Worked out once, at staging, by the publication rules in force."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.core.intake.checked import GOVERNING
from xinheng.core.policy.model import Item, Policy
from xinheng.core.publication.frames import Frame, rows_of, window_frame
from xinheng.core.publication.rules import rules_of

FROM, UNTIL, RULE = "__shown_from", "__shown_until", "__shown_rule"


def with_windows(rows: pl.DataFrame, item: Item, policy: Policy, *, on: date) -> pl.DataFrame:
    """Return the rows with the first day shown, the first day no longer shown, and the rule.

    A row without a governing day has no window: nothing says when it could begin, so it is not shown.
    """
    numbered = rows.with_row_index("__n")
    dated = numbered.filter(pl.col(GOVERNING).is_not_null())
    found = window_frame(
        rows_of(dated, item, governing=GOVERNING), Frame.of(item, on=on), rules_of(policy), on=on
    ).select(
        dated.get_column("__n"),
        pl.col("shown_from").alias(FROM),
        pl.col("shown_until").dt.offset_by("1d").alias(UNTIL),  # periods are half-open here
        pl.col("rule_id").alias(RULE),
    )
    return numbered.join(found, on="__n", how="left", maintain_order="left").drop("__n")
