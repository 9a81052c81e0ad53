"""Writing the counts down: in the transaction that changes the register where that is short, ahead of it where it would not be.

What is written always belongs to one state of the register, told beside it (``Tallied``). Should a step have been left out (it met another
one, the process died), the counts are those of an earlier state and say so: readers add what is missing, the next step makes it good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Q, Sum

from xinheng.apps.clock import local_date
from xinheng.apps.intake import order
from xinheng.apps.intake.models import Register, Submission
from xinheng.apps.records.counting.difference import ALWAYS, Cell, Difference, State, between, from_nothing, meets
from xinheng.apps.records.models import Event, Tallied
from xinheng.apps.records.store import store

_WITHIN = 2_000  # rows whose difference is worked out inside a short transaction
_AT_ONCE = 200_000  # rows an officer may be made to wait for; more are left to the daily task
_PATIENCE = 5  # others may come first that many times before the next step or the daily task is left to make it good

_ADD = "ON CONFLICT (organ, item, month, day) DO UPDATE SET n = records_tally.n + excluded.n"
_FOLD = """
INSERT INTO records_tally (item, organ, month, day, n)
SELECT item, organ, month, %s, SUM(n) FROM records_tally WHERE day > %s AND day <= %s GROUP BY item, organ, month
ON CONFLICT (organ, item, month, day) DO UPDATE SET n = records_tally.n + excluded.n
"""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step worked out before it is taken: from which state, with whom, at which instant, and what it changes."""

    before: State
    planned: int  # up to which position the rows themselves were planned: they may be worked over for what came after
    submissions: tuple[int, ...]
    at: datetime
    difference: Difference


def state() -> Tallied:
    """Return the state the counts are of."""
    return Tallied.objects.filter(pk=1).first() or Tallied(pk=1)


def reached() -> State:
    """Return the state the register has reached."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    return State(order.position(), last)


def moved(since: State, until: State) -> list[tuple[int, int]]:
    """Return the submissions that came or went between two states, with their rows."""
    came = Q(position__gt=since.position, position__lte=until.position)
    went = Q(withdrawn_position__gt=since.position, withdrawn_position__lte=until.position)
    return list(Submission.objects.filter(came | went).values_list("pk", "rows"))


def follow(*, whole: bool = False) -> None:
    """Bring the counts to the state the register is in, inside a transaction that holds its order, if that is little work.

    ``whole``: however much it is.
    """
    told, here = state(), reached()
    before = State(told.position, told.event)
    if before == here:
        return
    steps = moved(before, here)
    if whole or sum(rows for _, rows in steps) + (here.event - before.event) <= _WITHIN:
        _write(told, here, between(before, here, submissions=[pk for pk, _ in steps]))


def foresee(
    *, plus: Iterable[int] = (), minus: Iterable[int] = (), at: datetime, planned: int | None = None
) -> Foreseen | None:
    """Work out what submissions change by coming and going, before they do; None where ``follow`` will do it in passing."""
    come, go = tuple(plus), tuple(minus)
    rows = Submission.objects.filter(pk__in=[*come, *go]).aggregate(n=Sum("rows"))["n"] or 0
    if rows <= _WITHIN:
        return None
    told, register = state(), Register.objects.filter(pk=1).first()
    before = State(told.position, told.event)
    instant = max(at, register.at) if register and register.at else at
    after = before.with_submissions(come, go)
    found = between(before, after, submissions=(*come, *go), at=instant)
    since = before.position if planned is None else min(planned, before.position)
    return Foreseen(before, since, (*come, *go), instant, found)


def apply(foreseen: Foreseen | None, *, at: datetime) -> None:
    """Write down a step just taken, inside the transaction that takes it; ``at`` is the instant it got.

    What was foreseen holds unless another step in between touched the same records or organisations. Then, and where the counts
    had fallen behind, nothing is written: ``catch_up`` does it after this transaction.
    """
    if foreseen is None:
        follow()
        return
    told, here = state(), reached()
    now = State(told.position, told.event)
    left = [pk for pk, _ in moved(now, here) if pk not in foreseen.submissions]
    if not left and now.event == here.event and _still_right(foreseen, now, at=at):
        _write(told, here, foreseen.difference)


def _still_right(foreseen: Foreseen, now: State, *, at: datetime) -> bool:
    """Say whether what was foreseen holds of the state the counts are in now."""
    before = foreseen.before
    since = State(foreseen.planned, before.event)
    others = [pk for pk, _ in moved(since, now) if pk not in foreseen.submissions]
    if now == before and at == foreseen.at and not others:
        return True
    if now.event != before.event or Event.objects.filter(at__gte=foreseen.at).exists():
        return False
    return not meets(foreseen.submissions, others)


def catch_up(*, most: int | None = None) -> bool:
    """Bring the counts to the state of the register in a transaction of its own, however much that is; say whether it succeeded.

    The work is done before the transaction, from states that no longer change. ``most``: leave it where more rows than that moved.
    """
    for _ in range(_PATIENCE):
        told, here = state(), reached()
        before = State(told.position, told.event)
        if before == here:
            return True
        steps = moved(before, here)
        if most is not None and sum(rows for _, rows in steps) > most:
            return False
        if before.position or before.event:
            found = between(before, here, submissions=[pk for pk, _ in steps])
        else:
            found = from_nothing(here)
        with transaction.atomic():
            order.hold()
            if State((now := state()).position, now.event) == before:
                _write(now, here, found)
    return False


def afterwards(*, at: datetime) -> None:
    """After a step: make good what was left out of its transaction, and put days that are over together, once a day."""
    catch_up(most=_AT_ONCE)
    fold(on=local_date(at))


def keep(*, at: datetime) -> str | None:
    """Do what steps have left undone, and put the days that are over together; the timetable asks for it daily."""
    behind = State(state().position, state().event) != reached()
    done = catch_up()
    fold(on=local_date(at))
    if not done:
        return "登记库一直在变动，下次再补记"
    return "已补记到最新位置" if behind else None


def recount() -> None:
    """Throw the counts away and count everything anew."""
    with transaction.atomic():
        order.hold()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM records_tally")
        Tallied.objects.filter(pk=1).delete()
    catch_up()


def fold(*, on: date) -> None:
    """Put together what began or ceased before this day: nobody asks for those days any more."""
    until = on - timedelta(days=1)
    if (state().folded or ALWAYS) >= until:
        return
    with transaction.atomic():
        order.hold()
        told = state()
        with connection.cursor() as cursor:
            cursor.execute(_FOLD, [ALWAYS, ALWAYS, until])
            cursor.execute("DELETE FROM records_tally WHERE (day > %s AND day <= %s) OR n = 0", [ALWAYS, until])
        told.folded = until
        told.save()


def _write(told: Tallied, here: State, found: Difference) -> None:
    folded, cells = told.folded or ALWAYS, Counter[Cell]()
    for (item, organ, month, day), n in found.cells.items():
        cells[item, organ, month, ALWAYS if day <= folded else day] += n
    rows = [(item, organ, str(month), str(day), n) for (item, organ, month, day), n in sorted(cells.items()) if n]
    if rows:  # as whole columns: in the accepting transaction, while others wait
        columns = dict(zip(("item", "organ", "month", "day", "n"), zip(*rows, strict=True), strict=True))
        store().insert("records_tally", columns, ("text", "text", "date", "date", "bigint"), conflict=_ADD)
    told.position, told.event = here.position, here.event
    told.subjects += found.subjects
    told.save()
