"""Blank cells that another cell of the same row answers: the rule of the field table says so, and it is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from xinheng.core.intake.fields.amounts import CURRENCIES, CURRENCY_PATTERN
from xinheng.core.intake.judged import Judged
from xinheng.core.policy.model import Item


def fill(judged: dict[str, Judged], cells: Mapping[str, pl.Series], item: Item) -> Iterator[tuple[str, int]]:
    """Fill blanks in place; yield the kind of repair and how many cells it touched."""
    for f in item.fields:
        source = judged.get(f.fill_from or "")
        if source is not None:
            # Rule L05: a licence without a document number repeats its certificate number.
            yield "filled-from-other-column", _put(judged, f.name, source.value)
        if f.currency_into is not None and f.name in cells:
            named = cells[f.name].str.extract(CURRENCY_PATTERN, 1)
            if named.null_count() < len(named):
                _put(judged, f.currency_into, named.replace(CURRENCIES))  # the amount's reader has told it already


def _put(judged: dict[str, Judged], name: str, values: pl.Series) -> int:
    column = judged.get(name)
    if column is None:
        judged[name] = Judged(values)
        return len(values) - values.null_count()
    blank = column.blank()
    if blank is None:
        return 0
    blank = blank & values.is_not_null()
    count = int(blank.sum())
    if count:
        filled = pl.select(pl.when(blank).then(values).otherwise(column.value)).to_series()
        judged[name] = Judged(filled, column.reason, column.warning, column.repair, column.typed)
    return count
