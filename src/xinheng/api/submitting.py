"""Handing in by machine: a file or rows, the same checks and the same answer as on the page, signed in the officer's name."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from xinheng.api.doors import with_key
from xinheng.api.views import good, problem
from xinheng.apps.accounts.models import ApiKey
from xinheng.apps.clock import now
from xinheng.apps.intake import actions, queries
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.permission import require_department
from xinheng.apps.intake.refusals import NotYourDepartment, NotYourItem
from xinheng.apps.intake.tasks import check_submission
from xinheng.core.refusal import Refusal

_MOST_ROWS = 10_000


@with_key("submission.send")
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """Receive a file (multipart ``file``) or rows (a JSON array of objects) and start the check; answer where to ask for it."""
    key: ApiKey = request.key  # type: ignore[attr-defined]
    item = request.GET.get("item") or request.POST.get("item") or None
    file = request.FILES.get("file")
    source: Any = file
    if file is None:
        try:
            source = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            source = None
        if not isinstance(source, list) or not source or not all(isinstance(row, dict) for row in source):
            return problem(400, "body.unreadable", "没有数据", "请以 multipart 的 file 交文件，或以 JSON 数组交行。")
        if len(source) > _MOST_ROWS:
            return problem(413, "body.too-many-rows", "行数太多", f"一次最多 {_MOST_ROWS:,} 行；更多请交文件。")
    try:
        submission = actions.receive(
            source=source,
            department=key.account.department,
            item=item,
            name=file.name if file is not None else "rows.jsonl",
            channel="api",
            by=key.account,
            at=now(),
        )
    except Refusal as refusal:
        return refused(refusal)
    if submission.state == State.RECEIVED and not submission.again:
        check_submission.enqueue(submission.pk, key.account.pk)
        submission.refresh_from_db()
    answer = good(as_json(request, submission) | {"again": submission.again})
    answer.status_code = 200 if submission.again else 202
    answer.headers["Location"] = place_of(submission)
    return answer


@with_key("submission.read")
@require_GET
def status(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer how far a submission of the key's department is, with the report once it was checked."""
    found = _of_key(request, ref)
    return missing(ref) if found is None else good(as_json(request, found) | {"report": found.report or None})


@with_key("submission.certify")
@require_POST
def certify(request: HttpRequest, ref: str) -> HttpResponse:
    """Certify and accept a checked submission in the name of the officer who answers for the key."""
    key: ApiKey = request.key  # type: ignore[attr-defined]
    found = _of_key(request, ref)
    if found is None:
        return missing(ref)
    if request.headers.get("X-Declared") != "true":
        return problem(400, "form.not-declared", "没有声明", "请以 X-Declared: true 声明内容与原文书一致。")
    try:
        # Both must be allowed: the key for its items, the officer for the post held now. Whoever has left signs nothing.
        require_department(key.account, found, "submission.certify")
        if found.state == State.CHECKED:
            actions.certify(submission=found, by=key.answers_for, at=now())
        found = actions.accept(submission=found, by=key.answers_for, at=now())
    except Refusal as refusal:
        return refused(refusal)
    return good(as_json(request, found))


def _of_key(request: HttpRequest, ref: str) -> Submission | None:
    key: ApiKey = request.key  # type: ignore[attr-defined]
    return queries.submissions(visible_to=key.account).filter(ref=ref).first()


def place_of(submission: Submission) -> str:
    """Return where a submission is asked for."""
    return reverse("api:submission", args=[submission.ref])


def missing(ref: str) -> JsonResponse:
    """Answer that there is no such submission, for this key."""
    return problem(404, "submission.unknown", "没有这个批次", f"没有批次 {ref}，或它不属于本密钥的部门。")


def refused(refusal: Refusal) -> JsonResponse:
    """Return a refusal as a problem."""
    status = 403 if isinstance(refusal, NotYourDepartment | NotYourItem) else 409
    return problem(status, refusal.code, "没有办成，什么都没有改变", str(refusal))


def as_json(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    """Return what machines are told of a submission."""
    return {
        "ref": submission.ref,
        "state": submission.state,
        "item": submission.item or None,
        "rows": submission.rows,
        "counts": submission.counts,
        "received_at": localtime(submission.received_at).isoformat(),
        "accepted_at": localtime(submission.accepted_at).isoformat() if submission.accepted_at else None,
        "certifier": str(submission.certifier) if submission.certifier else None,
        "receipt": submission.receipt or None,
        "receipt_hash": submission.receipt_hash or None,
        "error": {"code": submission.error_code, "detail": submission.error_message} if submission.error_code else None,
        "url": request.build_absolute_uri(place_of(submission)),
    }
