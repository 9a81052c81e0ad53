"""A result as pages show it: what to do first, then the points and their records, what was left out, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from xinheng.apps.accounts.models import Account
from xinheng.apps.evaluation.explaining import Explanation
from xinheng.apps.evaluation.models import Result
from xinheng.apps.evaluation.telling import WHY, title_of
from xinheng.core.evaluation.acts import Act, ActKind
from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.model import NO_RESULT, Band, Direction, Model, NoResult
from xinheng.core.evaluation.result import Contribution
from xinheng.pages import off_words, words

_STEPS = {
    ActKind.REPAIR: gettext_noop("申请信用修复"),
    ActKind.REMOVAL: gettext_noop("改正后申请移出"),
    ActKind.FULFILMENT: gettext_noop("履行义务或者改正，请报送单位更新记录"),
}
_TONES = ("is-good", "is-good", "is-accent", "is-warn", "is-bad", "is-bad")
_SHARED_TONES = {"优": "is-good", "良": "is-accent", "中": "is-warn", "差": "is-bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """One record behind points."""

    title: str
    url: str
    organ: str
    on: date
    points: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIndicator:
    """One indicator with its points and records."""

    id: str
    name: str
    points: int
    signed: str
    tone: str
    capped: bool
    basis: tuple[str, ...]
    advice: str
    records: tuple[ShownEvidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDimension:
    """One dimension: where it starts, what it came to."""

    id: str
    name: str
    start: int
    total: int
    most: int
    indicators: tuple[ShownIndicator, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAct:
    """One thing the organisation can do."""

    title: str
    url: str
    step: str
    when: str
    waits: bool
    after: str
    why: str
    advice: str
    record: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One line of the history, or of what time will do."""

    on: date
    score: int | None
    grade: str
    tone: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A whole explanation."""

    model: str
    model_key: str
    version: int
    provisional: bool
    on: date
    known_at: datetime
    score: int | None
    most: int
    grade: str
    grade_words: str
    tone: str
    by_points: str  # the grade by points alone, where a cap changes it
    no_result: str
    caps: tuple[tuple[str, str, str], ...]  # name, advice, records
    dimensions: tuple[ShownDimension, ...]
    acts: tuple[ShownAct, ...]
    turns: tuple[ShownChange, ...]
    history: tuple[ShownChange, ...]
    unused: tuple[tuple[str, str, str], ...]  # title, address, why
    off: tuple[tuple[str, str], ...]
    off_indicators: int
    running: int
    indicators: int
    contested: int
    chart: str
    inputs_hash: str
    model_hash: str
    bases: tuple[str, ...] = field(default=())


def name_of(thing: Any) -> str:
    """Return a name in the reader's language."""
    return str(thing.en if get_language() == "en" and thing.en else thing.zh)


_ENGINES = {
    "local": gettext_noop("本机"),
    "polars": gettext_noop("本机（Polars）"),
    "duckdb": gettext_noop("本机（DuckDB）"),
}


def engine_name(engine: str) -> str:
    """Return how a run was computed, in words: on this machine or on a cluster."""
    return _("集群（Spark）") if engine.startswith("spark") else _(_ENGINES.get(engine, engine))


def tone_of(model: Model, grade: str) -> str:
    """Return the colour of a grade: by what it is read as (优良中差), else by its place between the best and the worst."""
    if grade == NO_RESULT or grade not in model.grades:
        return ""
    band = band_of(model, grade)
    if band is not None and band.shared in _SHARED_TONES:
        return _SHARED_TONES[band.shared]
    last = max(len(model.grades) - 1, 1)
    return _TONES[round(model.grades.index(grade) / last * (len(_TONES) - 1))]


def band_of(model: Model, grade: str) -> Band | None:
    """Return the band of a grade."""
    return next((band for band in model.bands if band.grade == grade), None)


def why_none(model: Model, rule: str) -> str:
    """Return why there is no result."""
    found: NoResult | None = next((r for r in model.no_results if r.id == rule), None)
    return name_of(found) if found is not None else ""


def shown(told: Explanation, history: Iterable[Result] = (), *, owner: Account | None = None) -> Shown:
    """Return an explanation for a page. ``owner``: records lead to the organisation's own pages, where those not public are, too."""
    with _leading_to("portal:own-record" if owner is not None else "portal:record"):
        return _shown(told, history)


_RECORDS: ContextVar[str] = ContextVar("records", default="portal:record")


@contextmanager
def _leading_to(page: str) -> Iterator[None]:
    before = _RECORDS.set(page)
    try:
        yield
    finally:
        _RECORDS.reset(before)


def _shown(told: Explanation, history: Iterable[Result]) -> Shown:
    model, result = told.method.model, told.result
    band = band_of(model, result.grade)
    past = tuple(_past(model, one) for one in history)
    turns = tuple(
        ShownChange(
            on=turn.on,
            score=turn.score,
            grade=turn.grade,
            tone=tone_of(model, turn.grade),
            why=_("、").join(_named(model, name) for name in turn.indicators),
        )
        for turn in told.turns
    )
    return Shown(
        model=name_of(model),
        model_key=model.key,
        version=model.version,
        provisional=not model.in_force(result.on),
        on=result.on,
        known_at=told.known_at,
        score=result.score,
        most=sum(d.most for d in model.dimensions),
        grade=result.grade if result.grade != NO_RESULT else "—",
        grade_words=name_of(band) if band is not None else _("没有结果"),
        tone=tone_of(model, result.grade),
        by_points=result.band if result.band != result.grade else "",
        no_result=why_none(model, result.no_result),
        caps=tuple(_cap(told, fired.cap, fired.records) for fired in result.caps),
        dimensions=tuple(_dimension(told, reached) for reached in result.dimensions),
        acts=tuple(_act(told, act) for act in told.acts),
        turns=turns,
        history=past,
        unused=tuple(
            (title_of(told.statements[u.record]), _url(u.record), _(WHY[u.why]))
            for u in result.unused
            if u.record in told.statements
        ),
        off=tuple((_named(model, name), off_words.say(why)) for name, why in told.method.off.items()),
        off_indicators=len(model.indicators) - len(told.method.indicators()),
        running=len(told.method.indicators()),
        indicators=len(model.indicators),
        contested=result.contested,
        chart=_course(model, past, result.on, result.score, turns),
        inputs_hash=told.inputs_hash,
        model_hash=told.method.hash,
        bases=tuple(words.basis_text(basis) for basis in model.bases),
    )


def _dimension(told: Explanation, reached: Any) -> ShownDimension:
    model = told.method.model
    dimension = next(d for d in model.dimensions if d.id == reached.dimension)
    mine = [c for c in told.result.contributions if model.indicator(c.indicator).dimension == dimension.id]
    return ShownDimension(
        id=dimension.id,
        name=name_of(dimension),
        start=reached.start,
        total=reached.total,
        most=dimension.most,
        indicators=tuple(_indicator(told, c) for c in mine if c.points or c.scored.counted),
    )


def _indicator(told: Explanation, c: Contribution) -> ShownIndicator:
    indicator = told.method.model.indicator(c.indicator)
    english = get_language() == "en"
    records = []
    for one in c.scored.counted:
        notes = [_("按一半计：已过计分期限的一半")] if one.halved else []
        notes += [_("有异议或者在复议、诉讼中")] if one.evidence.contested else []
        records.append(_evidence(told, one.evidence, points=f"{one.points:+d}" if one.points else "", notes=notes))
    good = c.points > 0 if told.method.model.direction is Direction.CREDIT else c.points < 0
    return ShownIndicator(
        id=indicator.id,
        name=name_of(indicator),
        points=c.points,
        signed=f"{c.points:+d}",
        tone="good" if good else "bad" if c.points else "soft",
        capped=c.scored.capped,
        basis=tuple(words.basis_text(basis) for basis in indicator.bases),
        advice=indicator.advice_en if english and indicator.advice_en else indicator.advice,
        records=tuple(records),
    )


def _evidence(told: Explanation, one: Evidence, *, points: str = "", notes: Iterable[str] = ()) -> ShownEvidence:
    statement = told.statements.get(one.record)
    return ShownEvidence(
        title=title_of(statement) if statement is not None else one.kind,
        url=_url(one.record) if one.record else "",
        organ=statement.organ if statement is not None else "",
        on=one.on,
        points=points,
        notes=tuple(notes),
    )


def _url(record: int) -> str:
    return reverse(_RECORDS.get(), args=[record])


def _cap(told: Explanation, name: str, records: Iterable[Evidence]) -> tuple[str, str, str]:
    cap = next(c for c in told.method.model.caps if c.id == name)
    shown_records = [_evidence(told, one).title for one in records]
    advice = cap.advice_en if get_language() == "en" and cap.advice_en else cap.advice
    at_best = _("等级最高为 %s") % cap.at_best
    return f"{name_of(cap)}{_('：')}{at_best}", advice, _("、").join(shown_records)


def _act(told: Explanation, act: Act) -> ShownAct:
    model, statement = told.method.model, told.statements[act.record]
    waits = act.possible_from is not None and act.possible_from > told.result.on
    indicators = [i for i in model.indicators if i.id in act.indicators]
    advice = next(
        (i.advice_en if get_language() == "en" and i.advice_en else i.advice for i in indicators if i.advice), ""
    )
    after = (
        _("%(score)s 分，%(grade)s") % {"score": act.score, "grade": act.grade} if act.score is not None else act.grade
    )
    return ShownAct(
        title=title_of(statement),
        url=_url(act.record),
        step=_(_STEPS[act.kind]),
        when=_("%s 起") % act.possible_from.isoformat() if waits and act.possible_from else _("现在就可以"),
        waits=waits,
        after=after,
        why=_("、").join(_named(model, name) for name in act.indicators),
        advice=advice,
        record=act.record,
    )


def _named(model: Model, name: str) -> str:
    return next((name_of(one) for one in (*model.indicators, *model.caps) if one.id == name), name)


def _past(model: Model, one: Result) -> ShownChange:
    return ShownChange(
        on=one.on,
        score=one.score,
        grade=one.grade if one.grade != NO_RESULT else "—",
        tone=tone_of(model, one.grade),
        why=_changes(model, one),
    )


def _changes(model: Model, one: Result) -> str:
    """Say what changed from the result before."""
    if not one.changes:
        return _("首次评价")
    parts = []
    for name, (before, after) in one.changes.items():
        if name == "no_result":
            parts.append(why_none(model, str(after)) or _("已有结果"))
        elif isinstance(after, bool):
            parts.append((_("新增限制：%s") if after else _("解除限制：%s")) % _named(model, name))
        else:
            parts.append(f"{_named(model, name)} {before:+d} → {after:+d}")
    return _("；").join(parts)


def _course(
    model: Model, past: tuple[ShownChange, ...], on: date, score: int | None, turns: tuple[ShownChange, ...]
) -> str:
    """Return what the chart of the course draws: what was, what is, what time alone will do; and where grades begin."""
    was = [[one.on.isoformat(), one.score] for one in reversed(past) if one.score is not None]
    now = [[on.isoformat(), score]] if score is not None else []
    ahead = now + [[one.on.isoformat(), one.score] for one in turns if one.score is not None]
    bands = [[band.grade, band.least] for band in model.bands]
    told = {
        "was": was + now if not was or was[-1][0] != on.isoformat() else was,
        "ahead": ahead,
        "bands": bands,
        "names": [_("已有结果"), _("随时间变化")],
    }
    return orjson.dumps(told).decode()
