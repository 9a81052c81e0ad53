"""What a check is: one rule over whole columns, with its words, its basis and two examples. One file each in ``checks/``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as otherwise
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any

import polars as pl

from xinheng.core.intake.finding import Level
from xinheng.core.policy.model import Item, Policy


class Category(StrEnum):
    """What kind of quality a check protects (合规 · 完整 · 准确 · 及时 · 唯一 · 一致)."""

    COMPLIANCE = "合规"
    COMPLETENESS = "完整"
    ACCURACY = "准确"
    TIMELINESS = "及时"
    UNIQUENESS = "唯一"
    CONSISTENCY = "一致"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a check may know besides the columns: the item, the policy and the day."""

    item: Item
    policy: Policy
    on: date


FLAG = ":"  # kinds:罚款 is the Boolean "the set in kinds holds 罚款"


def has(field: str, *labels: str) -> pl.Expr:
    """Say where the set in a field holds one of the labels; 其他 also stands for 其他-…"""
    return pl.any_horizontal(pl.col(f"{field}{FLAG}{label}") for label in labels)


Expression = pl.Expr | Callable[[Context], pl.Expr]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule.

    Checks compute over typed columns named like the fields: dates are Date, amounts Int64 in 10⁻ˢᶜᵃˡᵉ of their unit,
    everything else canonical text; ``kinds:罚款`` is the Boolean "the set in ``kinds`` holds 罚款". A field the file lacks is
    a null column. ``applies`` says where the rule speaks at all: elsewhere a row is "not applicable", not a pass.
    """

    code: str
    level: Level
    field: str  # where the finding is put
    title: str  # Chinese, a few words
    message: str  # Chinese: what is wrong and how to mend it
    basis: str
    category: Category
    applies: Expression
    fails: Expression
    good: Mapping[str, Any] = otherwise(default_factory=dict)  # example rows, as field → cell text
    bad: Mapping[str, Any] = otherwise(default_factory=dict)
    example_item: str = "adm.penalty"

    def parts(self, context: Context) -> tuple[pl.Expr, pl.Expr]:
        """Return the two Booleans: the rule speaks about this row; the row breaks it."""
        applies, fails = self.applies, self.fails
        return (
            applies if isinstance(applies, pl.Expr) else applies(context),
            fails if isinstance(fails, pl.Expr) else fails(context),
        )


def _from_module(module: ModuleType) -> Check:
    names = ("code", "level", "field", "title", "message", "basis", "category", "applies", "fails")
    missing = [name for name in names if not hasattr(module, name)]
    if missing:
        raise TypeError(f"{module.__name__} lacks {', '.join(missing)}")
    optional = {n: getattr(module, n) for n in ("good", "bad", "example_item") if hasattr(module, n)}
    return Check(**{name: getattr(module, name) for name in names}, **optional)


@cache
def all_checks() -> Mapping[str, Check]:
    """Return every check of ``checks/`` by its code."""
    from xinheng.core.intake import checks

    found: dict[str, Check] = {}
    for info in pkgutil.iter_modules(checks.__path__):
        check = _from_module(importlib.import_module(f"{checks.__name__}.{info.name}"))
        if check.code in found:
            raise TypeError(f"two checks are called {check.code}")
        found[check.code] = check
    return MappingProxyType(dict(sorted(found.items())))


def known_codes() -> frozenset[str]:
    """Codes that an item may name in ``checks``."""
    return frozenset(all_checks())
