"""Received scales (接收的等级): the native grade, its reading on 0 to 100, and on what terms it may be passed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from xinheng.core.calendar.months import add_months
from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.loading import SCALES
from xinheng.core.evaluation.words_of_evidence import vocabulary_of
from xinheng.core.policy.errors import PolicyError, Problems
from xinheng.core.policy.model import Certainty, Policy
from xinheng.core.policy.shape import DAY, TABLE, TEXT, TEXTS, WHOLE, conforms, one_of

_SCALE = {
    "id": TEXT, "zh": TEXT, "en": TEXT, "evidence": TEXT, "organ": TEXT, "document": TEXT, "certainty": TEXT,
    "effective_from": DAY, "effective_to": DAY, "valid_months": WHOLE, "share": TEXT, "open_grades": TEXTS, "grades": TABLE,
}  # fmt: skip
_NEEDS = ("id", "zh", "en", "evidence", "organ", "document", "certainty", "valid_months", "share", "grades")
_WORD = {"zh": TEXT, "en": TEXT, "from": WHOLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How one body grades, and how its grades are read."""

    id: str
    zh: str
    en: str
    evidence: str
    organ: str
    document: str
    certainty: Certainty
    valid_months: int
    share: str
    grades: Mapping[str, int]
    open_grades: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether the scale was used on this day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on < self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A grade another body gave: native, and as read for exchange."""

    scale: Scale
    grade: str
    points100: int
    word: str  # 优良中差
    given_on: date
    valid_until: date
    open: bool  # the body itself makes this grade public
    record: int


@dataclass(frozen=True)
class Scales:
    """All received scales of a policy."""

    scales: tuple[Scale, ...]
    words: tuple[tuple[int, str, str], ...]  # least points, Chinese, English; the best first

    def word_of(self, points100: int) -> str:
        """Return 优良中差 for a reading on 0 to 100."""
        return next(zh for least, zh, _ in self.words if points100 >= least)

    def received(self, evidence: Iterable[Evidence], on: date) -> list[Received]:
        """Return the latest grade on each scale that still speaks on this day. Each stays by itself: none is averaged."""
        found = []
        told = list(evidence)
        for scale in self.scales:
            mine = [
                e
                for e in told
                if e.kind == scale.evidence and e.usable(on) and e.in_force(on) and e.level in scale.grades
            ]
            if not mine:
                continue
            last = max(mine, key=lambda e: (e.on, -e.record))
            until = add_months(last.on, scale.valid_months)
            if on <= until:
                points = scale.grades[last.level]
                found.append(
                    Received(
                        scale=scale,
                        grade=last.level,
                        points100=points,
                        word=self.word_of(points),
                        given_on=last.on,
                        valid_until=until,
                        open=last.level in scale.open_grades,
                        record=last.record,
                    )
                )
        return found


@lru_cache(maxsize=8)
def scales_of(policy: Policy) -> Scales:
    """Return the received scales of a policy, or raise PolicyError."""
    problems = Problems()
    table: Any = policy.tables.get(SCALES, {})
    scales = [scale for row in table.get("scale", ()) if (scale := _scale(row, policy, problems)) is not None]
    words = [
        row for row in table.get("word", ()) if conforms(row, _WORD, tuple(_WORD), f"{SCALES}.toml", "word", problems)
    ]
    if problems.found:
        raise PolicyError(problems.found)
    ordered = sorted(((row["from"], row["zh"], row["en"]) for row in words), reverse=True)
    return Scales(tuple(scales), tuple(ordered))


def _scale(row: Mapping[str, Any], policy: Policy, problems: Problems) -> Scale | None:
    where, path = f"scale.{row.get('id', '?')}", f"{SCALES}.toml"
    if not conforms(row, _SCALE, _NEEDS, path, where, problems):
        return None
    if not one_of(row["certainty"], frozenset(Certainty), path, where, problems):
        return None
    kind = vocabulary_of(policy).kinds.get(row["evidence"])
    known: Sequence[str] = [level.id for level in kind.levels] if kind is not None else ()
    for grade in sorted(set(row["grades"]) - set(known)):
        problems.add(path, where, "level.unknown", f"no level {grade}", f"没有“{grade}”这一级")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Scale(**{**values, "certainty": Certainty(row["certainty"])})
