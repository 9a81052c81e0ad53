"""The queues of the desk as tables: what is worked on one by one on its own page is sorted, searched and taken away here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import today
from xinheng.apps.evaluation import catalogue
from xinheng.apps.evaluation.models import Draft, DraftState, Objection, Outcome, RunState
from xinheng.apps.evaluation.models import Run as EvaluationRun
from xinheng.apps.intake.visible import visible
from xinheng.apps.ledger import erasing
from xinheng.apps.ledger.models import Erasure, ErasureState
from xinheng.apps.records.models import LinkState
from xinheng.apps.subjects.models import Name
from xinheng.pages import evaluating
from xinheng.pages.tables import Cell, Column, choice, day_from, day_to, text
from xinheng.workbench import centre
from xinheng.workbench.showing import name_of
from xinheng.workbench.tabling import table

Choices = list[tuple[str, str]]
ERASURE_STATES = {
    ErasureState.ASKED: (gettext_lazy("待批准"), "is-warn"),
    ErasureState.DONE: (gettext_lazy("已清除"), "is-good"),
    ErasureState.REFUSED: (gettext_lazy("不同意"), "is-bad"),
    ErasureState.TAKEN_BACK: (gettext_lazy("已收回"), ""),
}
LINK_STATES = {
    LinkState.WAITING: (gettext_lazy("待匹配"), "is-warn"),
    LinkState.LINKED: (gettext_lazy("已匹配"), "is-good"),
    LinkState.UNLINKED: (gettext_lazy("已解除"), ""),
}


def minute(at: datetime | None) -> str:
    """Return an instant as tables show it, where the city is."""
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""


def card(name: str, pk: int) -> str:
    """Return where one entry of a queue is worked on."""
    return f"{reverse(f'workbench:{name}')}?one={pk}"


def _words(states: Any) -> Any:
    return lambda account: [(state.value, _(str(state.label))) for state in states]


def _items(account: Account) -> Choices:
    found = centre.queue(visible_to=account).order_by("item").values_list("item", flat=True).distinct()
    return [(item, name_of(item)) for item in found]


LINKS = table(
    name="links",
    title=gettext_lazy("待匹配的记录"),
    action="link.read",
    order="id",
    keep=("as",),
    source=lambda account, asked: centre.queue(visible_to=account).select_related(
        "submission__department", "decided_by", "subject"
    ),
    columns=(
        Column(key="id", title=gettext_lazy("编号"), cell=lambda t: Cell(str(t.pk), url=card("links", t.pk)), order="pk", number=True),
        Column(key="name", title=gettext_lazy("名称"), cell=lambda t: t.told.get("subject_name") or t.told.get("name") or ""),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda t: name_of(t.item), order="item"),
        Column(key="department", title=gettext_lazy("报送单位"), cell=lambda t: str(t.submission.department or ""), order=Coalesce("submission__department__code", Value(""))),
        Column(key="ref", title=gettext_lazy("批次"), cell=lambda t: t.submission.ref or "", code=True, order="submission__pk"),
        Column(key="state", title=gettext_lazy("状态"), cell=lambda t: Cell(str(LINK_STATES[LinkState(t.state)][0]), tone=LINK_STATES[LinkState(t.state)][1]), order="state"),
        Column(key="subject", title=gettext_lazy("已归入"), cell=lambda t: str(t.subject or "")),
        Column(key="by", title=gettext_lazy("谁"), cell=lambda t: Cell(str(t.decided_by or ""), small=minute(t.decided_at))),
    ),
    filters=(
        choice("state", gettext_lazy("状态"), "state", lambda account: [(s.value, str(w)) for s, (w, _tone) in LINK_STATES.items()]),
        choice("item", gettext_lazy("目录项"), "item", _items),
        text("q", gettext_lazy("名称或代码"), "told__subject_name", "told__name", "told__subject_code", "told__orgcode", "told__regno"),
    ),
)  # fmt: skip


def _objections(account: Account, asked: Any) -> QuerySet[Objection]:
    names = Name.objects.filter(visible(None), subject=OuterRef("subject"))
    newest = names.order_by("-registered", F("valid_from").desc(nulls_last=True), "-pk").values("name")[:1]
    return Objection.objects.select_related("subject", "decided_by").annotate(
        about=Coalesce(Subquery(newest), Value(""))
    )


def _outcome(one: Objection) -> Cell:
    late = one.outcome == Outcome.OPEN and one.answer_by < today()
    return Cell(
        _(one.get_outcome_display()), tone="is-bad" if late else "is-warn" if one.outcome == Outcome.OPEN else ""
    )


def _models(account: Account) -> Choices:
    return [(one.id, evaluating.name_of(one)) for one in catalogue.ruling(on=today())]


def _model_name(model_id: str) -> str:
    """The name of a model; of one that is no longer known, its id."""
    return next((evaluating.name_of(one) for one in catalogue.models() if one.id == model_id), model_id)


OBJECTIONS = table(
    name="objections",
    title=gettext_lazy("对评价结果的异议"),
    action="evaluation.read",
    order="-at",
    keep=("as",),
    source=_objections,
    columns=(
        Column(key="about", title=gettext_lazy("组织"), cell=lambda o: Cell(o.about or "—", url=card("evaluation-objections", o.pk), small=o.subject.code or ""), order="about"),
        Column(key="model", title=gettext_lazy("模型"), cell=lambda o: _model_name(o.model), order="model"),
        Column(key="text", title=gettext_lazy("异议"), cell=lambda o: o.text[:120]),
        Column(key="at", title=gettext_lazy("时间"), cell=lambda o: minute(o.at), order="at"),
        Column(key="check", title=gettext_lazy("平台核查到"), cell=lambda o: o.check_by.isoformat(), order="check_by"),
        Column(key="answer", title=gettext_lazy("单位核实到"), cell=lambda o: o.answer_by.isoformat(), order="answer_by"),
        Column(key="state", title=gettext_lazy("状态"), cell=_outcome, order="outcome"),
        Column(key="by", title=gettext_lazy("答复"), cell=lambda o: Cell(str(o.decided_by or ""), small=minute(o.decided_at))),
    ),
    filters=(
        choice("state", gettext_lazy("状态"), "outcome", _words(Outcome)),
        choice("model", gettext_lazy("模型"), "model", _models),
        text("q", gettext_lazy("名称、代码或内容"), "about", "subject__code", "text"),
        day_from("since", gettext_lazy("自"), "at__date"),
        day_to("until", gettext_lazy("至"), "at__date"),
    ),
)  # fmt: skip

DRAFTS = table(
    name="drafts",
    title=gettext_lazy("草稿"),
    action="evaluation.read",
    order="-changed",
    source=lambda account, asked: Draft.objects.select_related("made_by", "decided_by"),
    columns=(
        Column(key="model", title=gettext_lazy("草稿"), cell=lambda d: Cell(f"{_model_name(d.model)} #{d.pk}", url=reverse("workbench:draft", args=[d.pk])), order="model"),
        Column(key="based", title=gettext_lazy("基于"), cell=lambda d: d.based_on, order="based_on", code=True),
        Column(key="state", title=gettext_lazy("状态"), cell=lambda d: _(d.get_state_display()), order="state"),
        Column(key="made", title=gettext_lazy("起草人"), cell=lambda d: str(d.made_by), order="made_by__username"),
        Column(key="changed", title=gettext_lazy("修改时间"), cell=lambda d: minute(d.changed_at), order="changed_at"),
        Column(key="by", title=gettext_lazy("批准人"), cell=lambda d: str(d.decided_by or "")),
    ),
    filters=(choice("state", gettext_lazy("状态"), "state", _words(DraftState)), text("q", gettext_lazy("模型"), "model", "based_on")),
)  # fmt: skip

EVALUATIONS = table(
    name="evaluations",
    title=gettext_lazy("各次评价"),
    action="evaluation.read",
    order="-on",
    source=lambda account, asked: EvaluationRun.objects.all(),
    columns=(
        Column(key="on", title=gettext_lazy("评价日"), cell=lambda r: r.on.isoformat(), order="on"),
        Column(key="model", title=gettext_lazy("模型"), cell=lambda r: Cell(_model_name(r.model), url=reverse("workbench:evaluation-model", args=[r.model]), small=_("第 %s 版") % r.version), order="model"),
        Column(key="state", title=gettext_lazy("状态"), cell=lambda r: Cell(_(r.get_state_display()), small=r.why), order="state"),
        Column(key="subjects", title=gettext_lazy("组织数"), cell=lambda r: f"{r.subjects:,}", order="subjects", number=True),
        Column(key="engine", title=gettext_lazy("计算方式"), cell=lambda r: evaluating.engine_name(r.engine), order="engine"),
        Column(key="digest", title=gettext_lazy("结果指纹"), cell=lambda r: r.digest.removeprefix("sha256:")[:12], code=True),
    ),
    filters=(
        choice("model", gettext_lazy("模型"), "model", _models),
        choice("state", gettext_lazy("状态"), "state", _words(RunState)),
        day_from("since", gettext_lazy("自"), "on"),
        day_to("until", gettext_lazy("至"), "on"),
    ),
)  # fmt: skip


def _erasure_state(one: Erasure) -> Cell:
    word, tone = ERASURE_STATES[ErasureState(one.state)]
    return Cell(str(word), tone=tone)


ERASURES = table(
    name="erasures",
    title=gettext_lazy("依法清除"),
    action="erasure.read",
    order="-asked",
    keep=("as",),
    source=lambda account, asked: erasing.erasures(visible_to=account).select_related("asked_by", "decided_by"),
    columns=(
        Column(key="record", title=gettext_lazy("记录"), cell=lambda e: Cell(f"#{e.record_id}", url=reverse("workbench:record", args=[e.record_id]), small=name_of(e.item)), order="record_id"),
        Column(key="basis", title=gettext_lazy("法律依据"), cell=lambda e: Cell(e.basis, small=e.basis_on.isoformat()), order="basis"),
        Column(key="because", title=gettext_lazy("理由"), cell=lambda e: e.because),
        Column(key="asked", title=gettext_lazy("提出"), cell=lambda e: Cell(str(e.asked_by), small=minute(e.asked_at)), order="asked_at"),
        Column(key="by", title=gettext_lazy("办结"), cell=lambda e: Cell(str(e.decided_by or ""), small=minute(e.decided_at))),
        Column(key="state", title=gettext_lazy("状态"), cell=_erasure_state, order="state"),
    ),
    filters=(
        choice("state", gettext_lazy("状态"), "state", lambda account: [(s.value, str(w)) for s, (w, _tone) in ERASURE_STATES.items()]),
        text("q", gettext_lazy("依据或理由"), "basis", "because"),
    ),
)  # fmt: skip
