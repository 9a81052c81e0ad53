"""What does each record say, as of a position of the register, within the scope of a channel? Asked for whole sets of records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.db import connection

from xinheng.apps.exchange.models import Channel, Direction, Way
from xinheng.apps.records.store import store
from xinheng.core.reconciliation import leaves
from xinheng.core.reconciliation.canonical import Form, canonical_column, digests
from xinheng.core.reconciliation.elements import Array, elements, name_of_record_key

STEP = 20_000
# Of what is told in the channel's scope, the newest. What a submission in scope only confirmed it has told as well.
_TOLD = """
SELECT g.n, r.key, (
    SELECT t.id FROM (
        SELECT v.id AS id, s.position AS position FROM records_version v
        JOIN intake_submission s ON s.id = v.submission_id + 0
        WHERE v.record_id = g.record AND {asof} AND {scope}
        UNION ALL
        SELECT v.id, s.position FROM records_version v
        JOIN records_confirmation c ON c.version_id = v.id
        JOIN intake_submission s ON s.id = c.submission_id + 0
        WHERE v.record_id = g.record AND {asof} AND {scope}
    ) t ORDER BY t.position DESC, t.id DESC LIMIT 1)
FROM given g JOIN records_record r ON r.id = g.record
"""
_ASOF = "s.position <= {position} AND (s.withdrawn_position IS NULL OR s.withdrawn_position > {position})"
_OUT = "NOT EXISTS (SELECT 1 FROM exchange_arrival a WHERE a.submission_id = s.id)"
_IN = "EXISTS (SELECT 1 FROM exchange_arrival a WHERE a.submission_id = s.id AND a.channel_id = {channel})"
_SAID = """
SELECT g.n, v.canonical FROM given g JOIN records_version v ON v.id = g.version
JOIN intake_submission s ON s.id = v.submission_id + 0
WHERE v.canonical <> '' AND NOT EXISTS (
    SELECT 1 FROM records_event e WHERE e.record_id = v.record_id AND e.kind IN ('withdraw', 'revoke', 'expire')
    AND e.at >= s.accepted_at AND e.id <= {event}
    AND NOT EXISTS (
        SELECT 1 FROM records_event e2 WHERE e2.record_id = v.record_id AND e2.kind = 'restore' AND e2.id > e.id
        AND e2.id <= {event}))
"""


@dataclass(frozen=True, slots=True)
class State:
    """A state of the register: position, and the last event counted in."""

    position: int
    event: int


@dataclass(frozen=True, slots=True)
class Said:
    """What some records say. ``names``: of all asked about; ``rows``: ``record``, ``name``, ``canonical`` of those that say something."""

    records: Array
    names: Array
    rows: pl.DataFrame


def scope_of(channel: Channel) -> str:
    """Return the condition, in SQL on the submission ``s``, that what it told belongs to a channel."""
    if channel.counterpart.way == Way.TABLE and channel.direction == Direction.IN:  # a department's own system
        return f"s.department_id = {int(channel.department_id or 0)}"
    return _OUT if channel.direction == Direction.OUT else _IN.format(channel=int(channel.pk))


def said(channel: Channel, records: Sequence[int], state: State, form: Form) -> Said:
    """Return what these records of one item say in a channel as of a state."""
    asof = _ASOF.format(position=int(state.position))
    told = store().join(_TOLD.format(asof=asof, scope=scope_of(channel)), {"record": records}, ("bigint",))
    told.sort()
    names = [name_of_record_key(bytes(key)) for _, key, _ in told]
    ids = [records[n] for n, _, _ in told]
    standing = [(i, version) for i, (_, _, version) in enumerate(told) if version is not None]
    texts: list[tuple[int, str]] = []
    if standing:
        versions = {"version": [version for _, version in standing]}
        texts = sorted(store().join(_SAID.format(event=int(state.event)), versions, ("bigint",)))
    at = [standing[n][0] for n, _ in texts]
    stored = pl.Series([text for _, text in texts], dtype=pl.String)
    rows = pl.DataFrame(
        {
            "record": pl.Series([ids[i] for i in at], dtype=pl.Int64),
            "name": pl.Series([names[i] for i in at], dtype=pl.Binary),
            "canonical": canonical_column(stored, form) if len(at) else stored,
        }
    )
    packed = np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, 16)
    return Said(np.array(ids, dtype=np.int64), packed, rows)


def packed(rows: pl.DataFrame, key: bytes) -> Array:
    """Return the elements of what records say, as they are kept."""
    if rows.height == 0:
        return np.zeros(0, dtype=leaves.ELEMENT)
    at = rows.get_column("record").to_numpy()
    held = elements(rows.get_column("name").to_list(), digests(rows.get_column("canonical")), key, at)
    return leaves.packed(held)


def all_records(item: str, *, step: int = STEP) -> Iterator[list[int]]:
    """Yield the ids of every record of an item, in steps."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM records_record WHERE id > %s AND item = %s ORDER BY id LIMIT %s", [last, item, step]
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]
