"""What a recipe says: how many rows for a thousand organisations, about whom, and which columns it makes by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from xinheng.demo.draw import Draw

Columns = dict[str, pl.Series]


def _nothing(draw: Draw) -> Columns:
    return {}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How rows of one item come about."""

    per_thousand: float  # rows for 1,000 organisations of the city
    fill: Callable[[Draw], Columns] = _nothing
    once: bool = False  # each organisation at most once: registrations, grades of the year
    forms: tuple[str, ...] = ()  # forms of organisation; empty: all the item's kinds allow
    sections: str = ""  # trades; empty: any

    @property
    def by_hand(self) -> bool:
        """Say whether the recipe knows the item's rules; without, rows that break one are left out."""
        return self.fill is not _nothing
