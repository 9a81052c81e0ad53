"""The store on PostgreSQL: COPY for what is new, arrays for what is looked up."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import psycopg
from django.db import connection, transaction

from xinheng.apps.records.store.interface import VERSION_COLUMNS, Columns

_COPY = f"COPY records_version (record_id, {', '.join(VERSION_COLUMNS[1:])}) FROM STDIN (FORMAT csv, NULL '')"
_RECORD = (
    "INSERT INTO records_record (item, key) SELECT DISTINCT %b::text, key FROM "
    "unnest({keys}) AS given (key) ORDER BY key ON CONFLICT DO NOTHING RETURNING key, id"
)
_RECORD_IDS = "SELECT g.key, r.id FROM given g JOIN records_record r ON r.key = g.key AND r.item = g.item"
# Rows are looked up by the index of what is given: a planner that believes the tables still empty would read them whole, for
# each key even. And compiling a plan takes longer than running it here.
_BY_INDEX = {"jit": "off", "enable_seqscan": "off"}
_APART = "\x1f"  # between the values of a long column of text
_BYTES = ("fingerprint", "salt", "commitment")


class PostgresStore:
    """Bulk operations on PostgreSQL."""

    step = 20_000

    def join(self, sql: str, given: Columns, types: Sequence[str], parameters: Sequence[Any] = ()) -> list[tuple]:
        """Run a query over arrays unnested into a table ``given``."""
        arrays, told = _arrays(given, types)
        head = (
            f"WITH given AS MATERIALIZED (SELECT ordinality - 1 AS n, {', '.join(given)} FROM "  # noqa: S608
            f"unnest({arrays}) WITH ORDINALITY AS t ({', '.join(given)}, ordinality)) "
        )
        with self.by_index(), _cursor() as cursor:
            # Parameters travel apart from the text: a hundred thousand keys are not pasted into a statement.
            cursor.execute(head + sql.replace("%s", "%t"), [*told, *parameters])
            return cursor.fetchall()

    @contextmanager
    def by_index(self) -> Iterator[None]:
        """Let the planner go by index alone, whatever it believes of the tables."""
        with transaction.atomic(), _cursor() as cursor:
            cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in _BY_INDEX.items()))
            yield
            cursor.execute("; ".join(f"SET LOCAL {name} = DEFAULT" for name in _BY_INDEX))

    def insert(self, table: str, columns: Columns, types: Sequence[str], *, conflict: str = "") -> None:
        """Insert rows from arrays."""
        arrays, told = _arrays(columns, types)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608
        with _cursor() as cursor:
            cursor.execute(sql, told)

    def insert_versions(self, versions: pl.DataFrame) -> None:
        """Insert records not yet there, in key order so that two submissions cannot wait for each other; then COPY."""
        keys, items = versions.get_column("key").to_list(), versions.get_column("item").to_list()
        with _cursor() as cursor:
            array, told = _arrays({"key": keys}, ("bytea",))
            cursor.execute(_RECORD.format(keys=array), [items[0], *told])
            ids = dict(cursor.fetchall())
            if old := [key for key in keys if key not in ids]:  # known before, or made by another submission just now
                ids |= dict(self.join(_RECORD_IDS, {"key": old, "item": items[: len(old)]}, ("bytea", "text")))
            frame = versions.select(
                pl.Series("record_id", [ids[key] for key in keys], dtype=pl.Int64), *VERSION_COLUMNS[1:]
            ).with_columns(("\\x" + pl.col(name).bin.encode("hex")).alias(name) for name in _BYTES)
            text = io.BytesIO()
            frame.write_csv(text, include_header=False, quote_style="non_numeric", null_value="")
            with cursor.copy(_COPY) as copy:
                copy.write(text.getbuffer())

    def reserve(self, table: str, count: int) -> Sequence[int]:
        """Draw ids from the table's sequence."""
        with _cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%t, 'id')::regclass) FROM generate_series(1, %t::int)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]

    def delete_some(self, table: str, submission: int, limit: int) -> int:
        """Delete a step's worth of rows."""
        with _cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE submission_id = %s LIMIT %s)",  # noqa: S608
                [submission, limit],
            )
            return cursor.rowcount

    @contextmanager
    def staging(self) -> Iterator[None]:
        """Open a short transaction that does not wait for the disk: it is worth nothing before acceptance, which does."""
        with transaction.atomic():
            with _cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
            yield

    @contextmanager
    def durable(self) -> Iterator[None]:
        """Open a transaction whose commit waits for the disk."""
        with transaction.atomic():
            with _cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = on")
            yield


def _arrays(columns: Columns, types: Sequence[str]) -> tuple[str, list[Any]]:
    """Return SQL for one array a column, and the parameters it asks for.

    A long column travels as one text that the server takes apart: the driver would spell out each value by itself.
    """
    parts, told = [], []
    for values, kind in zip(columns.values(), types, strict=True):
        part, parameter = _array(list(values), kind)
        parts.append(part)
        told.append(parameter)
    return ", ".join(parts), told


def _array(values: list[Any], kind: str) -> tuple[str, Any]:
    if len(values) > 1 and None not in values:
        if kind == "bytea" and (size := len(values[0])) and all(len(value) == size for value in values):
            told = b"".join(values).hex(",", size)
            return (
                "ARRAY(SELECT decode(h, 'hex') FROM unnest(string_to_array(%b::text, ',')) WITH ORDINALITY u (h, o) ORDER BY o)",
                told,
            )
        if kind in ("bigint", "date"):
            return f"string_to_array(%b::text, ',')::{kind}[]", ",".join(map(str, values))
        if kind == "text" and (told := _APART.join(values)).count(_APART) == len(values) - 1:
            return f"string_to_array(%b::text, E'\\x{ord(_APART):02x}')", told
    return f"%b::{kind}[]", values


@contextmanager
def _cursor() -> Iterator[psycopg.Cursor]:
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:  # not Django's: that one pastes parameters into the text
        yield cursor
