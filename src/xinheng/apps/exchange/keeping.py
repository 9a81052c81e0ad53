"""Keeping the sums of a channel up: after each acceptance, withdrawal or event, for just the records it touched.

Nothing of this happens inside the accepting transaction. The sums say up to which position they hold; who wants them newer brings them
up first. Doing a step twice changes nothing, so a crash costs only the steps done since.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from xinheng.apps.exchange import saying, trees
from xinheng.apps.exchange.forms import form_digest, forms_of, pair_key_of
from xinheng.apps.exchange.models import Channel
from xinheng.apps.exchange.saying import State
from xinheng.apps.intake import order
from xinheng.apps.intake.models import Submission
from xinheng.apps.records.models import Event
from xinheng.core.reconciliation import leaves
from xinheng.core.reconciliation.elements import Array
from xinheng.core.refusal import Refusal

_LEASE = timedelta(minutes=2)
_OVERLAP = 100  # events of transactions that ended in another order than their numbers
_AT_ONCE = 4_000_000  # elements held in memory before they are written

Progress = Callable[[int], None]


class BeingKept(Refusal):
    """Another process is bringing the sums up at this moment."""

    code = "reconcile.being-kept"
    message = "“{channel}”的对账汇总正在更新，请稍后再试。"


def now_at() -> State:
    """Return the state the register has reached."""
    return State(order.position(), Event.objects.aggregate(last=Max("pk"))["last"] or 0)


def is_up(channel: Channel, state: State) -> bool:
    """Say whether the sums of a channel hold for exactly this state."""
    return not channel.keeper and (channel.position, channel.event) == (state.position, state.event)


def catch_up(channel: Channel, *, anew: bool = False, progress: Progress = lambda n: None) -> State:
    """Bring the sums of a channel up to the register as it is now, and return that state.

    ``anew``: work everything out from the register again, as an audit does: what was changed there behind our back then shows.
    """
    channel.refresh_from_db()
    goal = now_at()
    if not anew and is_up(channel, goal) and _all_trees_there(channel):
        return goal
    keeper = _take(channel)
    for item, form in forms_of(channel).items():
        _bring_item_up(channel, item, form, goal, keeper, progress, anew=anew)
    done = Channel.objects.filter(pk=channel.pk, keeper=keeper)
    if not done.update(position=goal.position, event=goal.event, keeper="", kept_until=None):
        raise BeingKept(channel=channel)
    channel.refresh_from_db()
    return goal


def _all_trees_there(channel: Channel) -> bool:
    forms = {item: form_digest(form) for item, form in forms_of(channel).items()}
    held = dict(channel.trees.filter(active=True).values_list("item", "form"))
    return all(held.get(item) == form for item, form in forms.items())


def _take(channel: Channel) -> str:
    keeper, now = secrets.token_hex(16), timezone.now()
    free = Channel.objects.filter(Q(keeper="") | Q(kept_until__lt=now), pk=channel.pk)
    if not free.update(keeper=keeper, kept_until=now + _LEASE):
        raise BeingKept(channel=channel)
    return keeper


def _renew(channel: Channel, keeper: str) -> None:
    mine = Channel.objects.filter(pk=channel.pk, keeper=keeper)
    if not mine.update(kept_until=timezone.now() + _LEASE):
        raise BeingKept(channel=channel)


def _bring_item_up(
    channel: Channel, item: str, form: saying.Form, goal: State, keeper: str, progress: Progress, *, anew: bool
) -> None:
    tree = trees.active(channel, item)
    anew = anew or tree is None or tree.form != form_digest(form) or _erased(channel, item, goal)
    key = pair_key_of(channel)
    changed = saying.all_records(item) if anew else _changed(channel, item, goal)
    records: list[Array] = []
    names: list[Array] = []
    fresh: list[Array] = []
    for ids in changed:
        said = saying.said(channel, ids, goal, form)
        records.append(said.records)
        names.append(said.names)
        fresh.append(saying.packed(said.rows, key))
        progress(len(ids))
        _renew(channel, keeper)
        if not anew and sum(map(len, records)) >= _AT_ONCE:
            _write(channel, item, form, records, names, fresh, anew=False)
    if records or anew:
        _write(channel, item, form, records, names, fresh, anew=anew)


def _write(
    channel: Channel,
    item: str,
    form: saying.Form,
    records: list[Array],
    names: list[Array],
    fresh: list[Array],
    *,
    anew: bool,
) -> None:
    trees.bring_up(
        channel,
        item,
        form_digest(form),
        anew=anew,
        touched=np.concatenate(records) if records else np.zeros(0, dtype=np.int64),
        names=np.concatenate(names) if names else np.zeros((0, 16), dtype=np.uint8),
        fresh=np.concatenate(fresh) if fresh else np.zeros(0, dtype=leaves.ELEMENT),
    )
    for done in (records, names, fresh):
        done.clear()


def _erased(channel: Channel, item: str, goal: State) -> bool:
    """Say whether records were erased since: they have lost their names, so nobody knows any more where they stood."""
    events = Event.objects.filter(pk__gt=channel.event, pk__lte=goal.event, record__item=item)
    return events.filter(record__versions__canonical="").exists()


def _changed(channel: Channel, item: str, goal: State) -> Iterator[list[int]]:
    """Yield the records of an item that anything happened to since the sums were last brought up."""
    since, found = channel.position, set()
    moved = Q(position__gt=since, position__lte=goal.position) | Q(
        withdrawn_position__gt=since, withdrawn_position__lte=goal.position
    )
    for submission in Submission.objects.filter(moved).values_list("pk", flat=True).order_by("pk"):
        found.update(_records_of(submission, item))
    events = Event.objects.filter(pk__gt=channel.event - _OVERLAP, pk__lte=goal.event, record__item=item)
    found.update(events.values_list("record_id", flat=True))
    ids = sorted(found)
    for start in range(0, len(ids), saying.STEP):
        yield ids[start : start + saying.STEP]


def _records_of(submission: int, item: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id FROM records_version WHERE submission_id = %s AND item || '' = %s "
            "UNION SELECT v.record_id FROM records_confirmation c JOIN records_version v ON v.id = c.version_id "
            "WHERE c.submission_id = %s AND v.item || '' = %s",
            [submission, item, submission, item],
        )
        return [row[0] for row in cursor.fetchall()]
