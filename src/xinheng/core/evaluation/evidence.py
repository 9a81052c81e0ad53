"""Evidence (评价证据): what an evaluation takes from a record — a kind, a level, its days and a number — and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST = 2**43 - 1  # values are kept below: a day and a value must fit into one 64-bit number


class Counts(StrEnum):
    """How long a record may be used."""

    ALWAYS = "always"  # windows and closing days of the model decide
    WHILE_SHOWN = "while-shown"  # never longer than it may be shown: after its term a record leaves the models, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One condition on a field of a record: it is one of these words, or contains one of them."""

    field: str
    words: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()

    def holds(self, values: Mapping[str, str | None]) -> bool:
        """Say whether a record meets it. A set field (a;b) meets it with any of its words."""
        text = values.get(self.field) or ""
        return any(word in self.words for word in text.split(";")) or any(word in text for word in self.contains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a kind of evidence, from the mildest to the gravest."""

    id: str
    zh: str
    en: str = ""
    tests: tuple[Test, ...] = ()  # all must hold; none: never matched by a record (derived, or by degree)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Records that are not evidence, and why: the opt-out of an honour, arrears that were paid."""

    test: Test
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Where the number comes from: a field, in the unit stored (分 for money, a year, a count of months)."""

    field: str
    scale: int = 1  # multiplied by, so that the stored number is whole: 万元 → 分 is 1,000,000
    months_to: str = ""  # the number of months from ``field`` to this field, both included


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKind:
    """How records of a catalogue item become evidence of one kind."""

    id: str
    zh: str
    en: str
    items: tuple[str, ...]  # catalogue items; empty: no item holds it yet, and what uses it is off
    awaits: str = ""  # where no item holds it: what the city would have to put in its catalogue, and on what basis
    counts: Counts = Counts.ALWAYS
    on: str = ""  # field of the day; empty: the item's governing day
    until: str = "closing"  # field of the day it ended; "closing": the item's; "": it has no end
    until_last: bool = False  # the day given is the last in force, not the first no longer
    by_degree: bool = False  # levels are the degrees of dishonesty, as publication works them out
    by_trade: bool = False  # levels are found from the trade's division
    levels: tuple[Level, ...] = ()
    value: Value | None = None
    fact: tuple[str, ...] = ()  # fields that name the fact: two records of one fact count once, the graver
    leave_out: tuple[LeaveOut, ...] = ()
    domain: bool = False  # the deciding body's field is kept beside it

    def rank(self, level: str) -> int:
        """Return how grave a level is; a kind without levels has rank 0."""
        return next((i for i, known in enumerate(self.levels, start=1) if known.id == level), 0)

    def level(self, name: str) -> Level:
        """Return a level by its id, or raise KeyError."""
        for level in self.levels:
            if level.id == name:
                return level
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence about one organisation. Days are half-open: ``until`` and ``stops`` are the first days no more."""

    kind: str
    on: date
    level: str = ""
    domain: str = ""
    until: date | None = None  # the matter ended: removed from the list, enforcement closed
    stops: date | None = None  # it may no longer be used: publication is over
    value: int = 0
    fact: str = ""
    contested: bool = False  # under objection, reconsideration or in court: counts, and is marked
    record: int = 0  # id in the register

    def __post_init__(self) -> None:
        if not 0 <= self.value <= MOST:
            raise ValueError(f"{self.kind}: a value lies between 0 and {MOST}, not {self.value}")

    def usable(self, on: date) -> bool:
        """Say whether it may be used on this day at all."""
        return self.on <= on and (self.stops is None or on < self.stops)

    def in_force(self, on: date) -> bool:
        """Say whether the matter is open on this day."""
        return self.on <= on and (self.until is None or on < self.until)


class NotCounted(StrEnum):
    """Why a record is no evidence."""

    REPAIRED = "repaired"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    SUSPENDED = "suspended"  # 复议、诉讼期间停止执行
    OPTED_OUT = "opted-out"
    SETTLED = "settled"
    NO_LEVEL = "no-level"
    NO_DAY = "no-day"
    NOT_SHOWN = "not-shown"
    SAME_FACT = "same-fact"
    OUTSIDE_WINDOW = "outside-window"
    NOT_ASKED = "not-asked"  # the model asks for other levels or other fields of work of this kind
    ANOTHER_COUNTED = "another-counted"  # of several only the latest or gravest gives points: not this one
    ENDED = "ended"
    INCOMPLETE = "incomplete"  # other years of the series are not on record: nothing is inferred
    SWITCHED_OFF = "switched-off"
    YIELDS = "yields"
