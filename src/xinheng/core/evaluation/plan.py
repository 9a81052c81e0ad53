"""A plan: what a method asks of a whole city, as sums and maxima over evidence and steps over those. Engines only render it.

Everything that depends on the day is already a number here: windows and halves are day numbers, so that an engine compares
whole numbers and nothing else. One row of evidence contributes ``constant + per_day × on + per_value × value`` to a slot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from xinheng.core.evaluation.scoring import Operator


class Fold(StrEnum):
    """How the rows of one organisation become one number."""

    SUM = "sum"  # nothing: 0
    MAX = "max"  # nothing: 0, so ask for presence where 0 could be meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Which rows contribute, and what. Bounds are included; None does not bound."""

    kind: str | None = None  # None: any
    levels: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    contested: bool = False  # True: only contested ones
    on_from: int | None = None
    on_to: int | None = None
    until_from: int | None = None
    until_to: int | None = None
    value_from: int | None = None
    value_to: int | None = None
    constant: int = 0
    per_day: int = 0
    per_value: int = 0

    def speaks_of(self, kind: str, level: str, domain: str, contested: bool) -> bool:
        """Say whether rows of this kind, level and field are meant."""
        return (
            self.kind in (None, kind)
            and (not self.levels or level in self.levels)
            and (not self.domains or domain in self.domains)
            and (contested or not self.contested)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One number for each organisation. At most one case of a slot holds for a row."""

    fold: Fold
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number from slots: Σ factor × slot, or the greatest of them; then, where ``modulo`` is set, the remainder."""

    terms: tuple[tuple[str, int], ...]
    greatest: bool = False
    modulo: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A number compared with a bound."""

    number: Number
    operator: Operator
    bound: int


@dataclass(frozen=True, slots=True)
class Step:
    """Points where all conditions hold; of a list of steps the first that holds counts."""

    conditions: tuple[Condition, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Summed:
    """Points that were summed row by row, held to a cap. ``without``: a slot taken off where the condition holds."""

    slot: str
    cap: int | None = None
    without: tuple[str, Condition] | None = None


Points = Summed | tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedIndicator:
    """How one indicator's points come from slots."""

    id: str
    dimension: str
    points: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCap:
    """A cap holds where any of its alternatives does."""

    id: str
    place: int  # of the grade it allows at best
    alternatives: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDimension:
    """Start and limits."""

    id: str
    start: int
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole method for one day."""

    on: int  # day number
    slots: dict[str, Slot]
    indicators: tuple[PlannedIndicator, ...]
    dimensions: tuple[PlannedDimension, ...]
    caps: tuple[PlannedCap, ...]
    bands: tuple[tuple[int, int], ...]  # (least score, place), in the order in which the first that holds counts
    no_results: tuple[tuple[str, tuple[tuple[Condition, ...], ...]], ...]  # rule → alternatives
    nobody: str  # a rule by which nobody has a result
    concerned: tuple[tuple[Condition, ...], ...]  # alternatives; empty: the register's kinds and trades decide alone
    kinds: tuple[str, ...]
    on_application: tuple[str, ...]
    divisions: tuple[str, ...]
    regions: tuple[str, ...]
    unscoped: bool  # neither trades nor holdings limit it

    def columns(self) -> list[str]:
        """Return the columns of a result, in order. Points and dimensions are as in the plain result."""
        return [
            "subject",
            "score",
            "place",
            "place_by_points",
            "no_result",
            "caps",
            "contested",
            *(f"d_{d.id}" for d in self.dimensions),
            *(f"p_{i.id}" for i in self.indicators),
        ]
