"""A model as a page: what it is for, what it looks at, how points come about, what caps a grade, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.evidence import EvidenceKind
from xinheng.core.evaluation.method import Method
from xinheng.core.evaluation.model import Cap, Indicator
from xinheng.core.evaluation.scoring import (
    Bin,
    Bins,
    Flag,
    Levels,
    LevelSum,
    Measure,
    Operator,
    PerRecord,
    Ratio,
    States,
    Take,
    When,
)
from xinheng.core.policy.model import FieldType
from xinheng.pages import off_words, words
from xinheng.pages.evaluating import name_of, tone_of

_SIGNS = {Operator.GE: "≥", Operator.GT: ">", Operator.LE: "≤", Operator.LT: "<", Operator.EQ: "＝"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """One indicator or cap as a line of the method."""

    id: str
    name: str
    looks_at: str
    points: tuple[str, ...]
    basis: tuple[str, ...]
    certainty: str
    off: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """One dimension and its indicators."""

    name: str
    start: int
    least: int
    most: int
    rules: tuple[ShownRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownModel:
    """A whole model."""

    name: str
    key: str
    version: int
    organ: str
    provisional: bool
    effective_from: str
    approved: str
    card: tuple[tuple[str, str], ...]
    kinds: str
    parts: tuple[ShownPart, ...]
    caps: tuple[ShownRule, ...]
    bands: tuple[tuple[str, str, int, str], ...]
    none: tuple[str, ...]
    bases: tuple[str, ...]
    public: bool
    certainty: str
    hash: str
    running: int
    indicators: int


def shown(method: Method, *, in_force: bool) -> ShownModel:
    """Return a model for a page."""
    model = method.model
    titles = (_("用途"), _("谁使用"), _("人做什么决定"), _("局限"))
    card = (model.card.purpose, model.card.used_by, model.card.human_role, model.card.limits)
    scope = [words.say(words.KINDS, kind) for kind in sorted(model.scope.kinds)]
    scope += [_("%s（依申请）") % words.say(words.KINDS, kind) for kind in sorted(model.scope.on_application)]
    return ShownModel(
        name=name_of(model),
        key=model.key,
        version=model.version,
        organ=model.organ,
        provisional=not in_force,
        effective_from=model.effective_from.isoformat() if model.effective_from else "",
        approved=_(" ").join(part for part in (model.approved_by, model.approved_document) if part),
        # The cards of models that ship are told in English too.
        card=tuple((title, _(text)) for title, text in zip(titles, card, strict=True)),
        kinds=_("、").join(scope),
        parts=tuple(
            ShownPart(
                name=name_of(d),
                start=d.start,
                least=d.least,
                most=d.most,
                rules=tuple(_indicator(method, i) for i in model.indicators if i.dimension == d.id),
            )
            for d in model.dimensions
        ),
        caps=tuple(_cap(method, cap) for cap in model.caps),
        bands=tuple((b.grade, name_of(b), b.least, tone_of(model, b.grade)) for b in model.bands),
        none=tuple(name_of(rule) for rule in model.no_results),
        bases=tuple(words.basis_text(basis) for basis in model.bases),
        public=bool(model.public),
        certainty=words.say(words.CERTAINTY, model.certainty),
        hash=method.hash,
        running=len(method.indicators()),
        indicators=len(model.indicators),
    )


def _indicator(method: Method, indicator: Indicator) -> ShownRule:
    takes = indicator.scoring.all_takes()
    return ShownRule(
        id=indicator.id,
        name=name_of(indicator),
        looks_at=_("；").join(dict.fromkeys(_take(method, take) for take in takes)),
        points=tuple(_points(method, indicator)),
        basis=tuple(words.basis_text(basis) for basis in indicator.bases),
        certainty=words.say(words.CERTAINTY, indicator.certainty),
        off=off_words.say(method.off.get(indicator.id, "")),
    )


def _cap(method: Method, cap: Cap) -> ShownRule:
    looks = [_take(method, take) for take in cap.takes]
    looks += [f"{name} {'/'.join(levels)}" for name, levels in cap.grades]
    looks += [_("成立不满 %s 个月") % cap.younger_than_months] if cap.younger_than_months else []
    return ShownRule(
        id=cap.id,
        name=name_of(cap),
        looks_at=_("；").join(looks),
        points=(_("等级最高为 %s") % cap.at_best,),
        basis=tuple(words.basis_text(basis) for basis in cap.bases),
        certainty="",
        off=off_words.say(method.off.get(cap.id, "")),
    )


def _take(method: Method, take: Take) -> str:
    kind = method.kinds[take.kind]
    levels = _("、").join(name_of(kind.level(level)) for level in take.levels)
    times = {
        When.CURRENT: _("在效"),
        When.WINDOW: _("%s 个月内") % take.months,
        When.ENDED: _("结束后 %s 个月内") % take.months,
        When.DUE_YEARS: _("最近 %s 个应报年度") % take.months,
        When.ANY: "",
    }
    what = f"{name_of(kind)}（{levels}）" if levels else name_of(kind)
    return f"{what} {times[take.when]}".strip()


def _points(method: Method, indicator: Indicator) -> list[str]:
    scoring = indicator.scoring
    match scoring:
        case PerRecord():
            told = [_("每条 %s 分") % f"{scoring.points:+d}"]
            told += [_("过了期限的一半后减半")] if scoring.halves else []
            return told + _cap_words(scoring.cap)
        case LevelSum():
            kind = method.kinds[scoring.parts[0][0].kind]
            told = [_("%(what)s %(points)s 分") % _at(name_of(kind.level(t.levels[0])), p) for t, p in scoring.parts]
            return told + _cap_words(scoring.cap)
        case Flag():
            return [_("有则 %s 分") % f"{scoring.points:+d}"]
        case Levels():
            kind = method.kinds[scoring.take.kind]
            return [_("%(what)s %(points)s 分") % _at(name_of(kind.level(level)), p) for level, p in scoring.points]
        case States():
            return [_("%(what)s %(points)s 分") % _at(_take(method, take), p) for _name, take, p in scoring.states]
        case Bins():
            scale, unit = _unit(method.kinds[scoring.takes[0].kind], scoring.measure)
            return [_step(step, scale, unit) for step in scoring.bins]
        case Ratio():
            return [_percent(step) for step in scoring.bins]
    return []


def _cap_words(cap: int | None) -> list[str]:
    return [_("合计最多 %s 分") % f"{cap:+d}"] if cap is not None else []


def _at(what: str, points: int) -> dict[str, str]:
    return {"what": what, "points": f"{points:+d}"}


def _unit(kind: EvidenceKind, measure: Measure) -> tuple[int, str]:
    """Return what a bound is divided by for people, and the unit behind it: money is kept in 分 and read in 元."""
    if measure is Measure.MONTHS_SINCE or (kind.value is not None and kind.value.months_to):
        return 1, _(" 个月")
    if measure is Measure.COUNT:
        return 1, _(" 次")
    versions = current_policy().item_versions.get(kind.items[0], ()) if kind.items and kind.value else ()
    field = versions[-1].by_name.get(kind.value.field) if versions and kind.value else None
    return (100, _(" 元")) if field is not None and field.type is FieldType.AMOUNT else (1, "")


def _step(step: Bin, scale: int, unit: str) -> str:
    what = f"{_SIGNS[step.operator]} {step.bound / scale:,.10g}{unit}"
    return _("%(what)s：%(points)s 分") % _at(what, step.points)


def _percent(step: Bin) -> str:
    count = _("（至少 %s 次）") % step.least_count if step.least_count else ""
    what = f"{_SIGNS[step.operator]} {step.bound / 100:g}%{count}"
    return _("%(what)s：%(points)s 分") % _at(what, step.points)
