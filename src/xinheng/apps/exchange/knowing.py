"""What our register knows about statements on which both sides differ: told when and by whom, corrected, withdrawn, sent back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from xinheng.apps.clock import local_date
from xinheng.apps.exchange.forms import forms_of, pair_key_of
from xinheng.apps.exchange.models import Arrival, Channel, Rejection
from xinheng.apps.exchange.saying import State, scope_of
from xinheng.apps.exchange.sides import OwnSide
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Version
from xinheng.apps.records.store import store
from xinheng.core.calendar.loading import calendar_of
from xinheng.core.reconciliation.canonical import canonical_column, digests
from xinheng.core.reconciliation.differences import Answered, Known, Only
from xinheng.core.reconciliation.elements import element_prints

_TELLINGS = """
SELECT g.n, v.id, s.id, s.ref, s.accepted_at, s.position, s.department_id, v.canonical FROM given g
JOIN records_record r ON r.key = g.key AND r.item = g.item
JOIN records_version v ON v.record_id = r.id
JOIN intake_submission s ON s.id = v.submission_id + 0
WHERE s.position <= {position} AND {scope}
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """One version of a statement, as some submission told it."""

    version: int
    submission: int
    ref: str
    at: datetime
    position: int
    department: int | None
    print: str


def tellings(channel: Channel, asked: Sequence[tuple[str, bytes]], state: State) -> dict[bytes, list[Telling]]:
    """Return name → its versions within the channel's scope, the newest first. ``asked``: item and name."""
    if not asked:
        return {}
    given = {"item": [item for item, _ in asked], "key": [name[12:] + name[:12] for _, name in asked]}
    sql = _TELLINGS.format(position=int(state.position), scope=scope_of(channel))
    rows = store().join(sql, given, ("text", "bytea"))
    prints = _prints(channel, [(asked[n], canonical) for n, *_, canonical in rows])
    found: dict[bytes, list[Telling]] = defaultdict(list)
    for (n, version, submission, ref, at, position, department, _), text in zip(rows, prints, strict=True):
        when = _instant(at)
        found[asked[n][1]].append(Telling(version, submission, ref, when, position, department, text))
    return {name: sorted(told, key=lambda t: (t.position, t.version), reverse=True) for name, told in found.items()}


def _instant(told: datetime | str) -> datetime:
    at = datetime.fromisoformat(told) if isinstance(told, str) else told  # SQLite hands over text
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _prints(channel: Channel, rows: Sequence[tuple[tuple[str, bytes], str]]) -> list[str]:
    forms, key = forms_of(channel), pair_key_of(channel)
    found = [""] * len(rows)
    for item in {item for (item, _), _ in rows}:
        which = [i for i, ((one, _), _) in enumerate(rows) if one == item]
        texts = canonical_column(pl.Series([rows[i][1] for i in which], dtype=pl.String), forms[item])
        made = element_prints([rows[i][0][1] for i in which], digests(texts), key)
        for i, (low, high) in zip(which, made.tolist(), strict=True):
            found[i] = f"{high:016x}{low:016x}"
    return found


def known_about(
    channel: Channel, only: Iterable[Only], sides: Mapping[str, OwnSide], state: State
) -> tuple[dict[bytes, Known], dict[bytes, int | None], dict[bytes, int]]:
    """Return what is known about each name, the department that told it, and at which position it was told last."""
    asked = sorted({(one.item, one.name) for one in only})
    told = tellings(channel, asked, state)
    held = held_there(asked, sides)
    places = _places([one[0] for one in told.values()])
    known, owners, positions = {}, {}, {}
    for _, name in asked:
        versions = told.get(name, [])
        if not versions:
            known[name] = Known(held=name in held)
            continue
        newest = versions[0]
        known[name] = Known(
            held=name in held,
            due_on=_due(channel, local_date(newest.at)),
            withdrawn=name not in held,
            earlier=frozenset(one.print for one in versions) - {held.get(name, "")},
            delivery=newest.ref,
            place=places[newest.version][0],
            rows=places[newest.version][1],
        )
        owners[name], positions[name] = newest.department, newest.position
    return known, owners, positions


def held_there(asked: Sequence[tuple[str, bytes]], sides: Mapping[str, OwnSide]) -> dict[bytes, str]:
    """Return which of these names our side holds, with a fingerprint of each."""
    held: dict[bytes, str] = {}
    for item in {item for item, _ in asked}:
        if item in sides:
            held |= sides[item].holds([name for one, name in asked if one == item])
    return held


def _due(channel: Channel, day: date) -> date:
    return calendar_of(current_policy()).add_working_days(day, channel.term_days).day


def _places(newest: Sequence[Telling]) -> dict[int, tuple[int, int]]:
    """Return version → its number within what its submission told, from 0, and how many that told: as a delivery lists them."""
    found: dict[int, tuple[int, int]] = {}
    of: dict[int, list[int]] = defaultdict(list)
    for telling in newest:
        of[telling.submission].append(telling.version)
    for submission, versions in of.items():
        order = Version.objects.filter(submission=submission).order_by("pk").values_list("pk", flat=True)
        number = {pk: i for i, pk in enumerate(order.iterator(chunk_size=20_000))}
        found |= {version: (number[version], len(number)) for version in versions}
    return found


def answers_about(
    channel: Channel, asked: Sequence[tuple[str, bytes]], deliveries: Iterable[str], sides: Mapping[str, OwnSide]
) -> dict[bytes, Answered]:
    """Return what we say to the other side about statements it holds and we do not: sent back, held otherwise, arrived how far."""
    held, names = held_there(asked, sides), [name for _, name in asked]
    rejected: dict[bytes, str] = {}
    for start in range(0, len(names), 500):
        rows = Rejection.objects.filter(channel=channel, name__in=names[start : start + 500]).order_by("pk")
        rejected |= {bytes(name): code for name, code in rows.values_list("name", "code")}
    arrived = dict(Arrival.objects.filter(channel=channel, ref__in=set(deliveries)).values_list("ref", "arrived"))
    return {
        name: Answered(held=name in held, rejected="" if name in held else rejected.get(name, ""), arrived=arrived)
        for name in names
    }
