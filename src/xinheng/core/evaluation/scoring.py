"""How evidence becomes points: the kinds of indicator, each with the parameters it has and no others."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from xinheng.core.evaluation.evidence import Evidence


class When(StrEnum):
    """Which evidence is taken, by its days."""

    CURRENT = "current"  # in force on the day
    WINDOW = "window"  # at most so many months old
    ENDED = "ended"  # over, but for at most so many months
    DUE_YEARS = "due-years"  # its value is one of the last so many years an annual report was due for
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Which evidence: of one kind, of these levels (any, if none), decided in these fields (any), at that time."""

    kind: str
    levels: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    when: When
    months: int = 0  # years for DUE_YEARS

    def __post_init__(self) -> None:
        if (self.when in (When.WINDOW, When.ENDED, When.DUE_YEARS)) != (self.months > 0):
            raise ValueError(f"{self.kind}: a window has a length, and only a window")

    def asks(self, one: Evidence) -> bool:
        """Say whether evidence is of the kind, level and field of work, whenever it was."""
        right_level = not self.levels or one.level in self.levels
        return one.kind == self.kind and right_level and (not self.domains or one.domain in self.domains)


class Operator(StrEnum):
    """How a bin compares."""

    GE = "ge"
    GT = "gt"
    LE = "le"
    LT = "lt"
    EQ = "eq"

    def holds(self, seen: int, bound: int) -> bool:
        """Compare."""
        match self:
            case Operator.GE:
                return seen >= bound
            case Operator.GT:
                return seen > bound
            case Operator.LE:
                return seen <= bound
            case Operator.LT:
                return seen < bound
        return seen == bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One step: points where the number compares so; the first that fits counts."""

    operator: Operator
    bound: int
    points: int
    least_count: int = 0  # of ratios: only with at least so many cases


@dataclass(frozen=True, slots=True, kw_only=True)
class PerRecord:
    """Points for each record, halved in the second half of the window where ``halves``; a cap on the sum."""

    take: Take
    points: int
    cap: int | None = None
    halves: bool = False

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return (self.take,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSum:
    """Points for each record by its level, each level with its own window; a cap on the sum."""

    parts: tuple[tuple[Take, int], ...]  # one level each
    cap: int | None = None
    yields: tuple[Take, Take] | None = None  # records of the first count nothing while there is any of the second

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return (*self.grounds(), *(self.yields or ()))

    def grounds(self) -> tuple[Take, ...]:
        """Return what points come from."""
        return tuple(take for take, _ in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Points once, where there is any."""

    takes: tuple[Take, ...]
    points: int

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return self.takes


class Pick(StrEnum):
    """Which of several records speaks."""

    LATEST = "latest"
    GRAVEST = "gravest"  # the last of the kind's levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Points by the level of one record: the latest, or the gravest (of honours: the highest)."""

    take: Take
    pick: Pick
    points: tuple[tuple[str, int], ...]

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return (self.take,)


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """Points by the first state that holds: on the list now, taken off within two years."""

    states: tuple[tuple[str, Take, int], ...]  # name, what shows it, points

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return tuple(take for _, take, _ in self.states)


class Measure(StrEnum):
    """Which number is put into bins."""

    COUNT = "count"
    SUM = "sum"
    MOST = "most"
    LEAST = "least"
    LATEST = "latest"  # the value of the latest record
    MONTHS_SINCE = "months-since"  # whole months since the latest record's day


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Points by a number. Without any record of what it takes, the indicator does not apply: 0 points."""

    takes: tuple[Take, ...]  # several: each gives a number, the greatest counts
    measure: Measure
    bins: tuple[Bin, ...]
    counted: tuple[str, ...] = ()  # of COUNT: only these levels are counted, though all say that it applies
    complete: bool = (
        False  # of DUE_YEARS: only where every one of those years is on record; what is not known harms nobody
    )

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return self.takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Points by good ÷ all, in ten-thousandths; nothing with fewer than ``least`` cases."""

    good: Take
    all: Take
    least: int
    bins: tuple[Bin, ...] = field(default=())

    def all_takes(self) -> tuple[Take, ...]:
        """Return what it looks at."""
        return (self.good, self.all)


def grounds(scoring: Scoring) -> tuple[Take, ...]:
    """Return what points can come from: without any of these the indicator cannot run."""
    return scoring.grounds() if isinstance(scoring, LevelSum) else scoring.all_takes()


Scoring = PerRecord | LevelSum | Flag | Levels | States | Bins | Ratio
PER_UNIT = 10_000  # ratios are compared in ten-thousandths


def half_up(points: int, halves: bool) -> int:
    """Return the points, or half of them, rounded half up on the absolute value, the sign kept."""
    if not halves:
        return points
    half = (abs(points) + 1) // 2
    return half if points >= 0 else -half


def capped(total: int, cap: int | None) -> int:
    """Hold a sum to its cap, which carries the sign of the points."""
    if cap is None:
        return total
    return max(total, cap) if cap < 0 else min(total, cap)
