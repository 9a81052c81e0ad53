"""What a recipe says: how many rows for a thousand organisations, about whom, and which columns it makes by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from xinheng.demo.dice import Dice
from xinheng.demo.draw import Draw

Columns = dict[str, pl.Series]
Parties = Callable[[pl.DataFrame, Dice, date], pl.DataFrame]


def _nothing(draw: Draw) -> Columns:
    return {}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How rows of one item come about."""

    per_thousand: float = 0  # rows for 1,000 organisations of the city
    fill: Callable[[Draw], Columns] = _nothing
    once: bool = False  # each organisation at most once: registrations, grades of the year
    forms: tuple[str, ...] = ()  # forms of organisation; empty: all the item's kinds allow
    sections: str = ""  # trades; empty: any
    # Where it is not chance whom the rows are about: takes everyone the item may be about, gives one party for each row, and on
    # it whatever ``fill`` wants to know (``day``: the governing day).
    parties: Parties | None = None

    @property
    def by_hand(self) -> bool:
        """Say whether the recipe knows the item's rules; without, rows that break one are left out."""
        return self.fill is not _nothing
