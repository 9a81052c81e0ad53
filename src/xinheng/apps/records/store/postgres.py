"""The store on PostgreSQL: COPY for what is new, arrays for what is looked up."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import polars.selectors as cs
import psycopg
from django.db import IntegrityError, connection, transaction

from xinheng.apps.records.store.interface import VERSION_COLUMNS, Columns

_COPY = f"COPY records_version (record_id, {', '.join(VERSION_COLUMNS[2:])}) FROM STDIN (FORMAT csv, NULL '')"
_COPY_RECORDS = "COPY records_record (id, item, key) FROM STDIN (FORMAT csv, NULL '')"
# In key order, like the COPY, so that two submissions cannot wait for each other.
_RECORD = (
    "INSERT INTO records_record (item, key) SELECT %b::text, key FROM "
    "unnest({keys}) AS given (key) ORDER BY key ON CONFLICT DO NOTHING"
)
_RECORD_IDS = "SELECT g.n, r.id FROM given g JOIN records_record r ON r.key = g.key AND r.item = g.item"
# Rows are looked up by the index of what is given: a planner that believes the tables still empty would read them whole, for
# each key even. And compiling a plan takes longer than running it here.
_BY_INDEX = {"jit": "off", "enable_seqscan": "off"}
_APART = "\x1f"  # between the values of a long column of text


class PostgresStore:
    """Bulk operations on PostgreSQL."""

    step = 20_000
    writes_beside = True

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
        """Make the records not yet there, then COPY."""
        record = versions.get_column("record")
        new = versions.filter(record.is_null()).select("item", "key")
        if new.height:
            made = self._make_records(new.item(0, "item"), new.get_column("key"))
            record = record.scatter(record.is_null().arg_true(), pl.Series(made, dtype=pl.Int64))
        self._copy(_COPY, versions.select(record, *VERSION_COLUMNS[2:]))

    def _make_records(self, item: str, keys: pl.Series) -> Sequence[int]:
        """Return the ids of records of these keys, in the same order; those there already keep theirs."""
        ids = self.reserve("records_record", len(keys))
        try:
            with transaction.atomic():
                self._copy(_COPY_RECORDS, pl.DataFrame({"id": ids, "item": [item] * len(keys), "key": keys}))
        except IntegrityError:  # another submission has told one of them, or is just about to
            with _cursor() as cursor:
                array, told = _arrays({"key": keys.to_list()}, ("bytea",))
                cursor.execute(_RECORD.format(keys=array), [item, *told])
            given = {"key": keys.to_list(), "item": [item] * len(keys)}
            found = dict(self.join(_RECORD_IDS, given, ("bytea", "text")))
            return [found[n] for n in range(len(keys))]
        return ids

    def _copy(self, into: str, frame: pl.DataFrame) -> None:
        text = io.BytesIO()
        frame.with_columns(("\\x" + cs.binary().bin.encode("hex")).name.keep()).write_csv(
            text, include_header=False, quote_style="non_numeric", null_value=""
        )
        with _cursor() as cursor, connection.wrap_database_errors, cursor.copy(into) as copy:
            copy.write(text.getbuffer())

    def reserve(self, table: str, count: int) -> Sequence[int]:
        """Draw ids from the table's sequence."""
        with _cursor() as cursor:
            cursor.execute(
                "SELECT nextval(s.name) FROM (SELECT pg_get_serial_sequence(%t, 'id')::regclass AS name OFFSET 0) s, "
                "generate_series(1, %t::int)",
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
