"""Results go into the database in bulk: COPY on PostgreSQL, prepared batches on SQLite. A city's first history is four million rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from xinheng.apps.evaluation.models import Result

# What differs from row to row, in order; the rest is the same for all results of one evaluation.
VARYING = (
    "subject_id", "kind", "score", "grade", "band", "no_result", "caps", "points", "dimensions", "inputs_hash", "changes",
)  # fmt: skip
_JSON = frozenset({"caps", "points", "dimensions", "changes"})


def insert(same: Mapping[str, Any], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of the columns VARYING with what is the same for all of them, within the caller's transaction."""
    fields = {field.attname: field for field in Result._meta.concrete_fields if not field.primary_key}
    told = {name if name in fields else f"{name}_id": value for name, value in same.items()}
    told = {name: getattr(value, "pk", value) for name, value in told.items()}
    constants = {name: fields[name].get_db_prep_save(value, connection) for name, value in told.items()}
    columns = [fields[name].column for name in (*constants, *VARYING)]
    assert len(columns) == len(fields), "every column is told, and once"
    begin = tuple(constants.values())
    lines = (begin + tuple(_text(name, cell) for name, cell in zip(VARYING, row, strict=True)) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            command = f"COPY {Result._meta.db_table} ({', '.join(_quoted(columns))}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(command) as copy:
                for line in lines:
                    copy.write_row(line)
            return
        marks = ", ".join(["%s"] * len(columns))
        names = ", ".join(_quoted(columns))
        cursor.executemany(f"INSERT INTO {Result._meta.db_table} ({names}) VALUES ({marks})", lines)  # noqa: S608  (our own names)


def _text(name: str, cell: Any) -> Any:
    return orjson.dumps(cell).decode() if name in _JSON else cell


def _quoted(columns: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(column) for column in columns]
