"""How a run's grades lie, as pages and charts show it: altogether and by district, trade, size and kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.apps.evaluation.models import Run
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.distribution import SHIFTED, STABLE, psi, shares
from xinheng.core.evaluation.model import NO_RESULT, Model
from xinheng.core.identifiers import industry
from xinheng.pages import words
from xinheng.pages.evaluating import name_of, tone_of

TITLES = {
    "region": gettext_noop("按辖区"),
    "division": gettext_noop("按行业"),
    "size": gettext_noop("按规模（注册资本，只用于公平性检查，不计分）"),
    "kind": gettext_noop("按主体类别"),
}
_SIZES = {"S": gettext_noop("100万元以下"), "M": gettext_noop("100万至1000万元"), "L": gettext_noop("1000万元以上")}
_FEWEST, _MOST = 20, 15  # a share among fewer says nothing; more groups are not read


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLine:
    """One grade."""

    grade: str
    words: str
    tone: str
    count: int
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTable:
    """The grades of each group of one kind."""

    id: str
    title: str
    grades: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[str, ...]], ...]
    chart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Everything about one distribution."""

    total: int
    none: int
    lines: tuple[GradeLine, ...]
    chart: str
    psi: str
    psi_words: str
    groups: tuple[GroupTable, ...]


def spread(
    model: Model, counts: Mapping[str, Mapping], before: Mapping[str, int] | None = None, *, simulated: bool = False
) -> Spread:
    """Return a distribution for a page; ``counts`` as a run keeps them, ``before`` the grades of the run before.

    ``simulated``: nothing of it is in force, and ``before`` is what is.
    """
    everything: Mapping[str, int] = counts.get("all", {})
    part = shares(everything, model.grades)
    index = psi(before, everything, model.grades) if before else None
    return Spread(
        total=sum(everything.get(grade, 0) for grade in model.grades),
        none=everything.get(NO_RESULT, 0),
        lines=tuple(
            GradeLine(
                grade=band.grade,
                words=name_of(band),
                tone=tone_of(model, band.grade),
                count=everything.get(band.grade, 0),
                share=share_words(share, everything.get(band.grade, 0)),
            )
            for band, share in zip(model.bands, part, strict=True)
        ),
        chart=_chart(model, part, before, (_("模拟"), _("现行")) if simulated else (_("本次"), _("上次"))),
        psi=f"{index:.3f}" if index is not None else "",
        psi_words=_stability(index, simulated=simulated),
        groups=tuple(_group(model, name, counts.get(name, {})) for name in TITLES if len(counts.get(name, {})) > 1),
    )


def spread_of(model: Model, run: Run, before: Run | None) -> Spread:
    """Return the distribution of a run, beside the one before it."""
    return spread(model, run.counts, before.counts.get("all") if before is not None else None)


def share_words(share: float, count: int) -> str:
    """Return a share as a page says it: one that is not nothing is not told as nothing."""
    return _("不到 0.1%") if count and share < 0.0005 else f"{share:.1%}"


def _stability(index: float | None, *, simulated: bool) -> str:
    if index is None:
        return ""
    if simulated:
        if index < STABLE:
            return _("与现行结果相比，分布基本不变")
        return _("与现行结果相比有变化，请看原因") if index < SHIFTED else _("与现行结果相比变化很大，批准前须查明原因")
    if index < STABLE:
        return _("与上次相比分布稳定")
    return _("与上次相比有变化，请看原因") if index < SHIFTED else _("与上次相比变化很大，使用前须查明原因")


def _chart(model: Model, part: list[float], before: Mapping[str, int] | None, names: tuple[str, str]) -> str:
    told: dict[str, object] = {
        "grades": list(model.grades),
        "shares": [round(share * 100, 1) for share in part],
        "names": names,
        "tones": _tones(model),
    }
    if before:
        told["before"] = [round(share * 100, 1) for share in shares(before, model.grades)]
    return orjson.dumps(told).decode()


def _group(model: Model, name: str, counts: Mapping[str, Mapping[str, int]]) -> GroupTable:
    totals = {group: sum(by.get(grade, 0) for grade in model.grades) for group, by in counts.items()}
    kept = sorted((g for g in counts if totals[g] >= _FEWEST), key=lambda g: -totals[g])[:_MOST]
    rows = []
    parts = []
    for group in kept:
        part = shares(counts[group], model.grades)
        parts.append([round(share * 100, 1) for share in part])
        rows.append(
            (
                _group_name(name, group),
                totals[group],
                tuple(
                    share_words(share, counts[group].get(grade, 0))
                    for grade, share in zip(model.grades, part, strict=True)
                ),
            )
        )
    chart = {
        "groups": [row[0] for row in rows],
        "grades": list(model.grades),
        "shares": parts,
        "tones": _tones(model),
    }
    return GroupTable(
        id=name, title=_(TITLES[name]), grades=model.grades, rows=tuple(rows), chart=orjson.dumps(chart).decode()
    )


def _tones(model: Model) -> list[str]:
    return [tone_of(model, grade).removeprefix("is-") for grade in model.grades]


def _group_name(kind: str, group: str) -> str:
    if not group:
        return _("未登记")
    if kind == "kind":
        return words.say(words.KINDS, group)
    if kind == "size":
        return words.say(_SIZES, group)
    code = f"{industry.section_of(group)}{group}" if kind == "division" and industry.is_valid(group) else group
    entries = current_policy().codelists["region" if kind == "region" else "industry"].entries
    return next((entry.label for entry in entries if entry.code == code), group)
