"""Questions in plain SQL that every answer to the public asks: put to the driver itself.

Django's cursor finds the placeholders anew, counts and logs with each question; for a look-up that cost more than the database took.
"""

from __future__ import annotations

from collections.abc import Sequence
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


@lru_cache(maxsize=1_000)
def _spelt(sql: str, vendor: str) -> str:
    return sql.replace("%s", "?") if vendor == "sqlite" else sql
