"""What a model may not say: persons, elements without relation to credit, expired bases, unknown items, overlapping bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations, pairwise

from xinheng.core.evaluation.model import Direction, Family, Model, Status
from xinheng.core.evaluation.organisations import OrganisationKind
from xinheng.core.evaluation.scoring import Bin, Bins, Levels, LevelSum, Operator, PerRecord, Pick, Ratio, Take
from xinheng.core.evaluation.words_of_evidence import OTHER, Vocabulary
from xinheng.core.policy.errors import Problems
from xinheng.core.policy.model import Basis, Policy

Wrong = Callable[[str, str, str, str], None]  # where, code, English, Chinese


def check_models(models: Sequence[Model], vocabulary: Vocabulary, policy: Policy, problems: Problems) -> None:
    """Note everything that is wrong with these models."""
    for model in models:
        check_model(model, vocabulary, policy, problems)
    for one, other in combinations(models, 2):
        if one.id == other.id and _overlap(one, other):
            problems.add(
                other.path,
                "effective_from",
                "model.versions-overlap",
                f"{one.key} and {other.key} are in force together",
                f"“{one.key}”和“{other.key}”的有效期重叠：同一模型同时只能有一个版本生效",
            )


def check_model(model: Model, vocabulary: Vocabulary, policy: Policy, problems: Problems) -> None:
    """Note everything that is wrong with one model."""

    def wrong(where: str, code: str, english: str, chinese: str) -> None:
        problems.add(model.path, where, code, english, chinese)

    _identity(model, wrong)
    _bands(model, wrong)
    _caps(model, wrong)
    _words(model, policy, wrong)
    for where, take in _all_takes(model):
        _take(take, where, vocabulary, wrong)
    for indicator in model.indicators:
        _scoring(model, indicator.id, vocabulary, wrong)
        _bases(model, indicator.bases, f"indicator.{indicator.id}.basis", wrong)
    _bases(model, model.bases, "basis", wrong)


def _identity(model: Model, wrong: Wrong) -> None:
    for what, names in (
        ("dimension", [d.id for d in model.dimensions]),
        ("indicator", [i.id for i in model.indicators]),
        ("cap", [c.id for c in model.caps]),
        ("band", [b.grade for b in model.bands]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                wrong(f"{what}.{name}", "id.twice", f"{what} {name} is told twice", f"“{name}”写了两次")
    known = {d.id for d in model.dimensions}
    for indicator in model.indicators:
        if indicator.dimension not in known:
            wrong(
                f"indicator.{indicator.id}.dimension",
                "dimension.unknown",
                f"no dimension {indicator.dimension}",
                f"没有“{indicator.dimension}”这个维度",
            )
    if model.family is Family.RISK and model.public:
        wrong("public", "risk.published", "a risk class is never published", "信用风险分类只供监管使用，不得公开")
    if OrganisationKind.GOVERNMENT in model.scope.kinds | model.scope.on_application:
        wrong(
            "kinds",
            "government.scored",
            "government bodies have a scale of their own",
            "机关不适用本评价，政务诚信另行监测",
        )
    if OrganisationKind.TRADER in model.scope.kinds:
        wrong(
            "kinds",
            "trader.without-application",
            "traders are evaluated on their own application only",
            "个体工商户只能依经营者申请评价，请写在 on_application",
        )
    if model.status is Status.IN_FORCE and not (model.approved_by and model.approved_document and model.effective_from):
        wrong(
            "status",
            "model.not-approved",
            "a model in force names who approved it, the document and its first day",
            "生效的模型须写明批准机关、批准文号和生效日",
        )


def _bands(model: Model, wrong: Wrong) -> None:
    floors = [band.least for band in model.bands]
    credit = model.direction is Direction.CREDIT
    if any((a <= b) if credit else (a >= b) for a, b in pairwise(floors)):
        wrong(
            "band",
            "bands.overlap",
            "bands overlap or are out of order",
            "等级区间重叠或顺序不对：应从最好到最差，分数线依次变化",
        )
    least = sum(dimension.least for dimension in model.dimensions)
    if (floors[-1] if credit else floors[0]) > least:
        wrong("band", "bands.gap", f"no band begins at {least}", f"等级没有覆盖最低分 {least}")
    for grade in model.bad_grades:
        if grade not in model.grades:
            wrong("bad_grades", "grade.unknown", f"no grade {grade}", f"没有“{grade}”这一等级")


def _caps(model: Model, wrong: Wrong) -> None:
    by_id = {indicator.id: indicator for indicator in model.indicators}
    for cap in model.caps:
        where = f"cap.{cap.id}"
        if cap.at_best not in model.grades:
            wrong(f"{where}.at_best", "grade.unknown", f"no grade {cap.at_best}", f"没有“{cap.at_best}”这一等级")
        if not cap.takes and not cap.grades and cap.younger_than_months is None:
            wrong(where, "cap.empty", "nothing can make it apply", "没有写明什么情形适用")
        if not cap.bases:
            wrong(f"{where}.basis", "basis.missing", "no basis, no cap", "否决项没有依据，不得使用")
        for name, levels in cap.grades:
            scoring = by_id[name].scoring if name in by_id else None
            known = {level for level, _ in scoring.points} if isinstance(scoring, Levels) else set()
            for level in sorted(set(levels) - known):
                wrong(
                    f"{where}.indicator_levels",
                    "level.unknown",
                    f"{name} has no level {level}",
                    f"指标“{name}”没有“{level}”这一级",
                )


def _words(model: Model, policy: Policy, wrong: Wrong) -> None:
    """Refuse what may never be collected, let alone judged."""
    for where, text in (
        ("zh", model.zh),
        *((f"indicator.{i.id}.zh", i.zh) for i in model.indicators),
        *((f"cap.{c.id}.zh", c.zh) for c in model.caps),
    ):
        for word in policy.deny_words:
            if word.word in text:
                wrong(
                    where,
                    "element.forbidden",
                    f"{text!r} is about what may not be collected ({word.basis})",
                    f"“{text}”属于禁止归集的信息（{word.topic}，{word.basis}）",
                )


def _all_takes(model: Model) -> Iterable[tuple[str, Take]]:
    for indicator in model.indicators:
        for take in indicator.scoring.all_takes():
            yield f"indicator.{indicator.id}.of", take
    for cap in model.caps:
        for take in cap.takes:
            yield f"cap.{cap.id}.take", take
    for take in model.scope.holding:
        yield "holding", take


def _take(take: Take, where: str, vocabulary: Vocabulary, wrong: Wrong) -> None:
    kind = vocabulary.kinds.get(take.kind)
    if kind is None:
        wrong(where, "evidence.unknown", f"no kind of evidence {take.kind}", f"没有“{take.kind}”这种评价证据")
        return
    for level in sorted(set(take.levels) - {known.id for known in kind.levels}):
        wrong(where, "level.unknown", f"{take.kind} has no level {level}", f"“{kind.zh}”没有“{level}”这一级")
    for domain in sorted(set(take.domains) - {OTHER, *(name for name, _ in vocabulary.domains)}):
        wrong(where, "domain.unknown", f"no field of work {domain}", f"没有“{domain}”这一领域")
    if take.domains and not kind.domain:
        wrong(where, "domain.not-kept", f"{take.kind} does not say who decided", f"“{kind.zh}”没有记录决定机关的领域")


def _scoring(model: Model, name: str, vocabulary: Vocabulary, wrong: Wrong) -> None:
    scoring, where = model.indicator(name).scoring, f"indicator.{name}"
    match scoring:
        case PerRecord(points=points, cap=cap) if cap is not None and points * cap <= 0:
            wrong(f"{where}.cap", "cap.sign", "the cap has the sign of the points", "封顶值的正负号应与分值一致")
        case LevelSum(cap=cap) if cap is not None and any(p * cap < 0 for _, p in scoring.parts):
            wrong(f"{where}.cap", "cap.sign", "the cap has the sign of the points", "封顶值的正负号应与分值一致")
        case Levels(take=take, points=points) if take.kind in vocabulary.kinds:
            known = {level.id for level in vocabulary.kinds[take.kind].levels}
            for level in sorted({level for level, _ in points} - known):
                wrong(f"{where}.levels", "level.unknown", f"no level {level}", f"没有“{level}”这一级")
            if scoring.pick is Pick.LATEST and len(known) > 62:
                wrong(f"{where}.levels", "level.many", "at most 62 levels", "等级过多")
        case Bins() | Ratio():
            _steps(scoring.bins, where, wrong)


def _steps(bins: Sequence[Bin], where: str, wrong: Wrong) -> None:
    """Refuse steps no number can ever reach: they say something that does not hold."""
    for a, b in combinations(bins, 2):
        rising = a.operator in (Operator.LT, Operator.LE) and b.operator in (Operator.LT, Operator.LE)
        falling = a.operator in (Operator.GE, Operator.GT) and b.operator in (Operator.GE, Operator.GT)
        swallowed = (falling and b.bound > a.bound) or (rising and b.bound < a.bound)
        swallowed = swallowed or (a.operator is b.operator and a.bound == b.bound and a.least_count <= b.least_count)
        if swallowed and a.least_count <= b.least_count:
            wrong(
                f"{where}.bins",
                "bins.overlap",
                f"a step at {b.bound} is never reached",
                f"分档重叠：{b.bound} 这一档永远不会用到",
            )


def _bases(model: Model, bases: Sequence[Basis], where: str, wrong: Wrong) -> None:
    """Refuse what rests only on documents that end before the model does."""
    ends = model.effective_to or date.max
    begins = model.effective_from or date.min
    for basis in bases:
        over = basis.effective_to is not None and basis.effective_to < ends
        late = basis.effective_from is not None and basis.effective_from > begins and model.effective_from is not None
        if over and len(bases) == 1:
            wrong(
                where,
                "basis.expired",
                f"{basis.document} ends before the model",
                f"依据“{basis.document}”在模型有效期内失效",
            )
        if late and len(bases) == 1:
            wrong(
                where,
                "basis.too-late",
                f"{basis.document} begins after the model",
                f"依据“{basis.document}”晚于模型生效",
            )


def _overlap(one: Model, other: Model) -> bool:
    if one.version == other.version:
        return True
    if not (one.status is other.status is Status.IN_FORCE):
        return False
    begins = max(one.effective_from or date.min, other.effective_from or date.min)
    return begins < min(one.effective_to or date.max, other.effective_to or date.max)
