"""Reading the evidence file: what each kind of record means to an evaluation, and which field of work a body decides in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from xinheng.core.evaluation import shapes
from xinheng.core.evaluation.evidence import Counts, EvidenceKind, LeaveOut, Level, Test, Value
from xinheng.core.policy.errors import PolicyError, Problems
from xinheng.core.policy.model import Policy, SubjectKind
from xinheng.core.policy.shape import conforms, one_of

TABLE, PATH = "evaluation/evidence", "evaluation/evidence.toml"
OTHER = "other"  # a body whose field of work no word names
# What is no sign of credit (条例第二十九条) or is about persons: no level, number or fact may be taken from these.
UNRELATED = frozenset(
    (
        "reg_capital", "currency", "ent_type", "headcount", "finance", "region", "province_name", "area_name", "address",
        "legal_rep", "operator", "responsible", "contact", "opening_fund", "funding", "workers", "people",
    )
)  # fmt: skip
# Folders of the catalogue nothing may be taken from: persons' professions, and what is shared with consent for loans.
NEVER = ("prof.", "fin.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All kinds of evidence, the fields of work, and the trades' inherent risk."""

    kinds: Mapping[str, EvidenceKind]
    domains: tuple[tuple[str, tuple[str, ...]], ...]  # field of work → words in the name of the deciding body
    domain_names: Mapping[str, tuple[str, str]]
    trade_levels: Mapping[str, str]  # division → level

    def domain_of(self, organ: str | None) -> str:
        """Return the field of work of a body, by its name."""
        for domain, words in self.domains:
            if any(word in (organ or "") for word in words):
                return domain
        return OTHER


@lru_cache(maxsize=8)
def vocabulary_of(policy: Policy) -> Vocabulary:
    """Return the evidence words of a policy, or raise PolicyError."""
    problems = Problems()
    vocabulary = read_vocabulary(policy, problems)
    if problems.found:
        raise PolicyError(problems.found)
    return vocabulary


def read_vocabulary(policy: Policy, problems: Problems) -> Vocabulary:
    """Read what the policy says about evidence; every problem is noted."""
    table: Any = policy.tables.get(TABLE, {})
    kinds = {}
    for row in table.get("evidence", ()):
        kind = _kind(row, problems)
        if kind is None:
            continue
        if kind.id in kinds:
            problems.add(PATH, f"evidence.{kind.id}", "evidence.twice", "told twice", f"“{kind.id}”写了两次")
        kinds[kind.id] = kind
        _check(kind, policy, problems)
    domains = [
        row
        for row in table.get("domain", ())
        if conforms(row, shapes.DOMAIN, ("id", "organs"), PATH, "domain", problems)
    ]
    risks = [
        row
        for row in table.get("trade_risk", ())
        if conforms(row, shapes.TRADE_RISK, ("level", "divisions", "basis", "certainty"), PATH, "trade_risk", problems)
    ]
    return Vocabulary(
        kinds=MappingProxyType(kinds),
        domains=tuple((row["id"], tuple(row["organs"])) for row in domains),
        domain_names=MappingProxyType({row["id"]: (row.get("zh", ""), row.get("en", "")) for row in domains}),
        trade_levels=MappingProxyType({division: row["level"] for row in risks for division in row["divisions"]}),
    )


def _kind(row: Mapping[str, Any], problems: Problems) -> EvidenceKind | None:
    where = f"evidence.{row.get('id', '?')}"
    if not conforms(row, shapes.EVIDENCE, ("id", "zh", "en"), PATH, where, problems):
        return None
    if not one_of(row.get("counts", "always"), frozenset(Counts), PATH, f"{where}.counts", problems):
        return None
    value = row.get("value")
    if value is not None and not conforms(value, shapes.VALUE, ("field",), PATH, f"{where}.value", problems):
        return None
    plain = ("id", "zh", "en", "awaits", "on", "until", "until_last", "by_degree", "by_trade", "domain")
    return EvidenceKind(
        **{name: row[name] for name in plain if name in row},
        items=tuple(row.get("items", ())),
        counts=Counts(row.get("counts", "always")),
        levels=tuple(_levels(row.get("level", ()), where, problems)),
        value=Value(**value) if value is not None else None,
        fact=tuple(row.get("fact", ())),
        leave_out=tuple(LeaveOut(test=_test(t), why=t.get("why", "opted-out")) for t in row.get("leave_out", ())),
    )


def _levels(rows: Iterable[Mapping[str, Any]], where: str, problems: Problems) -> Iterable[Level]:
    for row in rows:
        if conforms(row, shapes.LEVEL, ("id", "zh"), PATH, f"{where}.level", problems):
            tests = [t for t in row.get("test", ()) if conforms(t, shapes.TEST, ("field",), PATH, where, problems)]
            yield Level(id=row["id"], zh=row["zh"], en=row.get("en", ""), tests=tuple(_test(t) for t in tests))


def _test(row: Mapping[str, Any]) -> Test:
    return Test(field=row["field"], words=tuple(row.get("is", ())), contains=tuple(row.get("contains", ())))


def _check(kind: EvidenceKind, policy: Policy, problems: Problems) -> None:
    """Refuse what may not be evidence."""

    def wrong(code: str, english: str, chinese: str) -> None:
        problems.add(PATH, f"evidence.{kind.id}", code, english, chinese)

    if not kind.items and not kind.awaits:
        wrong("evidence.nothing", "names no item and does not say what it awaits", "没有目录项，也没有写明在等什么")
    used = [test.field for level in kind.levels for test in level.tests] + list(kind.fact)
    used += [left.test.field for left in kind.leave_out] + [f for f in (kind.on,) if f]
    used += [kind.until] if kind.until not in ("", "closing") else []
    if kind.value is not None:
        used += [f for f in (kind.value.field, kind.value.months_to) if f]
    for name in sorted(set(used) & UNRELATED):
        wrong(
            "element.unrelated",
            f"{name} is no sign of credit",
            f"“{name}”与信用无关，或涉及个人，不得进入评价（条例第二十九条）",
        )
    for item in kind.items:
        _check_item(kind, item, set(used), policy, wrong)


def _check_item(kind: EvidenceKind, name: str, used: set[str], policy: Policy, wrong: Any) -> None:
    versions = policy.item_versions.get(name)
    if not versions:
        wrong(
            "item.unknown",
            f"there is no item {name}",
            f"目录中没有“{name}”，目录外的信息不得进入评价（条例第三十五条）",
        )
        return
    if name.startswith(NEVER):
        wrong("element.forbidden", f"{name} may not enter a model", f"“{name}”属于个人信息或授权信息，不得进入评价模型")
    if versions[-1].kinds == {SubjectKind.PERSON}:
        wrong("person.evaluated", f"{name} is about persons", f"“{name}”是自然人信息，自然人不评价")
    known = versions[-1].by_name
    missing = used - set(known) if len(kind.items) == 1 else set()
    for field in sorted(missing):
        wrong("field.unknown", f"{name} has no field {field}", f"目录项“{name}”没有字段“{field}”")
