"""A year of decisions: for every active item of the catalogue, who it happened to, who decided it and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xinheng.core.policy.model import Department, Item, Policy, Status
from xinheng.demo import departments, organisations
from xinheng.demo.dice import Dice
from xinheng.demo.draw import Draw
from xinheng.demo.fields import complete
from xinheng.demo.passing import passing
from xinheng.demo.recipes import recipe_for
from xinheng.demo.recipes.recipe import Recipe

_SPARE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one department reports under one item: clean rows, one column for each field of the item."""

    item: Item
    department: Department
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """An invented city: the same seed, size and day always give the same one."""

    policy: Policy
    organisations: pl.DataFrame
    seed: int
    on: date

    def items(self) -> list[Item]:
        """Active items, registrations first: decisions then meet organisations the register knows."""
        active = [item for item in self.policy.items(on=self.on) if item.status is Status.ACTIVE]
        return sorted(
            active, key=lambda item: (not item.id.startswith("reg."), item.id in ("reg.change", "reg.annual"))
        )

    def rows(self, item: Item, n: int | None = None) -> pl.DataFrame:
        """Return clean rows of one item, ``n`` or as many as the city has, with the place of the department in ``_organ``."""
        recipe, dice = recipe_for(item.id), Dice(self.seed, "rows", item.id)
        if recipe.parties is not None:
            party = recipe.parties(self._able(item, recipe), dice, self.on)
            party = party if n is None else party.head(n)
            wanted = party.height
        else:
            wanted = n if n is not None else self._wanted(recipe)
            # Rows that happen to break a rule nobody told us are left out afterwards: more are drawn than are wanted.
            party = self._parties(item, recipe, dice, wanted if recipe.by_hand else wanted * _SPARE)
        able = departments.competent(self.policy, item, self.on)
        if party.height == 0 or not able:
            return pl.DataFrame()
        draw = Draw(item=item, policy=self.policy, party=party, competent=able, dice=dice, on=self.on)
        known = item.by_name
        draw.made.update({name: column for name, column in recipe.fill(draw).items() if name in known})
        frame = complete(draw)
        organ = draw.organ["code"]
        identity = [
            name for name in item.identity if name in frame.columns and name not in ("subject_code", "subject_name")
        ]
        frame = frame.with_columns(_organ=organ)
        if not recipe.by_hand:
            frame = passing(frame, item, self.policy, self.on)
        return frame.unique(["subject_code", *identity], keep="first", maintain_order=True).head(wanted)

    def batches(self) -> Iterator[Batch]:
        """Yield what each department reports, item by item."""
        by_code = {d.code: d for d in self.policy.departments}
        for item in self.items():
            frame = self.rows(item)
            if frame.height == 0:
                continue
            for (code,), rows in frame.group_by("_organ", maintain_order=True):
                yield Batch(item=item, department=by_code[str(code)], rows=rows.drop("_organ"))

    def about_rows(self) -> int:
        """Say roughly how many rows the year has, without making them: for a progress bar."""
        total = 0
        for item in self.items():
            recipe = recipe_for(item.id)
            able = self._able(item, recipe)
            if recipe.parties is not None:
                total += recipe.parties(able, Dice(self.seed, "rows", item.id), self.on).height
                continue
            wanted = self._wanted(recipe)
            total += min(wanted, able.height) if recipe.once else wanted * bool(able.height)
        return total

    def _wanted(self, recipe: Recipe) -> int:
        # One row at least, so that a small city too shows every item; more would make lists of a few look long.
        return max(round(recipe.per_thousand * self.organisations.height / 1000), 1)

    def _able(self, item: Item, recipe: Recipe) -> pl.DataFrame:
        """Organisations the item may be about, by the recipe."""
        able = self.organisations.filter(pl.col("kind").is_in([kind.value for kind in item.kinds]))
        if recipe.forms:
            able = able.filter(pl.col("form").is_in(recipe.forms))
        if recipe.sections:
            able = able.filter(~pl.col("kind").is_in(["E", "T"]) | pl.col("section").is_in(list(recipe.sections)))
        return able

    def _parties(self, item: Item, recipe: Recipe, dice: Dice, wanted: int) -> pl.DataFrame:
        able = self._able(item, recipe)
        if able.height == 0:
            return able
        if not recipe.once:
            return able[dice.places(able.height, wanted, able["activity"].to_numpy())]
        # Weighted drawing without replacement (Efraimidis and Spirakis): the largest u^(1/w) are drawn.
        luck = np.log(dice.random.random(able.height)) / able["activity"].to_numpy()
        chosen = np.sort(np.argsort(luck)[::-1][:wanted])
        return able[chosen]


def build(policy: Policy, *, organisations_count: int, seed: int, on: date) -> City:
    """Return a city of this many organisations."""
    return City(
        policy=policy, organisations=organisations.make(organisations_count, seed=seed, on=on), seed=seed, on=on
    )
