"""Working days (工作日): Monday to Friday, less the official holidays, plus the official make-up days.

The lists come with the State Council's yearly notice. For a year without a notice weekends are all that is known: the
answer is then provisional, says so, and must be asked again when the notice has come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

_WEEKDAYS = "一二三四五六日"
_DAY = timedelta(days=1)
_LISTED_IN_A_YEAR = 10  # every notice has listed over twenty days off; a stray 31 December does not make a year known
_NEXT_NOTICE_MAY_REACH = (12, 29)  # 2007 and 2023 began their lists at the end of December before


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDay:
    """Whether one day is worked, why, and how surely."""

    day: date
    working: bool
    provisional: bool
    reason: str  # Chinese: 星期六 · 国庆节放假 · 春节调休上班
    notice: str = ""  # address of the State Council's notice

    def __bool__(self) -> bool:
        return self.working


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day worked out, and how: ``steps`` names the days skipped, and the weekend days that were worked."""

    day: date
    provisional: bool
    steps: tuple[WorkingDay, ...] = ()

    def explain(self) -> tuple[str, ...]:
        """Return the steps as Chinese sentences."""
        said = [f"{s.day.isoformat()}（{s.reason}）{'计入' if s.working else '不计'}" for s in self.steps]
        if self.provisional:
            said.append("国务院办公厅尚未公布该年度放假安排，暂按周一至周五计算，公布后重新计算")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official lists, by date."""

    listed: Mapping[date, WorkingDay]
    years: frozenset[int] = field(default_factory=frozenset)  # years whose notice is at hand

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> Calendar:
        """Build from rows of text: date, kind (``off`` or ``work``), name, notice. A later row on the same day replaces an earlier one."""
        listed, off = {}, Counter[int]()
        for row in rows:
            day, kind, name = date.fromisoformat(row["date"]), row["kind"], row["name"]
            if kind not in ("off", "work"):
                raise ValueError(f"{row['date']}: kind must be off or work, not {kind!r}")
            working = kind == "work"
            reason = f"{name}调休上班" if working else f"{name}放假"
            listed[day] = WorkingDay(
                day=day, working=working, provisional=False, reason=reason, notice=row.get("notice", "")
            )
            off[day.year] += not working
        years = frozenset(year for year, count in off.items() if count >= _LISTED_IN_A_YEAR)
        return cls(MappingProxyType(listed), years)

    def is_known(self, day: date) -> bool:
        """Say whether the notices at hand settle this day."""
        if day in self.listed:
            return True
        if (day.month, day.day) >= _NEXT_NOTICE_MAY_REACH and day.year + 1 not in self.years:
            return False
        return day.year in self.years

    def is_working_day(self, day: date) -> WorkingDay:
        """Say whether a day is worked."""
        if (known := self.listed.get(day)) is not None:
            return known
        return WorkingDay(
            day=day,
            working=day.weekday() < 5,
            provisional=not self.is_known(day),
            reason=f"星期{_WEEKDAYS[day.weekday()]}",
        )

    def _from(self, day: date) -> Iterator[WorkingDay]:
        while True:
            yield self.is_working_day(day)
            day += _DAY

    def add_working_days(self, day: date, n: int) -> Deadline:
        """Return the n-th working day after ``day``, which is itself not counted (民法典第二百零一条)."""
        if n < 0:
            raise ValueError("a deadline lies ahead: n must not be negative")
        if n == 0:
            return Deadline(day=day, provisional=False)
        left, provisional = n, False
        steps: list[WorkingDay] = []
        for step in self._from(day + _DAY):
            provisional |= step.provisional
            left -= step.working
            if not step.working or step.day in self.listed:
                steps.append(step)
            if left == 0:
                return Deadline(day=step.day, provisional=provisional, steps=tuple(steps))
        raise AssertionError("days do not end")

    def count_working_days(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and including ``end``; negative where ``end`` is earlier."""
        if end < start:
            return -self.count_working_days(end, start)
        return sum(self.is_working_day(start + _DAY * i).working for i in range(1, (end - start).days + 1))

    def end_of_term(self, last: date) -> Deadline:
        """Return the last day of a term, moved past the holiday it may fall on (民法典第二百零三条)."""
        steps: list[WorkingDay] = []
        provisional = False
        for step in self._from(last):
            provisional |= step.provisional
            if step.working:
                return Deadline(day=step.day, provisional=provisional, steps=tuple(steps))
            steps.append(step)
        raise AssertionError("days do not end")
