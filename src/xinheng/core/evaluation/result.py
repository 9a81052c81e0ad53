"""A result with its reasons: points ← indicator ← records; what was not counted and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinheng.core.evaluation.evidence import Evidence, NotCounted


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One record behind points, with its own share of them (before the indicator's cap)."""

    evidence: Evidence
    points: int = 0
    age_months: int = 0
    halved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What one way of scoring made of the evidence."""

    points: int = 0
    seen: str = ""  # the level or the number it went by
    counted: tuple[Counted, ...] = ()
    capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one indicator brought."""

    indicator: str
    scored: Scored

    @property
    def points(self) -> int:
        """Points after the indicator's cap, before the dimension's limits."""
        return self.scored.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What one dimension came to."""

    dimension: str
    start: int
    delta: int
    total: int  # within the dimension's limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A cap that applies, and what shows it."""

    cap: str
    records: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """A record that was not counted."""

    record: int
    why: NotCounted
    kind: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The evaluation of one organisation on one day. ``grade`` is N, and ``score`` None, where there is no result."""

    model: str
    on: date
    score: int | None
    grade: str
    band: str  # the grade by points alone, before caps
    no_result: str = ""  # id of the rule
    dimensions: tuple[Reached, ...] = ()
    contributions: tuple[Contribution, ...] = ()  # every indicator that ran, in the model's order
    caps: tuple[Fired, ...] = ()
    unused: tuple[Unused, ...] = ()
    contested: int = 0

    def points_of(self, indicator: str) -> int:
        """Return the points of an indicator; one that did not run has none."""
        return next((c.points for c in self.contributions if c.indicator == indicator), 0)
