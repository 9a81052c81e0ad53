"""Terms counted in months and years: the corresponding day, or the last of the month where there is none."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


def add_months(day: date, months: int) -> date:
    """Return the corresponding day so many months later (民法典第二百零二条); 31 January and one month is the end of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law states it: so many months (a year is twelve) or so many days."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read an ISO 8601 duration of years, months and days: P3M, P1Y, P30D."""
        match = _PERIOD.fullmatch(text)
        if not match or text == "P":
            raise ValueError(f"not a period: {text!r}")
        years, months, days = (int(part or 0) for part in match.groups())
        return cls(years * 12 + months, days)

    def after(self, day: date) -> date:
        """Return the day this long after ``day``."""
        return date.fromordinal(add_months(day, self.months).toordinal() + self.days)

    def __str__(self) -> str:
        """Say it in Chinese: 三个月 is written 3个月, twelve months are a year."""
        if self.days:
            return f"{self.days}日" if not self.months else f"{self.months}个月零{self.days}日"
        return f"{self.months // 12}年" if self.months and self.months % 12 == 0 else f"{self.months}个月"
