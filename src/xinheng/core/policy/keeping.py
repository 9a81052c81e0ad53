"""How long what a sender handed in is kept: the original file, and the cells of rows that went back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import Certainty
from xinheng.core.policy.reading import Document
from xinheng.core.policy.shape import DAY, TEXT, TEXTS, WHOLE, conforms, one_of

FOLDER, STEM = "intake", "keeping"
_NEEDED = ("id", "what", "when", "period", "document", "article", "certainty")
_SHAPE: Mapping[str, str] = dict.fromkeys(_NEEDED, TEXT) | {
    "when": TEXTS, "holds": TEXT, "effective_from": DAY, "effective_to": DAY, "verified_on": DAY, "verify_every": WHOLE,
}  # fmt: skip


class What(StrEnum):
    """What is kept."""

    ORIGINAL = "original"  # the file as handed in
    ROWS = "rows"  # cells of rows that went back


class When(StrEnum):
    """What became of the submission."""

    ACCEPTED = "accepted"  # in the register, and no row is left to mend
    PENDING = "pending"  # checked, and its sender still has something to do
    OVER = "over"  # refused, failed, withdrawn or replaced


class Holds(StrEnum):
    """What the file holds besides the catalogue's columns."""

    ANYTHING = ""
    BEYOND = "beyond-catalogue"  # filled columns outside the catalogue, or columns and rows about persons


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRule:
    """One rule on keeping, with its own days in force (half-open) and what it rests on."""

    id: str
    what: What
    when: frozenset[When]
    days: int
    holds: Holds = Holds.ANYTHING
    effective_from: date | None = None
    effective_to: date | None = None
    document: str
    article: str
    certainty: Certainty

    def fits(self, what: What, when: When, *, beyond: bool, on: date) -> bool:
        """Say whether the rule speaks of this, and was in force on the day."""
        in_force = (self.effective_from or date.min) <= on < (self.effective_to or date.max)
        return in_force and self.what is what and when in self.when and (beyond or self.holds is Holds.ANYTHING)

    def ends(self, since: date) -> date:
        """Return the first day on which it is no longer kept."""
        return since + timedelta(days=self.days)

    @property
    def basis(self) -> str:
        """Document and article, as cited on a page."""
        return f"《{self.document}》{self.article}"


def deciding(
    rules: Iterable[KeepRule], what: What, when: When, *, since: date, beyond: bool, on: date
) -> KeepRule | None:
    """Return the rule by which it is no longer kept on this day: of those that fit, the one that ends first; else None."""
    ended = [rule for rule in rules if rule.fits(what, when, beyond=beyond, on=on) and rule.ends(since) <= on]
    return min(ended, key=lambda rule: (rule.days, rule.id), default=None)


def build_keep_rules(documents: Iterable[Document], problems: Problems) -> tuple[KeepRule, ...]:
    """Build the rules of every ``intake/keeping.toml``. A city may shorten what is kept by a rule of its own."""
    built: list[KeepRule] = []
    for document in documents:
        if (document.folder, document.stem) != (FOLDER, STEM) or not isinstance(document.content, dict):
            continue
        for table in document.content.get("rule", ()):
            rule = _rule(table, document.path, problems)
            if rule is None:
                continue
            if any(other.id == rule.id and _overlap(rule, other) for other in built):
                problems.add(
                    document.path, rule.id, "keep.overlap", f"{rule.id} twice in force", "同一保存期限规则的有效期重叠"
                )
            built.append(rule)
    return tuple(built)


def _rule(table: Mapping[str, Any], path: str, problems: Problems) -> KeepRule | None:
    name = str(table.get("id", "?"))
    fits = conforms(table, _SHAPE, _NEEDED, path, name, problems) and all(
        [
            one_of(table["what"], frozenset(What), path, f"{name}.what", problems),
            *(one_of(when, frozenset(When), path, f"{name}.when", problems) for when in table["when"]),
            one_of(table.get("holds", ""), frozenset(Holds), path, f"{name}.holds", problems),
            one_of(table["certainty"], frozenset(Certainty), path, f"{name}.certainty", problems),
        ]
    )
    if not fits:
        return None
    days = str(table["period"]).removeprefix("P").removesuffix("D")
    if not days.isdigit() or table["period"] != f"P{days}D":
        problems.add(
            path, f"{name}.period", "keep.period", "the period is a number of days: P30D", "保存期限须写成天数，如 P30D"
        )
        return None
    return KeepRule(
        id=name,
        what=What(table["what"]),
        when=frozenset(When(when) for when in table["when"]),
        days=int(days),
        holds=Holds(table.get("holds", "")),
        effective_from=table.get("effective_from"),
        effective_to=table.get("effective_to"),
        document=table["document"],
        article=table["article"],
        certainty=Certainty(table["certainty"]),
    )


def _overlap(one: KeepRule, other: KeepRule) -> bool:
    begins = max(one.effective_from or date.min, other.effective_from or date.min)
    return begins < min(one.effective_to or date.max, other.effective_to or date.max)
