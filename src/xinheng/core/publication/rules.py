"""Publication rules (公示规则): which were in force on a day, and what each says. Read from policy, never from code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from xinheng.core.calendar.months import Period
from xinheng.core.policy.model import Certainty, Policy

FOLDER = "publication/"
GRADED = "grade"  # the key of rules that depend on the degree of dishonesty


class Grade(StrEnum):
    """Degree of dishonesty (失信程度) of a negative record, in rising order."""

    MINOR = "轻微"
    GENERAL = "一般"
    SERIOUS = "严重"


class Ends(StrEnum):
    """What the closing day of an item means."""

    ON = "on"  # the last day shown: 有效期至
    BEFORE = "before"  # gone from that day: 移出日期
    IGNORED = "ignored"


class CountsFrom(StrEnum):
    """The day a period starts."""

    GOVERNING = "governing"  # the item's governing day: the day of the decision
    PUBLISHED = "published"  # the first day it was shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, with its own days in force (half-open) and what it rests on."""

    id: str
    key: str
    publish: bool
    rule_set: str = ""
    grades: frozenset[Grade] = frozenset()
    organs: tuple[str, ...] = ()  # words in the name of the deciding organ; empty: any
    decides: bool = True  # False: told beside the answer
    ends: Ends = Ends.ON
    plus: Period | None = None
    counts_from: CountsFrom = CountsFrom.GOVERNING
    minimum: Period | None = None
    maximum: Period | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    document: str
    article: str = ""
    certainty: Certainty

    def __post_init__(self) -> None:
        if (self.key == GRADED) != bool(self.grades):
            raise ValueError(f"{self.id}: rules of key {GRADED!r}, and only they, name grades")
        if not self.document:
            raise ValueError(f"{self.id}: no basis, no rule")

    def in_force(self, on: date) -> bool:
        """Say whether the rule was in force on this day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on < self.effective_to
        )

    @property
    def basis(self) -> str:
        """Document and article, as cited on a page."""
        return f"{self.document}{f'（{self.article}）' if self.article else ''}"


@dataclass(frozen=True)
class Rules:
    """All publication rules of a policy."""

    by_key: Mapping[str, tuple[Rule, ...]]
    grade_of_kind: Mapping[str, Grade]
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)  # label of `state` → items; empty: every item

    @classmethod
    def from_tables(cls, tables: Iterable[Mapping[str, Any]]) -> Rules:
        """Build from the tables of policy files; refuse two rules of one id and overlapping rules that both decide."""
        by_key: dict[str, list[Rule]] = {}
        kinds: dict[str, Grade] = {}
        hidden: dict[str, frozenset[str]] = {}
        ids: set[str] = set()
        for table in tables:
            for row in table.get("rule", ()):
                rule = _rule(row)
                if rule.id in ids:
                    raise ValueError(f"two publication rules are called {rule.id}")
                ids.add(rule.id)
                by_key.setdefault(rule.key, []).append(rule)
            kinds |= {row["label"]: Grade(row["grade"]) for row in table.get("kind", ())}
            hidden |= {row["label"]: frozenset(row.get("items", ())) for row in table.get("hidden_state", ())}
        for rules in by_key.values():
            _refuse_overlaps(rules)
        return cls({key: tuple(rules) for key, rules in by_key.items()}, kinds, hidden)

    def of(self, key: str) -> tuple[Rule, ...]:
        """Return the rules of a key; an unknown key is a defect of the catalogue, not a licence to publish."""
        return self.by_key[key]

    def hidden_states(self, item: str) -> frozenset[str]:
        """Return the values of an item's field ``state`` under which a record is not shown."""
        return frozenset(label for label in self.hidden if self.hides(item, label))

    def hides(self, item: str, state: str | None) -> bool:
        """Say whether a record of an item is not shown because its field ``state`` says this."""
        items = self.hidden.get(state) if state else None
        return items is not None and (not items or item in items)

    def change_days(self, key: str) -> tuple[date, ...]:
        """Return the days on which another deciding rule of this key comes into force or leaves it."""
        deciding = [rule for rule in self.of(key) if rule.decides]
        return tuple(
            sorted({d for rule in deciding for d in (rule.effective_from, rule.effective_to) if d is not None})
        )


def _rule(row: Mapping[str, Any]) -> Rule:
    known = set(Rule.__dataclass_fields__) | {"verified_on", "verify_every"}
    if unknown := set(row) - known:
        raise ValueError(f"{row.get('id')}: unknown {', '.join(sorted(unknown))}")
    given = {name: value for name, value in row.items() if name not in ("verified_on", "verify_every")}
    given |= {name: Period.parse(given[name]) for name in ("plus", "minimum", "maximum") if name in given}
    given["grades"] = frozenset(Grade(grade) for grade in given.get("grades", ()))
    given["organs"] = tuple(given.get("organs", ()))
    given["certainty"] = Certainty(given["certainty"])
    given["ends"] = Ends(given.get("ends", "on"))
    given["counts_from"] = CountsFrom(given.get("counts_from", "governing"))
    return Rule(**given)


def _refuse_overlaps(rules: list[Rule]) -> None:
    deciding = [rule for rule in rules if rule.decides]
    for i, one in enumerate(deciding):
        for other in deciding[i + 1 :]:
            same = one.grades & other.grades or not (one.grades or other.grades)
            begins = max(one.effective_from or date.min, other.effective_from or date.min)
            if (
                same
                and one.organs == other.organs
                and begins < min(one.effective_to or date.max, other.effective_to or date.max)
            ):
                raise ValueError(f"publication rules {one.id} and {other.id} are in force together")


@lru_cache(maxsize=8)
def rules_of(policy: Policy) -> Rules:
    """Return the publication rules of a policy."""
    return Rules.from_tables(
        cast("Mapping[str, Any]", table) for name, table in sorted(policy.tables.items()) if name.startswith(FOLDER)
    )
