"""Evaluating the city: the run, its results as history, and what a person decides where a run looks unusual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
from django.conf import settings
from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.evaluation import explaining, notices, queries, recording, runs
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.models import Cause, Run, RunState
from xinheng.apps.evaluation.refusals import AlreadyDone, NotYours
from xinheng.apps.policy import current_policy
from xinheng.apps.subjects.models import Subject
from xinheng.core.evaluation.distribution import unusual
from xinheng.core.evaluation.model import Model
from xinheng.core.evaluation.planning import plan

_CHUNK = 5_000
Progress = Callable[[int], None]


def evaluate_city(
    *,
    place: Place,
    model: Model,
    on: date | None = None,
    engine: str | None = None,
    by: Account | None,
    at: datetime,
    progress: Progress = lambda n: None,
) -> Run:
    """Evaluate every organisation the model is for, on a day (today), by what was known at its end.

    A run for today takes effect; one for a past day is kept beside and changes nothing. A run that cannot finish, or that
    looks unusual, leaves the last results in force.
    """
    day = on or local_date(at)
    known_at = explaining.end_of_day(day, at)
    run = _begun(model, day, known_at, engine or settings.XINHENG_ENGINE, by=by, at=at)
    try:
        computed = runs.compute(
            place=place, model=model, on=day, known_at=known_at, folder=run.folder, engine=engine, progress=progress
        )
    except BaseException as fault:
        Run.objects.filter(pk=run.pk).update(state=RunState.FAILED, why=str(fault)[:2_000], finished_at=at)
        raise
    run = _finished(run, computed, at=at, by=by)
    if run.state == RunState.DONE and day == local_date(at):
        _take_effect(place, run, model, at=at)
    return run


def _begun(model: Model, on: date, known_at: datetime, engine: str, *, by: Account | None, at: datetime) -> Run:
    with transaction.atomic():
        run = Run.objects.create(
            model=model.id,
            version=model.version,
            method_hash="",
            policy_digest=current_policy().digest,
            engine=engine,
            on=on,
            known_at=known_at,
            position=0,
            started_at=at,
            by=by,
        )
        run.folder = f"results/{model.id}@{model.version}/{on.isoformat()}/{run.pk:08d}"
        run.save(update_fields=["folder"])
        audit.record("evaluation.begun", about=run, by=by, at=at, model=model.key, on=on.isoformat())
    return run


def _finished(run: Run, computed: runs.Computed, *, at: datetime, by: Account | None) -> Run:
    tally, method = computed.tally, computed.method
    why = unusual(method.model, tally.counts)
    with transaction.atomic():
        run.method_hash, run.off = method.hash, dict(method.off)
        run.position, run.events = computed.manifest.position, computed.manifest.events
        run.subjects, run.digest = tally.subjects, computed.digest
        run.counts = {"all": tally.counts, **tally.groups}
        run.state, run.why = (RunState.HELD, why) if why else (RunState.DONE, "")
        run.finished_at = at
        run.save()
        audit.record(
            "evaluation.finished",
            about=run,
            by=by,
            at=at,
            policy=run.policy_digest,
            state=run.state,
            why=why,
            digest=run.digest,
            subjects=run.subjects,
        )
    return run


def decide_held(*, run: Run, use: bool, by: Account, at: datetime, place: Place, model: Model) -> Run:
    """Say of a run that was held whether it takes effect after all."""
    if not rights.may(by, "evaluation.manage"):
        raise NotYours
    with transaction.atomic():
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if locked.state != RunState.HELD:
            raise AlreadyDone(state=locked.get_state_display())
        locked.state = RunState.CONFIRMED if use else RunState.SET_ASIDE
        locked.decided_by, locked.decided_at = by, at
        locked.save()
        audit.record(f"evaluation.{locked.state}", about=locked, by=by, at=at, why=locked.why)
    if use and locked.on == local_date(at):
        _take_effect(place, locked, model, at=at)
    return locked


def _take_effect(place: Place, run: Run, model: Model, *, at: datetime) -> None:
    """Make the results of a run the present ones, some at a time: each organisation has its old result or its new one."""
    method = explaining.method_for(model, on=run.on, at=run.known_at)
    made = plan(method, run.on)
    recorder = recording.Recorder(
        method=method, on=run.on, at=at, known_at=run.known_at, position=run.position, cause=Cause.CITY, run=run
    )
    results = runs.read(place, run.folder).collect()
    kinds = _kinds(results)
    for chunk in recording.in_chunks(results, method, made, kinds, _CHUNK):
        with transaction.atomic():
            changed = recorder.record(chunk)
            notices.follow(method.model, changed, at=at)


def _kinds(results: pl.DataFrame) -> dict[int, str]:
    """Return subject → kind. What the register does not know as an organisation cannot have a result."""
    ids = results.get_column("subject")
    if ids.is_empty():
        return {}
    told = Subject.objects.filter(pk__gte=int(ids.min()), pk__lte=int(ids.max()))  # type: ignore[arg-type]
    return {pk: kind or "E" for pk, kind in told.values_list("pk", "kind").iterator()}


def evaluate_some(*, model: Model, subjects: list[int], at: datetime, by: Account | None = None) -> list[int]:
    """Evaluate some organisations anew, as something about them has just changed; return whose result changed."""
    day = local_date(at)
    method = explaining.method_for(model, on=day, at=at)
    recorder = recording.Recorder(method=method, on=day, at=at, known_at=at, position=_position(), cause=Cause.EVENT)
    found = []
    for subject in Subject.objects.filter(pk__in=subjects).order_by("pk"):
        try:
            result, inputs = explaining.evaluate(
                subject=subject, method=method, on=day, at=at, applied=queries.applied(subject, model.id, at=at)
            )
        except explaining.NotConcerned:
            continue
        found.append((subject.pk, subject.kind or "E", recording.as_told(result), inputs))
    with transaction.atomic():
        changed = recorder.record(found)
        notices.follow(model, changed, at=at)
    return changed


def _position() -> int:
    from xinheng.apps.intake.order import position

    return position()
