"""A grade for a matter whose rule names it: for a department's system, with its key. Nothing else is answered."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from xinheng.api.doors import with_key
from xinheng.api.views import good, problem
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import now, today
from xinheng.apps.evaluation.checking import Standing, check_for_matter
from xinheng.apps.evaluation.reading import subject_of
from xinheng.core.evaluation.organisations import SubjectIsNaturalPerson
from xinheng.core.refusal import Refusal

_USABLE = frozenset({Standing.USABLE})


@with_key("evaluation.check")
@require_safe
def grade(request: HttpRequest) -> JsonResponse:
    """Answer ``?subject_code=…&model=…&matter=…``: the grade with its scale, validity and the rule, or why there is none to use."""
    asked = {name: request.GET.get(name, "") for name in ("subject_code", "model", "matter")}
    if missing := [name for name, value in asked.items() if not value]:
        return problem(400, "question.incomplete", "缺少参数", f"请写明 {'、'.join(missing)}。")
    on = today()
    try:
        subject = subject_of(asked["subject_code"])
        told, matter = check_for_matter(subject=subject, model_id=asked["model"], matter=asked["matter"], on=on)
    except SubjectIsNaturalPerson as refusal:  # the number is repeated nowhere
        return problem(422, refusal.code, "自然人没有评价", str(refusal))
    except Refusal as refusal:
        return problem(404, refusal.code, "不能回答", str(refusal))
    by = request.key.account  # type: ignore[attr-defined]
    audit.record("evaluation.checked", about=subject, by=by, at=now(), model=told.model, matter=matter.id)
    usable = told.standing in _USABLE
    return good(
        {
            "subject_code": subject.code,
            "matter": matter.id,
            "use": matter.use,
            "rule": {"document": matter.document, "article": matter.article},
            "model": told.model,
            "standing": told.standing.value,
            "grade": told.grade if usable else None,
            "shared": told.shared if usable else None,
            "points100": told.points100 if usable else None,
            "given_on": told.on.isoformat() if usable and told.on else None,
            "valid_until": told.valid_until.isoformat() if usable and told.valid_until else None,
            "note": "等级本身不是拒绝权利的理由；没有可用的等级时，按一般情况办理。",
        }
    )
