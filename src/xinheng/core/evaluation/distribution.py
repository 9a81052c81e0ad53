"""How results lie: by grade, district, trade and size; how stable a distribution is; whether a run looks believable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinheng.core.evaluation.model import Family, Model

Counts = Mapping[str, int]  # grade → organisations
_FLOOR = 1e-4  # of a share: an empty bin must not make a ratio infinite
STABLE, SHIFTED = 0.1, 0.25  # below: stable; from: shifted (usual thresholds of the index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The grades of one group of organisations."""

    name: str
    counts: Counts

    @property
    def total(self) -> int:
        """Return how many have a grade."""
        return sum(self.counts.values())

    def share(self, grades: Sequence[str]) -> float:
        """Return the share of these grades."""
        return sum(self.counts.get(grade, 0) for grade in grades) / self.total if self.total else 0.0


def shares(counts: Counts, grades: Sequence[str]) -> list[float]:
    """Return the share of each grade among those that have one."""
    total = sum(counts.get(grade, 0) for grade in grades)
    return [counts.get(grade, 0) / total if total else 0.0 for grade in grades]


def psi(before: Counts, after: Counts, grades: Sequence[str]) -> float:
    """Return the population stability index of two distributions over the grades: 0 where they are the same."""
    was, now = shares(before, grades), shares(after, grades)
    if not any(was) or not any(now):
        return 0.0
    pairs = [(max(a, _FLOOR), max(b, _FLOOR)) for a, b in zip(was, now, strict=True)]
    return sum((b - a) * math.log(b / a) for a, b in pairs)


def unusual(model: Model, counts: Counts) -> str:
    """Return why a run must be looked at by a person before it takes effect; empty where it looks as such runs do.

    For risk classes: at least half in the lowest class, at most a twentieth in the highest. For credit: the best and the worst
    grades are rare. A few organisations say nothing about a distribution.
    """
    total = sum(counts.get(grade, 0) for grade in model.grades)
    if total < 1_000:
        return ""
    best, worst = (counts.get(grade, 0) / total for grade in (model.grades[0], model.grades[-1]))
    if model.family is Family.RISK:
        if best < 0.5:
            return f"{model.grades[0]} 类只占 {best:.1%}，低于 50%"
        return f"{model.grades[-1]} 类占 {worst:.1%}，高于 5%" if worst > 0.05 else ""
    if model.family is Family.COMPREHENSIVE and best > 0.2:
        return f"最好的等级占 {best:.1%}，高于 20%"
    if model.family is Family.COMPREHENSIVE and worst > 0.1:
        return f"最差的等级占 {worst:.1%}，高于 10%"
    return ""
