"""Which indicators run: only those whose information is in the catalogue, may be used, is collected, and has a basis in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from xinheng.core.evaluation.evidence import EvidenceKind
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.model import Cap, Family, Model
from xinheng.core.evaluation.scoring import Take, grounds
from xinheng.core.evaluation.words_of_evidence import vocabulary_of
from xinheng.core.policy.model import Basis, Item, Policy, UnknownItem

# The law lets only some information into a comprehensive evaluation: the catalogue says which (``score_use``). Supervision
# and sector regulators judge with what they themselves hold and may share.
_NEEDS_SCORE_USE = (Family.COMPREHENSIVE, Family.DISTRICT)


def method_of(policy: Policy, model: Model, *, on: date, collected: frozenset[str] | None = None) -> Method:
    """Return the model with its switches on this day. ``collected``: items that have ever been reported; None: all."""
    kinds = vocabulary_of(policy).kinds
    lacking = {
        name: why
        for name in {take.kind for take in model.takes()}
        if (why := why_not(policy, kinds[name], model.family, on, collected))
    }
    off: dict[str, str] = {}
    for indicator in model.indicators:
        why = indicator.off_because if not indicator.enabled else _lacking(grounds(indicator.scoring), lacking)
        if why or (why := _expired(indicator.bases, on)):
            off[indicator.id] = why
    for cap in model.caps:
        if why := _cap_off(cap, lacking, off) or _expired(cap.bases, on):
            off[cap.id] = why
    return Method(model=model, kinds=kinds, off=MappingProxyType(off), missing=tuple(sorted(lacking)))


def _cap_off(cap: Cap, lacking: Mapping[str, str], off: Mapping[str, str]) -> str:
    """Return why nothing could ever show that a cap applies."""
    possible = [not _lacking((take,), lacking) for take in cap.takes] + [name not in off for name, _ in cap.grades]
    if cap.younger_than_months is not None or any(possible):
        return ""
    return _lacking(cap.takes, lacking) or next(off[name] for name, _ in cap.grades)


def why_not(policy: Policy, kind: EvidenceKind, family: Family, on: date, collected: frozenset[str] | None) -> str:
    """Return why a kind of evidence cannot be used, or nothing."""
    if not kind.items:
        return f"目录中还没有这类信息：{kind.awaits}"
    reasons = [_why_not_item(policy, item, family, on, collected) for item in kind.items]
    return "" if "" in reasons else reasons[0]


def _why_not_item(policy: Policy, name: str, family: Family, on: date, collected: frozenset[str] | None) -> str:
    try:
        item: Item = policy.item(name, on=on)
    except UnknownItem:
        return f"目录项“{name}”当日不在目录中"
    if not item.stands(on):
        return f"目录项“{item.zh}”未启用：{item.inactive_because or '依据已失效'}"
    if family in _NEEDS_SCORE_USE and not item.score_use:
        return f"目录未允许“{item.zh}”用于综合评价"
    if item.share == "N":
        return f"“{item.zh}”不予共享"
    if collected is not None and name not in collected:
        return f"“{item.zh}”还没有归集到数据"
    return ""


def _lacking(takes: Iterable[Take], lacking: Mapping[str, str]) -> str:
    """Return why none of these can be used; one that can is enough."""
    kinds = [take.kind for take in takes]
    return lacking[kinds[0]] if kinds and all(kind in lacking for kind in kinds) else ""


def _expired(bases: Sequence[Basis], on: date) -> str:
    if bases and not any(basis.in_force(on) for basis in bases):
        return f"依据“{bases[0].document}”不在有效期内"
    return ""
