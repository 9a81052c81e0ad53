"""Event-driven: when something becomes visible, or ceases to be, those it concerns are evaluated again within seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from xinheng.apps.clock import local_date
from xinheng.apps.evaluation.models import Mark
from xinheng.apps.intake.models import Register
from xinheng.apps.intake.order import position
from xinheng.apps.records.models import Event

# A hand-in about more organisations than this waits for the next run over the city, which takes less time than one by one.
_MOST = 2_000


def listen() -> None:
    """Ask for a following whenever the register moves or a record's life goes on. Called once, when Django starts."""
    post_save.connect(_moved, sender=Register, dispatch_uid="evaluation.register")
    post_save.connect(_moved, sender=Event, dispatch_uid="evaluation.event")


def _moved(sender: Any, **_: Any) -> None:
    transaction.on_commit(ask)


def ask() -> None:
    """Ask the worker to follow, once: while a following waits, no second one is put in the queue."""
    if Mark.objects.filter(pk=1, asked=False).update(asked=True):
        from xinheng.apps.evaluation.tasks import follow_register

        follow_register.enqueue()


def begin(*, at: datetime) -> None:
    """Start following from here on: called when the city has been evaluated for the first time."""
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Mark.objects.get_or_create(pk=1, defaults={"position": position(), "events": last, "at": at})


def advance(*, register: int, event: int, at: datetime) -> None:
    """Say that everything up to here has been evaluated: by a run over the city, for instance."""
    begin(at=at)
    Mark.objects.filter(pk=1, position__lte=register).update(position=register, at=at)
    Mark.objects.filter(pk=1, events__lte=event).update(events=event)


def follow(*, at: datetime) -> dict[str, int]:
    """Evaluate again everyone something new concerns; return model → how many results changed."""
    from xinheng.apps.evaluation import catalogue
    from xinheng.apps.evaluation.actions import evaluate_some
    from xinheng.apps.evaluation.lake.exporting import changed_since

    mark = Mark.objects.filter(pk=1).first()
    if mark is None:
        return {}
    Mark.objects.filter(pk=1).update(asked=False)  # what comes from now on asks anew
    register, event = position(), Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    subjects = changed_since(mark.position, mark.events)
    told = {}
    if 0 < len(subjects) <= _MOST:
        for model in catalogue.ruling(on=local_date(at)):
            told[model.key] = len(evaluate_some(model=model, subjects=subjects, at=at))
    advance(register=register, event=event, at=at)
    return told
