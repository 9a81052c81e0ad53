"""What is on the timetable. An app puts its regular work here when it is ready (``AppConfig.ready``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Regular:
    """One piece of regular work: each ``every``, or once a day at ``daily`` (the authority's clock); exactly one of the two.

    ``work`` is the dotted path of a function that takes ``at`` by keyword and returns one sentence about what it did, or None.
    """

    name: str  # erase-originals
    title: Any  # a Chinese phrase, lazily translated
    work: str
    every: timedelta | None = None
    daily: time | None = None
    at_start: bool = True  # due when the server starts; False: not before its first time comes

    def __post_init__(self) -> None:
        """Refuse work without a time, or with two."""
        if (self.every is None) == (self.daily is None):
            raise ValueError(f"{self.name}: every or daily, one of them")

    def next_after(self, instant: datetime) -> datetime:
        """Return when the run after this instant is due."""
        if self.every is not None:
            return instant + self.every
        assert self.daily is not None
        local = timezone.localtime(instant)
        due = local.replace(hour=self.daily.hour, minute=self.daily.minute, second=0, microsecond=0)
        return due if due > local else due + timedelta(days=1)

    def do(self, *, at: datetime) -> str:
        """Do it once; return what it says of itself."""
        work: Callable[..., str | None] = import_string(self.work)
        return work(at=at) or ""


_ALL: dict[str, Regular] = {}


def register(*regulars: Regular) -> None:
    """Put work on the timetable; the same name again is a defect."""
    for one in regulars:
        if _ALL.setdefault(one.name, one) is not one:
            raise ValueError(f"twice on the timetable: {one.name}")


def all_regular() -> tuple[Regular, ...]:
    """Return everything on the timetable, in the order it was put there."""
    return tuple(_ALL.values())


def named(name: str) -> Regular | None:
    """Return one by its name."""
    return _ALL.get(name)
