"""Evaluations in public: the models as anyone may read them, what is public of a result, and an organisation's own results."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now, today
from xinheng.apps.evaluation import catalogue, explaining, keys, notices, queries, telling
from xinheng.apps.evaluation.models import Result
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.queries import current_names
from xinheng.core.evaluation.loading import NoSuchModel
from xinheng.core.evaluation.model import Family, Model
from xinheng.core.evaluation.organisations import (
    NotAnOrganisation,
    OrganisationKind,
    SubjectIsNaturalPerson,
    organisation_code,
)
from xinheng.core.publication.answers import Answer
from xinheng.pages import evaluating, reading
from xinheng.pages import models as shown_models
from xinheng.portal.views.answer import answer
from xinheng.portal.views.subject import unknown

_HISTORY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One model in a list, with a result where one may be shown."""

    name: str
    id: str
    organ: str
    state: str
    grade: str = ""
    words: str = ""
    tone: str = ""
    on: object = None
    score: int | None = None
    most: int = 0  # the most points there are
    why: str = ""


def models(request: HttpRequest) -> HttpResponse:
    """Show every model: what organisations are evaluated by is public, like any rule."""
    on = today()
    lines = [
        Line(name=evaluating.name_of(m), id=m.id, organ=m.organ, state=_state(m, on)) for m in catalogue.ruling(on=on)
    ]
    return render(request, "portal/evaluation/models.html", {"here": "evaluation", "models": lines})


def model(request: HttpRequest, name: str) -> HttpResponse:
    """Show one model as it reads."""
    on = today()
    try:
        found = catalogue.named(name, on=on)
    except NoSuchModel:
        raise Http404 from None
    method = explaining.method_for(found, on=on)
    coming = [(m.key, m.version, m.effective_from) for m in catalogue.coming(found.id, on=on) if m.key != found.key]
    told = shown_models.shown(method, in_force=found.in_force(on))
    return render(request, "portal/evaluation/model.html", {"here": "evaluation", "model": told, "coming": coming})


def of_subject(request: HttpRequest, code: str) -> HttpResponse:
    """Show what anyone may see of an organisation's results: what the model says is public, and nothing else."""
    try:
        organisation_code(code)
    except SubjectIsNaturalPerson as refusal:  # no error page: its address, with the number, would go into the log
        messages.error(request, str(refusal))
        return redirect("portal:evaluation")
    except NotAnOrganisation:
        return unknown(request, code)
    found = reading.subject(code, as_of=None)
    if found is None:
        return unknown(request, code)
    on = today()
    lines = []
    for one in catalogue.ruling(on=on):
        result = Result.objects.filter(subject=found.id, model=one.id, current=True).first() if one.public else None
        if result is None or not one.in_force(on):
            continue
        if queries.may_be_public(result, bad=result.grade in one.bad_grades, on=on):
            lines.append(_line(one, result, score="score" in one.public))
    if not lines:
        return answer(request, Answer.NOT_PUBLIC, about=found.name, next_step=_NOTHING())
    return render(
        request,
        "portal/evaluation/of.html",
        {"here": "evaluation", "name": found.name, "code": found.code, "results": lines},
    )


def _NOTHING() -> str:  # noqa: N802  (a sentence, said in the reader's language)
    return _("评价结果只有在模型批准生效、允许公开并且告知期满后才公开。组织可以向市信用中心申请查阅自己的结果和理由。")


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show an organisation all of its results: whoever holds the link the centre gave out."""
    return own(request, _link(token))


def by_link_result(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Show the holder of a link one result with everything that explains it."""
    return own_result(request, _link(token), name)


def by_link_json(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Give the holder of a link a result, inputs and reasons as one file."""
    return own_json(_link(token), name)


@require_POST
def by_link_objection(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Take in an objection from the holder of a link."""
    return own_objection(request, _link(token), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who reads: the organisation, the account that acts for it (None: a link of the centre), and where its pages are."""

    subject: Subject
    account: Account | None
    token: str = ""

    @property
    def name(self) -> str:
        """Return what the organisation is called now."""
        return current_names([self.subject.pk]).get(self.subject.pk, "")

    def url(self, page: str, *arguments: str) -> str:
        """Return the address of one of its pages."""
        if self.account is not None:
            return reverse(f"portal:{page}", args=arguments)
        return reverse(f"portal:{page.replace('own', 'evaluation-own', 1)}", args=[self.token, *arguments])


def own(request: HttpRequest, owner: Owner) -> HttpResponse:
    """Show an organisation all of its results, and bad ones that are about to be published first."""
    on, lines = today(), []
    for one in catalogue.ruling(on=on):
        if one.family is Family.RISK:  # a tool of supervision, not an evaluation of honesty
            continue
        result = queries.result_of(owner.subject, one.id)
        if result is not None:
            notice = queries.notice_of(result)
            lines.append((_line(one, result, score=True), owner.url("own-result", one.id), notice))
    lines.sort(key=lambda line: line[2] is None)
    context = {
        "here": "own",
        "results": lines,
        "name": owner.name,
        "code": owner.subject.code,
        "account": owner.account,
        "objections": notices.objections_of(owner.subject)[:_HISTORY],
        "trader": owner.subject.kind == OrganisationKind.TRADER,
    }
    return private(render(request, "portal/evaluation/own.html", context))


def own_result(request: HttpRequest, owner: Owner, name: str) -> HttpResponse:
    """Show an organisation one result with everything that explains it."""
    told, result = _explained(owner, name)
    notice = queries.notice_of(result) if result is not None else None
    model_id = told.method.model.id
    context = {
        "here": "own",
        "told": evaluating.shown(told, queries.history(owner.subject, model_id)[:_HISTORY], owner=owner.account),
        "name": owner.name,
        "code": owner.subject.code,
        "home_url": owner.url("own"),
        "json_url": owner.url("own-json", model_id),
        "objection_url": owner.url("own-objection", model_id),
        "model_id": model_id,
        "notice": notice,
        "objected": result is not None and queries.under_objection(result),
        "can_object": result is not None,
    }
    return private(render(request, "portal/evaluation/own_result.html", context))


def own_json(owner: Owner, name: str) -> HttpResponse:
    """Give an organisation its result, inputs and reasons as one file."""
    told, _result = _explained(owner, name)
    body = orjson.dumps(telling.as_dict(told), option=orjson.OPT_INDENT_2)
    response = HttpResponse(body, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{told.method.model.id}.json"'
    return private(response)


def own_objection(request: HttpRequest, owner: Owner, name: str) -> HttpResponse:
    """Take in an objection to a result."""
    result = queries.result_of(owner.subject, _own_model(name).id)
    text, back = request.POST.get("text", "").strip(), owner.url("own-result", name)
    if result is None:
        raise Http404
    if not text:
        messages.error(request, _("请写明对哪一条、哪一点有异议，以及理由。"))
        return redirect(back)
    record = request.POST.get("record", "")
    objection = notices.object_to(
        result=result,
        text=text[:4_000],
        record=int(record) if record.isdecimal() and notices.concerns(int(record), owner.subject) else None,
        contact=request.POST.get("contact", "")[:100],
        by=owner.account,
        at=now(),
    )
    told = _("已收到异议。平台在 %(check)s 前核查，信息提供单位在 %(answer)s 前核实；其间这项结果不公开。")
    messages.success(
        request, told % {"check": objection.check_by.isoformat(), "answer": objection.answer_by.isoformat()}
    )
    return redirect(back)


def _explained(owner: Owner, name: str) -> tuple[explaining.Explanation, Result | None]:
    found, at = _own_model(name), now()
    method = explaining.method_for(found, on=today(), at=at)
    try:
        told = explaining.explain(
            subject=owner.subject,
            method=method,
            on=today(),
            at=at,
            applied=queries.applied(owner.subject, found.id, at=at),
        )
    except explaining.NotConcerned:
        raise Http404 from None
    return told, queries.result_of(owner.subject, found.id)


def _own_model(name: str) -> Model:
    try:
        found = catalogue.named(name, on=today())
    except NoSuchModel:
        raise Http404 from None
    if found.family is Family.RISK:
        raise Http404
    return found


def _link(token: str) -> Owner:
    key = keys.holder(token, at=now())
    if key is None:
        raise Http404
    return Owner(subject=key.subject, account=None, token=token)


def _line(one: Model, result: Result, *, score: bool) -> Line:
    band = evaluating.band_of(one, result.grade)
    return Line(
        name=evaluating.name_of(one),
        id=one.id,
        organ=one.organ,
        state=_state(one, result.on),
        grade=result.grade if band is not None else "—",
        words=evaluating.name_of(band) if band is not None else _("没有结果"),
        tone=evaluating.tone_of(one, result.grade),
        on=result.on,
        score=result.score if score else None,
        most=sum(dimension.most for dimension in one.dimensions),
        why=evaluating.why_none(one, result.no_result),
    )


def _state(one: Model, on: object) -> str:
    return "" if one.in_force(on) else _("建议稿")  # type: ignore[arg-type]


def private(response: HttpResponse) -> HttpResponse:
    """Keep an organisation's own page out of caches, and its address out of what other sites are told."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"  # none for other sites; our own forms need their origin
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
