"""Which made-up rows the checks let pass: where no recipe knows an item's rules, what breaks one is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from xinheng.core.intake.engine import check_source
from xinheng.core.intake.table import FrameTable, Note
from xinheng.core.policy.model import Item, Policy
from xinheng.demo.look import PLAIN, render


class _Rows:
    """Rows in memory, as the checks take a file."""

    format, encoding, size = "jsonl", None, 0

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.notes: list[Note] = []

    def tables(self) -> Iterator[FrameTable]:
        yield FrameTable(self.frame)


def passing(rows: pl.DataFrame, item: Item, policy: Policy, on: date) -> pl.DataFrame:
    """Return the rows without a fatal finding."""
    checking = check_source(_Rows(render(rows, item, PLAIN)), policy, on=on, item_id=item.id, examples=0)
    good = [block.good for block in checking]
    return rows.filter(pl.concat(good))
