"""From a record of the register to evidence, or to the reason why it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b

from xinheng.core.evaluation.evidence import MOST, Counts, Evidence, EvidenceKind, NotCounted
from xinheng.core.evaluation.result import Unused
from xinheng.core.evaluation.words_of_evidence import Vocabulary, vocabulary_of
from xinheng.core.policy.model import Item, Policy
from xinheng.core.publication import grading
from xinheng.core.publication.facts import Label, closing_day
from xinheng.core.publication.rules import Grade, rules_of

_DEGREES = {Grade.MINOR: "minor", Grade.GENERAL: "general", Grade.SERIOUS: "serious"}
_OPEN = frozenset((Label.OBJECTION, Label.RECONSIDERATION, Label.LITIGATION))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A record as the register holds it, as far as an evaluation may know it."""

    record: int
    item: str
    values: Mapping[str, str | None]
    governing: date | None
    shown_from: date | None = None
    shown_until: date | None = None  # first day no longer shown
    shown: bool = False  # a publication rule was found for it
    ended: NotCounted | None = None  # withdrawn, repaired …
    labels: frozenset[str] = frozenset()
    organ: str = ""  # name of the deciding body


@dataclass(frozen=True)
class Extractor:
    """Turns statements into evidence by the words of a policy."""

    vocabulary: Vocabulary
    items: Mapping[str, Item]
    grade_of_kind: Mapping[str, Grade]
    kinds_of_item: Mapping[str, tuple[EvidenceKind, ...]] = field(default_factory=dict)

    def evidence(self, told: Statement) -> list[Evidence | Unused]:
        """Return what a statement is evidence of; an item may speak of several things, or of none."""
        found = [self._one(told, kind) for kind in self.kinds_of_item.get(told.item, ())]
        # A trade without a level, a listing that is no false disclosure: where one item speaks of several things, what it
        # does not speak of is no record left out.
        said = [one for one in found if isinstance(one, Evidence) or one.why is not NotCounted.NO_LEVEL]
        return said or found[:1]

    def _one(self, told: Statement, kind: EvidenceKind) -> Evidence | Unused:
        def none(why: NotCounted, detail: str = "") -> Unused:
            return Unused(record=told.record, why=why, kind=kind.id, detail=detail)

        if told.ended is not None:
            return none(told.ended)
        if Label.SUSPENDED in told.labels:
            return none(NotCounted.SUSPENDED)
        for left in kind.leave_out:
            if left.test.holds(told.values):
                return none(NotCounted(left.why))
        on = _day(told.values.get(kind.on)) if kind.on else told.governing
        if on is None:
            return none(NotCounted.NO_DAY)
        level = self._level(told, kind)
        if level is None:
            return none(NotCounted.NO_LEVEL)
        stops = None
        if kind.counts is Counts.WHILE_SHOWN:
            if not told.shown or told.shown_from is None:
                return none(NotCounted.NOT_SHOWN)
            stops = told.shown_until
        return Evidence(
            kind=kind.id,
            level=level,
            domain=self.vocabulary.domain_of(told.organ) if kind.domain else "",
            on=on,
            until=self._until(told, kind),
            stops=stops,
            value=_value(told, kind),
            fact=_fact(told, kind),
            contested=bool(told.labels & _OPEN),
            record=told.record,
        )

    def _level(self, told: Statement, kind: EvidenceKind) -> str | None:
        if kind.by_degree:
            values = told.values
            found = grading.grade(
                values.get("credit_grade"), values.get("kinds"), values.get("case_procedure"), self.grade_of_kind
            )
            return _DEGREES[found.grade] if found.grade is not None else None
        if kind.by_trade:
            return self.vocabulary.trade_levels.get(division_of(told.values.get("industry")))
        if not kind.levels:
            return ""
        for level in reversed(kind.levels):
            if level.tests and all(test.holds(told.values) for test in level.tests):
                return level.id
        return None

    def _until(self, told: Statement, kind: EvidenceKind) -> date | None:
        name = self.items[told.item].closing if kind.until == "closing" else kind.until
        day = _day(told.values.get(name)) if name else None
        return day + timedelta(days=1) if day is not None and kind.until_last else day


@lru_cache(maxsize=8)
def extractor_of(policy: Policy) -> Extractor:
    """Return the extractor of a policy."""
    vocabulary = vocabulary_of(policy)
    by_item: dict[str, tuple[EvidenceKind, ...]] = {}
    for kind in vocabulary.kinds.values():
        for item in kind.items:
            by_item[item] = (*by_item.get(item, ()), kind)
    return Extractor(
        vocabulary=vocabulary,
        items={name: versions[-1] for name, versions in policy.item_versions.items()},
        grade_of_kind=rules_of(policy).grade_of_kind,
        kinds_of_item=by_item,
    )


def division_of(industry: str | None) -> str:
    """Return the two digits of a trade's division: I6510, 6510 and 65 all lie in 65."""
    digits = (industry or "").lstrip("ABCDEFGHIJKLMNOPQRST")
    return digits[:2] if digits[:2].isdigit() and len(digits) >= 2 else ""


def _day(text: str | None) -> date | None:
    try:
        return closing_day(text)
    except ValueError:
        return None


def _fact(told: Statement, kind: EvidenceKind) -> str:
    """Name the fact a record is about, shortly; nothing where one of its fields is blank."""
    parts = [told.values.get(name) for name in kind.fact]
    if not parts or not all(parts):
        return ""
    return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def _value(told: Statement, kind: EvidenceKind) -> int:
    if kind.value is None:
        return 0
    text = told.values.get(kind.value.field)
    if kind.value.months_to:
        return _months_between(text, told.values.get(kind.value.months_to))
    try:
        number = int(Decimal(text or "0") * kind.value.scale)
    except (InvalidOperation, ValueError, OverflowError):
        return 0
    return min(max(number, 0), MOST)


def _months_between(first: str | None, last: str | None) -> int:
    """Count the months from one to another, both included: 2026-03 to 2026-05 are three."""
    try:
        begin, end = ((int(text[:4]) * 12 + int(text[5:7])) for text in (first or "", last or ""))
    except ValueError:
        return 0
    return max(end - begin + 1, 0)
