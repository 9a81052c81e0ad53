"""Packed rows of trees in the database: read by range, written over as a whole. The same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

_COLUMN = {"exchange_leaf": "held", "exchange_page": "sums"}


@contextmanager
def _cursor() -> Iterator[Any]:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        yield connection.connection
        return
    with psycopg.Cursor(connection.connection) as cursor:  # not Django's: that one pastes parameters into the text
        cursor.format = psycopg.pq.Format.BINARY  # bytes come as bytes, not as twice as many digits
        yield cursor


def _marks(sql: str) -> str:
    return sql.replace("%s", "?") if connection.vendor == "sqlite" else sql.replace("%s", "%b")


def write(table: str, tree: int, rows: Iterable[tuple[int, bytes]]) -> None:
    """Write rows over what was there."""
    column = _COLUMN[table]
    sql = _marks(
        f"INSERT INTO {table} (tree_id, prefix, {column}) VALUES (%s, %s, %s) "  # noqa: S608  only our own words
        f"ON CONFLICT (tree_id, prefix) DO UPDATE SET {column} = excluded.{column}"
    )
    with _cursor() as cursor:
        cursor.executemany(sql, [(tree, prefix, blob) for prefix, blob in rows])


def between(table: str, tree: int, first: int, last: int) -> list[tuple[int, bytes]]:
    """Return the rows of these prefixes, both ends included, in order."""
    sql = (
        f"SELECT prefix, {_COLUMN[table]} FROM {table} "  # noqa: S608
        "WHERE tree_id = %s AND prefix BETWEEN %s AND %s ORDER BY prefix"
    )
    return _fetch(sql, (tree, first, last))


def at(table: str, tree: int, prefixes: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return the rows of just these prefixes, in order."""
    found: list[tuple[int, bytes]] = []
    for start in range(0, len(prefixes), 500):
        part = prefixes[start : start + 500]
        marks = ", ".join(["%s"] * len(part))
        sql = (
            f"SELECT prefix, {_COLUMN[table]} FROM {table} "  # noqa: S608
            f"WHERE tree_id = %s AND prefix IN ({marks}) ORDER BY prefix"
        )
        found += _fetch(sql, (tree, *part))
    return sorted(found)


def _fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[int, bytes]]:
    with _cursor() as cursor:
        done = cursor.execute(_marks(sql), parameters)
        return [(prefix, bytes(blob)) for prefix, blob in done.fetchall()]
