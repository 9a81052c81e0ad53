"""A trader (个体工商户) is evaluated on its own application only, and may take it back at any time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.evaluation import queries
from xinheng.apps.evaluation.models import Application
from xinheng.apps.evaluation.refusals import AlreadyDone, NotConcerned, NotYours
from xinheng.apps.subjects.models import Subject
from xinheng.core.evaluation.model import Model


def apply(*, subject: Subject, model: Model, reason: str, by: Account, at: datetime) -> Application:
    """Register the application of an operator, whose identity the centre has checked."""
    _require(subject, model, by)
    with transaction.atomic():
        if queries.applied(subject, model.id):
            raise AlreadyDone(state="已申请")
        made = Application.objects.create(subject=subject, model=model.id, applied_at=at, by=by, reason=reason)
        audit.record("evaluation.applied", about=made, by=by, at=at, subject=subject.pk, model=model.id)
    return made


def end(*, subject: Subject, model: Model, by: Account, at: datetime) -> None:
    """Register that the operator no longer asks for it; from now on there is no result."""
    _require(subject, model, by)
    with transaction.atomic():
        standing = Application.objects.select_for_update().filter(
            subject=subject, model=model.id, ended_at__isnull=True
        )
        for one in standing:
            one.ended_at, one.ended_by = at, by
            one.save(update_fields=["ended_at", "ended_by"])
            audit.record("evaluation.application-ended", about=one, by=by, at=at)


def _require(subject: Subject, model: Model, by: Account) -> None:
    if not rights.may(by, "evaluation.manage"):
        raise NotYours
    if subject.kind not in model.scope.on_application:
        raise NotConcerned(model=model.zh, why="只有个体工商户须由经营者申请")
