"""Notice before a bad result is published, and objections: while one is open, the result is not shown to the public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.evaluation.models import Notice, NoticeState, Objection, Outcome, Result
from xinheng.apps.evaluation.refusals import AlreadyDone, NotYours
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Version
from xinheng.apps.subjects.models import Subject
from xinheng.core.calendar.loading import calendar_of
from xinheng.core.evaluation.model import Model

_CHECK_DAYS, _ANSWER_DAYS = 1, 3  # working days: platform 1, then the source 2 (条例第五十一条)


def follow(model: Model, subjects: Iterable[int], *, at: datetime) -> int:
    """Tell the organisations whose new result is bad, and take back notices of results that are no more. Return how many were told.

    Callers are inside the transaction that stores the results.
    """
    if not model.public or not model.bad_grades:
        return 0
    ids = list(subjects)
    stale = Notice.objects.filter(subject__in=ids, model=model.id).exclude(state=NoticeState.WITHDRAWN)
    still = {n.subject_id: n for n in stale.select_related("result")}
    told = []
    for result in Result.objects.filter(subject__in=ids, model=model.id, current=True):
        before = still.get(result.subject_id)
        if result.grade not in model.bad_grades:
            continue
        # The same bad grade for another reason needs no second notice period: the organisation knows.
        known = before is not None and before.result.grade == result.grade
        day = (
            before.publish_from if known and before is not None else local_date(at) + timedelta(days=model.notice_days)
        )
        told.append(Notice(subject_id=result.subject_id, model=model.id, result=result, told_at=at, publish_from=day))
    stale.update(state=NoticeState.WITHDRAWN)
    Notice.objects.bulk_create(told)
    return len(told)


def end_periods(*, at: datetime) -> int:
    """Close notice periods that are over; return how many."""
    over = Notice.objects.filter(state=NoticeState.WAITING, publish_from__lte=local_date(at))
    return over.update(state=NoticeState.OVER)


def object_to(
    *, result: Result, text: str, record: int | None = None, contact: str = "", by: Account | None, at: datetime
) -> Objection:
    """Take in an objection to a result; the platform checks within one working day, the source within two more."""
    calendar = calendar_of(current_policy())
    day = local_date(at)
    with transaction.atomic():
        objection = Objection.objects.create(
            subject_id=result.subject_id,
            model=result.model,
            result=result,
            record=record,
            text=text,
            contact=contact,
            by=by,
            at=at,
            check_by=calendar.add_working_days(day, _CHECK_DAYS).day,
            answer_by=calendar.add_working_days(day, _ANSWER_DAYS).day,
        )
        Notice.objects.filter(result=result).exclude(state=NoticeState.WITHDRAWN).update(state=NoticeState.OBJECTED)
        audit.record("evaluation.objected", about=objection, by=by, at=at, record=record)
    return objection


def concerns(record: int, subject: Subject) -> bool:
    """Say whether a record was ever told of an organisation: nobody objects to what is said of another."""
    return Version.objects.filter(record=record, subject=subject).exists()


def objections_of(subject: Subject) -> QuerySet[Objection]:
    """Return what an organisation objected to, and what was answered, the newest first."""
    return Objection.objects.filter(subject=subject).order_by("-pk")


def answer(*, objection: Objection, upheld: bool, text: str, by: Account, at: datetime) -> Objection:
    """Answer an objection. The records themselves are corrected by whoever reported them; the result then follows by itself."""
    if not rights.may(by, "evaluation.manage"):
        raise NotYours
    with transaction.atomic():
        locked = Objection.objects.select_for_update().get(pk=objection.pk)
        if locked.outcome != Outcome.OPEN:
            raise AlreadyDone(state=locked.get_outcome_display())
        locked.outcome = Outcome.UPHELD if upheld else Outcome.REFUSED
        locked.answer, locked.decided_by, locked.decided_at = text, by, at
        locked.save()
        still = Objection.objects.filter(result=locked.result_id, outcome=Outcome.OPEN).exists()
        if not still:
            Notice.objects.filter(result=locked.result_id, state=NoticeState.OBJECTED).update(state=NoticeState.WAITING)
        audit.record("evaluation.answered", about=locked, by=by, at=at, outcome=locked.outcome)
    return locked
