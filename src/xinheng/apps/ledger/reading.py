"""Reading what the turns say, in bulk: the entries that follow from each, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import psycopg
from django.db import connection

from xinheng.apps.ledger.models import Turn, TurnKind
from xinheng.core.ledger import entry
from xinheng.core.ledger.refusals import Forked

STEP = 1 << 16
# By id, so in the order the batch fixed. A page of rows a time: memory does not grow with the batch.
_VERSIONS = (
    "SELECT id, item, commitment, record_id, COALESCE(subject_id, -1) FROM records_version "
    "WHERE submission_id = %s AND id > %s ORDER BY id LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Part:
    """Entries that follow each other, all of one turn; where they are versions, with id, record and subject (-1: none) of each."""

    turn: Turn
    entries: list[bytes]
    ids: np.ndarray | None = None
    records: np.ndarray | None = None
    subjects: np.ndarray | None = None


def parts_of(turn: Turn) -> Iterator[Part]:
    """Yield the entries of a turn. A cut's own entry, the map, is not made here."""
    if turn.kind == TurnKind.CUT:
        return
    yield Part(turn, [header_of(turn)])
    if turn.kind == TurnKind.BATCH:
        yield from _versions(turn)


def header_of(turn: Turn) -> bytes:
    """Return the first entry of a turn."""
    if turn.kind == TurnKind.EVENT:
        return entry.event(bytes(turn.commitment))
    if turn.kind == TurnKind.POLICY:
        return entry.policy(turn.said)
    return bytes([entry.Kind(turn.kind)]) + turn.said.encode()


def _versions(turn: Turn) -> Iterator[Part]:
    last, count = 0, 0
    while rows := rows_of(_VERSIONS, [turn.submission, last, STEP]):
        entries = version_entries([row[2] for row in rows], [row[1] for row in rows])
        ids, records, subjects = (_column(rows, at) for at in (0, 3, 4))
        last, count = int(ids[-1]), count + len(rows)
        del rows
        yield Part(turn, entries, ids, records, subjects)
    if count != turn.versions:
        raise Forked(what=f"批次 {turn.submission} 入库时有 {turn.versions} 条，现在有 {count} 条")


def _column(rows: list[tuple], at: int) -> np.ndarray:
    return np.fromiter(map(itemgetter(at), rows), dtype=np.int64, count=len(rows))


def version_entries(commitments: Sequence[bytes], items: Sequence[str]) -> list[bytes]:
    """Return the entries of many versions."""
    head, ends = bytes([entry.Kind.VERSION]), {item: item.encode("ascii") for item in set(items)}
    if len(ends) == 1:
        end = ends.popitem()[1]
        return [head + commitment + end for commitment in commitments]
    return [head + commitment + ends[item] for commitment, item in zip(commitments, items, strict=True)]


def rows_of(sql: str, parameters: list[object]) -> list[tuple]:
    """Run a query past Django's wrapping of each row."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return connection.connection.execute(sql.replace("%s", "?"), parameters).fetchall()
    with psycopg.Cursor(connection.connection) as cursor:  # not Django's: that one cannot fetch bytes as bytes
        return list(cursor.execute(sql, parameters, binary=True).fetchall())


def run_starts(ids: np.ndarray) -> np.ndarray:
    """Return the places where ids stop following each other."""
    return np.concatenate([[0], np.flatnonzero(np.diff(ids) != 1) + 1])
