"""Evaluations at the centre's desk: how the city lies, runs that were held, one organisation explained, objections answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import now, today
from xinheng.apps.evaluation import actions, applying, catalogue, explaining, keys, notices, queries
from xinheng.apps.evaluation.lake.place import place
from xinheng.apps.evaluation.models import Objection, Outcome, Run, RunState
from xinheng.apps.evaluation.reading import subject_of
from xinheng.apps.policy import current_policy
from xinheng.apps.records import queries as records
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.queries import current_names
from xinheng.apps.timetable import actions as timetable
from xinheng.apps.timetable import regular
from xinheng.core.evaluation.loading import NoSuchModel
from xinheng.core.evaluation.model import Model
from xinheng.core.evaluation.organisations import SubjectIsNaturalPerson
from xinheng.core.refusal import Refusal
from xinheng.pages import evaluating, words
from xinheng.workbench.doors import door
from xinheng.workbench.queue_tables import EVALUATIONS, OBJECTIONS
from xinheng.workbench.refusing import refused
from xinheng.workbench.spread import share_words, spread_of
from xinheng.workbench.tabling import answer as listed

_HISTORY, _RUNS, _OBJECTIONS = 24, 12, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """One model with its last run."""

    name: str
    id: str
    organ: str
    provisional: bool
    on: date | None
    subjects: int
    bars: tuple[tuple[str, str, str], ...]  # grade, tone, share
    running: int  # indicators that run, of so many
    indicators: int
    held: Run | None


@door("evaluation.read")
def overview(request: HttpRequest) -> HttpResponse:
    """Show every model with its last run, what was held, and how many objections wait."""
    lines = [_line(one) for one in catalogue.ruling(on=today())]
    context = {
        "here": "evaluation",
        "models": lines,
        "waiting": Objection.objects.filter(outcome=Outcome.OPEN).count(),
        "running": Run.objects.filter(state=RunState.RUNNING).exists(),
    }
    return render(request, "workbench/evaluation/overview.html", context)


def _line(one: Model) -> ModelLine:
    run = queries.last_run(one.id)
    counts = run.counts.get("all", {}) if run is not None else {}
    total = sum(counts.get(grade, 0) for grade in one.grades)
    return ModelLine(
        name=evaluating.name_of(one),
        id=one.id,
        organ=one.organ,
        provisional=not one.in_force(today()),
        on=run.on if run is not None else None,
        subjects=run.subjects if run is not None else 0,
        bars=tuple(
            (grade, evaluating.tone_of(one, grade), share_words(counts.get(grade, 0) / total, counts.get(grade, 0)))
            for grade in one.grades
        )
        if total
        else (),
        running=len(explaining.method_for(one, on=today()).indicators()),
        indicators=len(one.indicators),
        held=Run.objects.filter(model=one.id, state=RunState.HELD).order_by("-pk").first(),
    )


@door("evaluation.manage")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Ask for a run over the city now."""
    daily = regular.named("evaluate-city")
    assert daily is not None, "the app puts it there when it is ready"
    timetable.run_soon(daily, by=request.user, at=now())
    messages.success(request, _("已开始：先更新评价数据，再按每个模型评价全市。完成后刷新本页。"))
    return redirect("workbench:evaluation")


@door("evaluation.read")
def find(request: HttpRequest) -> HttpResponse:
    """Go to the result of one organisation; a person's number is refused and not repeated."""
    code, name = request.POST.get("code", ""), request.POST.get("model", "xh.comprehensive")
    try:
        subject_of(code)
    except SubjectIsNaturalPerson as refusal:
        return _person(request, refusal)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:evaluation"))
    return redirect("workbench:evaluation-of", name=name, code=code.strip().upper())


@door("evaluation.read")
def model(request: HttpRequest, name: str) -> HttpResponse:
    """Show how the city lies under one model, and its runs."""
    found = named(name)
    done = Run.objects.filter(model=found.id, state__in=queries.COUNTS).order_by("-pk")[:2]
    last, before = (*done, None, None)[:2]
    context = {
        "here": "evaluation",
        "name": evaluating.name_of(found),
        "model_id": found.id,
        "version": found.version,
        "provisional": not found.in_force(today()),
        "run": last,
        "spread": spread_of(found, last, before) if last is not None else None,
        "runs": Run.objects.filter(model=found.id).order_by("-pk")[:_RUNS],
        "held": Run.objects.filter(model=found.id, state=RunState.HELD).order_by("-pk").first(),
    }
    return render(request, "workbench/evaluation/model.html", context)


@door("evaluation.manage")
@require_POST
def held(request: HttpRequest, run_id: int) -> HttpResponse:
    """Say of a run that was held whether it takes effect."""
    account = request.user
    found = get_object_or_404(Run, pk=run_id)
    use = request.POST.get("do") == "use"
    try:
        ruling = catalogue.named(f"{found.model}@{found.version}", on=found.on)
        actions.decide_held(run=found, use=use, by=account, at=now(), place=place(), model=ruling)
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:evaluation-model", args=[found.model]))
    messages.success(request, _("已复核：本次结果生效。") if use else _("已复核：本次结果不使用，原结果继续有效。"))
    return redirect("workbench:evaluation-model", name=found.model)


@door("evaluation.read")
def of_subject(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Show one organisation's result with its explanation; who looked is kept."""
    account = request.user
    found, at = named(name), now()
    back = reverse("workbench:evaluation-model", args=[found.id])
    try:
        subject = subject_of(code)
        applied = queries.applied(subject, found.id, at=at)
        method = explaining.method_for(found, on=today(), at=at)
        told = explaining.explain(subject=subject, method=method, on=today(), at=at, applied=applied)
    except SubjectIsNaturalPerson as refusal:
        return _person(request, refusal)
    except explaining.NotConcerned as refusal:
        return _not_concerned(request, found, code, refusal, back)
    except Refusal as refusal:
        return refused(request, refusal, back=back)
    audit.record("evaluation.read", about=subject, by=account, at=at, model=found.key, purpose="信用中心查阅评价结果")
    result = queries.result_of(subject, found.id)
    context = {
        "here": "evaluation",
        "told": evaluating.shown(told, queries.history(subject, found.id)[:_HISTORY]),
        "name": current_names([subject.pk]).get(subject.pk, ""),
        "code": subject.code,
        "model_id": found.id,
        "notice": queries.notice_of(result) if result is not None else None,
        "objected": result is not None and queries.under_objection(result),
        "others": _others(subject, found),
        "link": request.session.pop("evaluation_key", ""),
    }
    return render(request, "workbench/evaluation/of.html", context)


def _others(subject: Subject, but: Model) -> list[tuple[str, str]]:
    """The other models that have a result for an organisation; the rest are not about it."""
    having = queries.models_with(subject)
    return [(evaluating.name_of(m), m.id) for m in catalogue.ruling(on=today()) if m.id in having and m.id != but.id]


def _person(request: HttpRequest, refusal: SubjectIsNaturalPerson) -> HttpResponse:
    """Refuse a person's number. The attempt is kept, the number nowhere: an error page would put its address into the log."""
    audit.record("evaluation.person-refused", about=request.user, by=request.user, at=now())  # type: ignore[arg-type]
    messages.error(request, str(refusal))
    return redirect("workbench:evaluation")


def _not_concerned(request: HttpRequest, found: Model, code: str, refusal: Refusal, back: str) -> HttpResponse:
    """Say why a model does not concern an organisation; a trader's application can be registered here."""
    subject = subject_of(code)
    may_apply = subject.kind in found.scope.on_application
    context = {
        "here": "evaluation",
        "name": current_names([subject.pk]).get(subject.pk, ""),
        "code": subject.code,
        "model_id": found.id,
        "why": str(refusal),
        "may_apply": may_apply,
        "back": back,
        "others": _others(subject, found),
    }
    return render(request, "workbench/evaluation/not_concerned.html", context)


@door("evaluation.manage")
@require_POST
def application(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Register that a trader asks to be evaluated, or no longer does."""
    account = request.user
    found, reason = named(name), request.POST.get("reason", "").strip()
    try:
        subject = subject_of(code)
        if request.POST.get("do") == "end":
            applying.end(subject=subject, model=found, by=account, at=now())
        else:
            applying.apply(subject=subject, model=found, reason=reason, by=account, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:evaluation-of", args=[found.id, code]))
    return redirect("workbench:evaluation-of", name=found.id, code=code)


@door("evaluation.manage")
@require_POST
def key(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Make a link for the organisation whose identity was checked; it is shown once."""
    account = request.user
    reason = request.POST.get("reason", "").strip()
    back = reverse("workbench:evaluation-of", args=[name, code])
    if not reason:
        messages.error(request, _("请写明怎样核对了申请人的身份。"))
        return redirect(back)
    try:
        token = keys.make(subject=subject_of(code), reason=reason, by=account, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=back)
    request.session["evaluation_key"] = request.build_absolute_uri(reverse("portal:evaluation-own", args=[token]))
    return redirect(back)


@door("evaluation.read")
def runs(request: HttpRequest) -> HttpResponseBase:
    """List the runs of all models."""
    told = {"here": "evaluation", "back": _("信用评价"), "back_url": reverse("workbench:evaluation")}
    return listed(request, EVALUATIONS, "workbench/list.html", told)


@door("evaluation.read")
def objections(request: HttpRequest) -> HttpResponseBase:
    """Show objections, the open ones first, or one alone; all of them as a table."""
    if request.GET.get("as") == "list":
        told = {"here": "evaluation", "back": _("评价异议"), "back_url": request.path}
        return listed(request, OBJECTIONS, "workbench/list.html", told)
    one = request.GET.get("one", "")
    asked = Objection.objects.filter(pk=one) if one.isdecimal() else Objection.objects.all()
    found = list(asked.order_by(Case(When(outcome=Outcome.OPEN, then=0), default=1), "-pk")[:_OBJECTIONS])
    names = current_names({o.subject_id for o in found})
    codes = dict(Subject.objects.filter(pk__in=names).values_list("pk", "code"))
    models = {one.id: evaluating.name_of(one) for one in catalogue.models()}
    lines = [
        {
            "id": o.pk,
            "name": names.get(o.subject_id, ""),
            "url": reverse("workbench:evaluation-of", args=[o.model, codes[o.subject_id]])
            if codes.get(o.subject_id)
            else "",
            "model": models.get(o.model, o.model),
            "record": _record(o.record) if o.record else None,
            "text": o.text,
            "contact": o.contact,
            "at": o.at,
            "check_by": o.check_by,
            "answer_by": o.answer_by,
            "late": o.outcome == Outcome.OPEN and o.answer_by < today(),
            "open": o.outcome == Outcome.OPEN,
            "outcome": _(o.get_outcome_display()),
            "answer": o.answer,
        }
        for o in found
    ]
    told = {"here": "evaluation", "objections": lines, "single": one.isdecimal()}
    return render(request, "workbench/evaluation/objections.html", told)


def _record(record: int) -> tuple[str, str]:
    """The record objected to: what it is called, and where the centre reads it."""
    version = records.current().filter(record_id=record).select_related("record").first()
    url = reverse("workbench:record", args=[record])
    if version is None:
        return _("记录 %s（已撤回）") % record, url
    versions = current_policy().item_versions.get(version.record.item, ())
    if not versions:
        return version.record.item, url
    named, title = words.item_name(versions[-1]), records.content(version).get(versions[-1].title, "")
    return (f"{named} {title}" if title and versions[-1].title != "subject_name" else named), url


@door("evaluation.manage")
@require_POST
def answer(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Answer an objection."""
    account = request.user
    found, text = get_object_or_404(Objection, pk=objection_id), request.POST.get("text", "").strip()
    if not text:
        messages.error(request, _("请写明核查情况和理由。"))
        return redirect("workbench:evaluation-objections")
    try:
        notices.answer(objection=found, upheld=request.POST.get("do") == "uphold", text=text, by=account, at=now())
    except Refusal as refusal:
        return refused(request, refusal, back=reverse("workbench:evaluation-objections"))
    messages.success(request, _("已答复。"))
    return redirect("workbench:evaluation-objections")


def named(name: str) -> Model:
    """Return a model by its id, or answer that there is none."""
    try:
        return catalogue.named(name, on=today())
    except NoSuchModel:
        raise Http404 from None
