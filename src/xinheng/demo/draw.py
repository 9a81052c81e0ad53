"""One batch of statements in the making: who it is about, who decided, when; and the columns finished so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from xinheng.core.policy.model import Department, FieldType, Item, Policy
from xinheng.demo import departments
from xinheng.demo.dice import Dice, day_before

_SHARING = 4
OLDER = 0.1  # share of the rows that are older than a year


@dataclass
class Draw:
    """``n`` statements under one item. Recipes add columns to ``made``; what they leave out the field makers fill in.

    Dates are Date columns, whole numbers Int64, everything else text as a careful clerk would type it.
    """

    item: Item
    policy: Policy
    party: pl.DataFrame  # the organisation of each row, see ``organisations``
    competent: Sequence[Department]  # who may decide under the item
    dice: Dice
    on: date
    made: dict[str, pl.Series] = field(default_factory=dict)
    decided_by: np.ndarray | None = None  # for each row the place of its department in ``competent``

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.party.height

    @cached_property
    def serial(self) -> pl.Series:
        """1, 2, 3 …: what makes numbers of decisions unique within the item."""
        return pl.int_range(1, self.n + 1, eager=True)

    @cached_property
    def day(self) -> pl.Series:
        """The governing day of each row: its party's, or nine in ten within the last year and the rest up to three years old."""
        if "day" in self.party.columns:
            return self.party["day"]
        year = self.dice.workdays(day_before(self.on, 364), day_before(self.on, 8), self.n)
        older = self.dice.workdays(day_before(self.on, 3 * 365), day_before(self.on, 365), self.n)
        return self.where(self.dice.chance(self.n, OLDER), older, year)

    @cached_property
    def organ(self) -> pl.DataFrame:
        """The deciding department of each row: code, name, short, region."""
        if self.decided_by is None:
            # Where nothing says whose business it is, a handful of departments share it: few files, not one for each.
            some = self.dice.random.permutation(len(self.competent))[:_SHARING]
            self.decided_by = some[self.dice.places(len(some), self.n, [1 / (i + 1) for i in range(len(some))])]
        return departments.frame(self.competent)[self.decided_by]

    def decide_by(self, words: Sequence[str], which: np.ndarray, *, districts: float = 0.0) -> None:
        """Let each row be decided by a department whose name holds the word of its row, a share by the party's district."""
        place = departments.by_word(self.competent, words, which, self.dice)
        if districts:
            local = departments.by_district(self.competent, self.party["district"])
            place = np.where((local >= 0) & (self.dice.random.random(self.n) < districts), local, place)
        self.decided_by = place

    def fitting(self, sections: Sequence[str], weights: Sequence[float]) -> np.ndarray:
        """Return for each row an option that happens in its trade; an empty section happens anywhere."""
        chosen = np.zeros(self.n, dtype=np.int64)
        trade = self.where(self.party["kind"].is_in(["E", "T"]), self.party["section"], "?")
        for letter in trade.unique().sort():
            rows = np.flatnonzero((trade == letter).to_numpy())
            open_to = [i for i, s in enumerate(sections) if not s or letter in s]
            chosen[rows] = np.array(open_to)[self.dice.places(len(open_to), len(rows), [weights[i] for i in open_to])]
        return chosen

    def text(self, value: str | None) -> pl.Series:
        """Return a column of one text."""
        return pl.Series([value], dtype=pl.String).new_from_index(0, self.n)

    def empty(self, *names: str) -> dict[str, pl.Series]:
        """Return empty columns for fields that do not arise in these statements."""
        dates = {f.name for f in self.item.fields if f.type is FieldType.DATE}
        return {name: self.text(None).cast(pl.Date if name in dates else pl.String) for name in names}

    def where(self, mask: pl.Series, then: object, otherwise: object) -> pl.Series:
        """Choose row by row between two columns or values."""
        return pl.select(pl.when(mask).then(_literal(then)).otherwise(_literal(otherwise))).to_series()

    def only(self, mask: pl.Series, column: object) -> pl.Series:
        """Return the column where the mask is true, and nothing elsewhere."""
        return pl.select(pl.when(mask).then(_literal(column))).to_series()

    def labels(self, codelist: str) -> tuple[str, ...]:
        """Return the labels in force that can stand alone: those that need a suffix are left to recipes."""
        found = self.policy.codelists[codelist]
        return tuple(label for label in found.labels(self.on) if label not in found.suffix_labels)

    def choose(self, name: str, weights: Mapping[str, float]) -> pl.Series:
        """Choose labels of a field's code list by weight; a word stands for the first label that begins with it."""
        codelist = self.item.field(name).codelist
        labels = self.labels(codelist) if codelist is not None else tuple(weights)
        found = {next((label for label in labels if label.startswith(word)), None): w for word, w in weights.items()}
        found.pop(None, None)
        if not found:
            raise ValueError(f"none of {', '.join(weights)} stands in the code list {codelist}")
        return self.dice.pick(list(found), self.n, list(found.values()))

    def doc_number(self, mark: str | pl.Series, day: pl.Series | None = None) -> pl.Series:
        """Return decision numbers: 深市监罚〔2026〕12号."""
        head = mark if isinstance(mark, pl.Series) else self.text(mark)
        year = (self.day if day is None else day).dt.year().cast(pl.String)
        return "深" + head + "〔" + year + "〕" + self.serial.cast(pl.String) + "号"

    def case_number(self, kind: str) -> pl.Series:
        """Return court case numbers: （2026）粤0399执12号; there is no court 0399."""
        year = self.day.dt.year().cast(pl.String)
        return "（" + year + "）粤0399" + self.text(kind) + self.serial.cast(pl.String) + "号"


def _literal(value: object) -> object:
    return value if isinstance(value, pl.Series | pl.Expr) or value is None else pl.lit(value)
