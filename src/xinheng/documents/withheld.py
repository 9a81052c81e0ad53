"""Cells that are not given back: numbers of persons' documents, and columns that may not be collected at all."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from xinheng.core.intake.findings import MASK
from xinheng.core.intake.headers import HeaderMap
from xinheng.core.policy.model import Item, Privacy


def withheld_columns(item: Item, mapped: HeaderMap) -> frozenset[str]:
    """Return the sender's columns whose cells are masked in everything we write."""
    sealed = {
        title
        for name, titles in mapped.fields.items()
        if item.field(name).privacy is Privacy.SEALED
        for title in titles
    }
    denied = {f.column for f in mapped.findings if f.code == "header.denied" and f.column is not None}
    return frozenset(sealed | denied)


def mask(cells: pl.DataFrame, withheld: Iterable[str]) -> pl.DataFrame:
    """Replace every filled cell of these columns."""
    return cells.with_columns(
        pl.when(pl.col(title).is_not_null()).then(pl.lit(MASK)).alias(title)
        for title in withheld
        if title in cells.columns
    )
