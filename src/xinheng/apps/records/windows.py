"""From when until when may each row be shown? Worked out once, at staging, by the publication rules in force."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.core.policy.model import Item, Policy

Windows = tuple[list[date | None], list[date | None], list[str | None]]


def windows(rows: pl.DataFrame, item: Item, policy: Policy) -> Windows:
    """Return first day shown, first day no longer shown, and the rule, for each row."""
    empty: list[None] = [None] * rows.height
    return empty, empty, empty
