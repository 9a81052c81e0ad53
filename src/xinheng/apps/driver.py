"""Questions in plain SQL that every answer to the public asks: put to the driver itself.

Django's cursor finds the placeholders anew, counts and logs with each question; for a look-up that cost more than the database took.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


def rows(sql: str, told: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a question whose placeholders are ``%s``; it holds no other ``%``. Raises Django's database errors.

    Days and instants come as the database stores them where the column is an expression: SQLite then leaves them as text.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(_spelt(sql, connection.vendor), told).fetchall()


@contextmanager
def one_state() -> Iterator[bool]:
    """Ask several questions of one state of the register; yields whether it is one.

    On SQLite that is also quicker: each question by itself locks and looks whether anything was written. On PostgreSQL it would be two
    more ways there and back, and inside of a transaction it is as the transaction has it: there each question is by itself.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    raw = connection.connection
    if connection.vendor != "sqlite" or raw.in_transaction:
        yield False
        return
    with connection.wrap_database_errors:
        raw.execute("BEGIN")
        try:
            yield True
        finally:
            raw.execute("COMMIT")  # nothing was written


@lru_cache(maxsize=1_000)
def _spelt(sql: str, vendor: str) -> str:
    return sql.replace("%s", "?") if vendor == "sqlite" else sql
