"""Which department of the city decides: by the item's sources, by its competence, and by a word in its name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from xinheng.core.policy.model import Department, Item, Policy
from xinheng.demo.dice import Dice


def competent(policy: Policy, item: Item, on: date) -> list[Department]:
    """Return the departments that may report this item on this day: its sources, else all with the power."""
    able = [d for d in policy.departments if in_force(d, on) and can(d, item)]
    named = [d for d in able if any(answers_to(d, source) for source in item.sources)]
    return named or able


def in_force(department: Department, on: date) -> bool:
    """Say whether the department exists on this day."""
    begun = department.effective_from is None or department.effective_from <= on
    return begun and (department.effective_to is None or on < department.effective_to)


def can(department: Department, item: Item) -> bool:
    """Say whether the item is within the department's powers."""
    return bool({"*", item.id, item.id.split(".")[0] + ".*"}.intersection(department.items))


def answers_to(department: Department, source: str) -> bool:
    """Say whether a source of the catalogue (市市场监管局) means this department."""
    return source in (department.code, department.name, department.short, *department.aliases)


def frame(departments: Sequence[Department]) -> pl.DataFrame:
    """Return departments as columns code, name, short, region."""
    return pl.DataFrame(
        {
            "code": [d.code for d in departments],
            "name": [d.name for d in departments],
            "short": [d.short or d.name for d in departments],
            "region": [d.region for d in departments],
        },
        schema=dict.fromkeys(("code", "name", "short", "region"), pl.String),
    )


def by_word(departments: Sequence[Department], words: Sequence[str], which: np.ndarray, dice: Dice) -> np.ndarray:
    """Return for each row (``which`` of the words) the index of a department whose name holds the word, or of any."""
    place = np.empty(len(which), dtype=np.int64)
    for number, word in enumerate(words):
        rows = np.flatnonzero(which == number)
        fitting = [i for i, d in enumerate(departments) if word in d.name] or list(range(len(departments)))
        # City departments come first in the list and decide more than the district ones behind them.
        place[rows] = np.array(fitting)[
            dice.places(len(fitting), len(rows), [1 / (i + 1) for i in range(len(fitting))])
        ]
    return place


def by_district(departments: Sequence[Department], districts: pl.Series) -> np.ndarray:
    """Return for each row the index of the government of its district, or -1 where none may decide."""
    places = {
        name: next((i for i, d in enumerate(departments) if name in d.name and d.region != departments[0].region), -1)
        for name in districts.unique()
    }
    return districts.replace_strict(places, return_dtype=pl.Int64).to_numpy()
