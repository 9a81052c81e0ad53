"""Matters whose rule names a grade: only for these may a grade be asked for, and only of the models the rule names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from xinheng.core.evaluation.loading import MATTERS, models_of
from xinheng.core.policy.errors import PolicyError, Problems
from xinheng.core.policy.model import Certainty, Policy
from xinheng.core.policy.shape import DAY, TEXT, TEXTS, conforms, one_of
from xinheng.core.refusal import Refusal

USES = frozenset({"supervision", "service"})
_MATTER = {
    "id": TEXT, "zh": TEXT, "en": TEXT, "use": TEXT, "models": TEXTS, "document": TEXT, "article": TEXT, "certainty": TEXT,
    "effective_from": DAY, "effective_to": DAY,
}  # fmt: skip
_NEEDS = ("id", "zh", "en", "use", "models", "document", "article", "certainty", "effective_from")


class NotNamed(Refusal):
    """No rule in force names this grade for this matter."""

    code = "evaluation.not-named"
    message = "没有现行规则为“{matter}”点名使用“{model}”的等级，不能查询。可查询的事项：{known}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One matter: what its rule lets a grade be used for, and which models' grades it names."""

    id: str
    zh: str
    en: str
    use: str
    models: tuple[str, ...]
    document: str
    article: str
    certainty: Certainty
    effective_from: date
    effective_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether the rule is in force on this day: an expired basis stops what rests on it."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


def matter_for(policy: Policy, matter: str, model: str, *, on: date) -> Matter:
    """Return the matter whose rule names this model's grade on this day, or raise NotNamed."""
    there = [one for one in matters_of(policy) if one.in_force(on)]
    for one in there:
        if one.id == matter and model in one.models:
            return one
    raise NotNamed(matter=matter, model=model, known="、".join(one.id for one in there) or "没有")


@lru_cache(maxsize=8)
def matters_of(policy: Policy) -> tuple[Matter, ...]:
    """Return the matters of a policy, or raise PolicyError."""
    problems, table = Problems(), policy.tables.get(MATTERS, {})
    assert isinstance(table, Mapping)
    known = frozenset(model.id for model in models_of(policy))
    found = [m for row in table.get("matter", ()) if (m := _matter(row, known, problems)) is not None]
    for id_ in sorted({one.id for one in found if sum(other.id == one.id for other in found) > 1}):
        problems.add(f"{MATTERS}.toml", f"matter.{id_}", "matter.twice", "stands twice", "重复")
    if problems.found:
        raise PolicyError(problems.found)
    return tuple(found)


def _matter(row: Mapping[str, Any], known: frozenset[str], problems: Problems) -> Matter | None:
    where, path = f"matter.{row.get('id', '?')}", f"{MATTERS}.toml"
    if not conforms(row, _MATTER, _NEEDS, path, where, problems):
        return None
    good = one_of(row["use"], USES, path, where, problems)
    if not one_of(row["certainty"], frozenset(Certainty), path, where, problems) or not good:
        return None
    for model in row["models"]:
        if model not in known:
            problems.add(path, where, "matter.model-unknown", f"no model {model}", f"没有模型“{model}”")
    return Matter(**{**row, "models": tuple(row["models"]), "certainty": Certainty(row["certainty"])})
