"""What a run leaves: its numbers, its statement, and the differences as tasks that only a later run can close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from django.db import transaction

from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.exchange.models import Channel, Run, RunState, Session, Task
from xinheng.apps.policy import current_policy
from xinheng.core.calendar.loading import calendar_of
from xinheng.core.reconciliation.differences import Difference, Kind
from xinheng.core.reconciliation.statement import Statement, differences_file


def finish(
    run: Run,
    *,
    statement: Statement,
    note: str,
    found: Sequence[Difference],
    owners: Mapping[bytes, int | None],
    positions: Mapping[bytes, int],
    theirs: Mapping[bytes, Mapping[str, str]],
    at: datetime,
) -> None:
    """Store the result of a run (``theirs``: what the other side's statements say, by name), open and close tasks, and move the position up to which both sides agree."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=run.channel_id)
        run.state = RunState.DIFFERS if found else RunState.AGREED
        run.finished_at, run.statement, run.found, run.talk = at, note, differences_file(found), {}
        run.position, run.there_position = statement.here.position, statement.there.position
        run.counts = dict(statement.kinds)
        run.held = {held.item: [held.here.count, held.there.count] for held in statement.held}
        run.save()
        opened, closed = _settle(channel, run, found, owners, theirs, at)
        _agreed(channel, run, found, positions, at)
        audit.record(
            "reconcile.finished",
            about=run,
            by=run.by,
            at=at,
            policy=current_policy().digest,
            channel=channel.pk,
            state=run.state,
            counts=run.counts,
            opened=opened,
            closed=closed,
        )


def _settle(
    channel: Channel,
    run: Run,
    found: Sequence[Difference],
    owners: Mapping[bytes, int | None],
    theirs: Mapping[bytes, Mapping[str, str]],
    at: datetime,
) -> tuple[int, int]:
    """Open a task for each new difference, keep those still shown, close those that are not. What is on its way is no task yet."""
    on = local_date(at)
    due = calendar_of(current_policy()).add_working_days(on, channel.settle_days).day
    open_ = {
        (t.item, bytes(t.name)): t for t in Task.objects.select_for_update().filter(channel=channel, closed_run=None)
    }
    shown: dict[tuple[str, bytes], Difference] = {}
    for difference in found:
        shown.setdefault((difference.item, difference.name), difference)
    fresh = []
    for key, difference in shown.items():
        task = open_.pop(key, None)
        if task is None and difference.kind is Kind.LATE:
            continue
        task = task or Task(
            channel=channel,
            item=difference.item,
            name=difference.name,
            owner_id=owners.get(difference.name) or channel.department_id,
            opened_on=on,
            due_on=due,
            first_run=run,
        )
        _tell(task, difference, run)
        if not difference.here:  # only they have it: what it says must be seen to be settled
            task.there = dict(theirs.get(difference.name, {}))
        if task.pk is None:
            fresh.append(task)
        else:
            task.save()
    Task.objects.bulk_create(fresh, batch_size=500)
    gone = [task.pk for task in open_.values()]
    for start in range(0, len(gone), 500):
        Task.objects.filter(pk__in=gone[start : start + 500]).update(closed_run=run, closed_at=at)
    return len(fresh), len(gone)


def _tell(task: Task, difference: Difference, run: Run) -> None:
    task.kind, task.code, task.delivery = difference.kind.value, difference.code, difference.delivery
    task.fields = [field.name for field in difference.fields]
    task.here = {field.name: field.here for field in difference.fields if field.here is not None}
    task.there = {field.name: field.there for field in difference.fields if field.there is not None}
    task.last_run = run


def _agreed(
    channel: Channel, run: Run, found: Sequence[Difference], positions: Mapping[bytes, int], at: datetime
) -> None:
    """Both sides agree up to this run's position; where statements are only on their way, up to before the first of them."""
    if any(difference.kind is not Kind.LATE for difference in found):
        return
    late = [positions[difference.name] for difference in found if difference.name in positions]
    position = min(late) - 1 if late else run.position
    if position >= channel.agreed_position:
        channel.agreed_position, channel.agreed_at = position, at
        channel.save(update_fields=["agreed_position", "agreed_at"])


def store_answered_run(session: Session, statement: Statement, note: str, file: bytes, *, at: datetime) -> None:
    """Keep, on the side that was asked, the run both have signed: the same statement, seen from here."""
    with transaction.atomic():
        run, _ = Run.objects.update_or_create(
            ref=statement.run,
            defaults={
                "channel": session.channel,
                "way": session.counterpart.way,
                "state": RunState.AGREED if statement.agrees else RunState.DIFFERS,
                "started_at": session.at,
                "finished_at": at,
                "position": statement.there.position,
                "there_position": statement.here.position,
                "counts": dict(statement.kinds),
                "held": {held.item: [held.there.count, held.here.count] for held in statement.held},
                "statement": note,
                "found": file,
            },
        )
        if statement.agrees:
            channel = Channel.objects.select_for_update().get(pk=session.channel_id)
            channel.agreed_position, channel.agreed_at = max(channel.agreed_position, run.position), at
            channel.save(update_fields=["agreed_position", "agreed_at"])
        audit.record(
            "reconcile.countersigned", about=run, by=None, at=at, counts=run.counts, asked_by=str(session.counterpart)
        )


def failed(run: Run, *, code: str, message: str, at: datetime) -> None:
    """Store that a run came to nothing, and why. Nothing else changes."""
    with transaction.atomic():
        run.state, run.finished_at, run.error_code, run.error, run.talk = RunState.FAILED, at, code, message, {}
        run.save()
        audit.record("reconcile.failed", about=run, by=run.by, at=at, code=code, reason=message)


def differences_of(run: Run) -> list[dict[str, object]]:
    """Return the differences of a run as its file tells them."""
    return [orjson.loads(line) for line in bytes(run.found).splitlines()]
