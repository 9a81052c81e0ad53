"""The store on PostgreSQL: COPY for what is new, arrays for what is looked up, both in the server's binary form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import psycopg
from django.db import IntegrityError, connection, transaction

from xinheng.apps.records.store import binary
from xinheng.apps.records.store.interface import VERSION_COLUMNS, Columns

_VERSION = {
    "record_id": "bigint", "item": "text", "subject_id": "bigint", "linked_by": "smallint", "submission_id": "bigint",
    "sheet": "text", "row": "integer", "governing": "date", "valid_from": "date", "valid_to": "date", "title": "text",
    "organ": "text", "shown_from": "date", "shown_until": "date", "shown_rule": "text", "canonical": "text",
    "fingerprint": "bytea", "salt": "bytea", "commitment": "bytea",
}  # fmt: skip
_RECORDS = {"id": "bigint", "item": "text", "key": "bytea"}
# In key order, like the COPY, so that two submissions cannot wait for each other.
_RECORD = (
    "INSERT INTO records_record (item, key) SELECT %b::text, key FROM "
    "unnest({keys}) AS given (key) ORDER BY key ON CONFLICT DO NOTHING"
)
_RECORD_IDS = "SELECT g.n, r.id FROM given g JOIN records_record r ON r.key = g.key AND r.item = g.item"
_DRAW = """
WITH drawn AS MATERIALIZED (
    SELECT nextval(s.name) AS id FROM (SELECT pg_get_serial_sequence(%t, 'id')::regclass AS name OFFSET 0) s,
    generate_series(1, %t::int))
SELECT min(id), max(id), CASE WHEN max(id) - min(id) >= count(*) THEN array_agg(id ORDER BY id) END FROM drawn
"""
# Rows are looked up by the index of what is given: a planner that believes the tables still empty would read them whole, for
# each key even; or an index from end to end, to merge it with what is given. And compiling a plan takes longer than running it here.
_BY_INDEX = {"jit": "off", "enable_seqscan": "off", "enable_mergejoin": "off"}


class PostgresStore:
    """Bulk operations on PostgreSQL."""

    step = 10_000
    writes_beside = True

    def join(self, sql: str, given: Columns, types: Sequence[str], parameters: Sequence[Any] = ()) -> list[tuple]:
        """Run a query over arrays unnested into a table ``given``."""
        return self._look_up(*_asked(sql, given, types, parameters))

    def _look_up(self, sql: str, parameters: Sequence[Any]) -> list[tuple]:
        with self.by_index(), _cursor() as cursor:
            # Parameters travel apart from the text: a hundred thousand keys are not pasted into a statement.
            cursor.execute(sql, parameters, binary=True)
            return cursor.fetchall()

    def each(self, table: str, alias: str, on: str) -> str:
        """Fence the table in: what is behind OFFSET 0 is worked out by itself."""
        return f"CROSS JOIN LATERAL (SELECT {alias}.* FROM {table} {alias} WHERE {on} OFFSET 0) {alias}"  # noqa: S608

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

    def first_told(self, item: str, keys: pl.Series) -> pl.Series | None:
        """Make the records in a transaction of their own: the index that keeps keys apart is asked once, not twice."""
        order = keys.arg_sort()
        with self.staging():
            made = self._make_records(item, keys.gather(order))
        return None if made is None else made.gather(order.arg_sort())

    def numbers(self, versions: pl.DataFrame) -> pl.Series | None:
        """Make the records that are not there yet, in a transaction of their own: without a version nobody sees them."""
        record = versions.get_column("record")
        new = record.is_null().arg_true()
        if not len(new):
            return record
        item, keys = versions.item(0, "item"), versions.get_column("key").gather(new)
        with self.staging():
            ids = self._make_records(item, keys)
            if ids is None:  # another submission has told one of them, or is just about to
                ids = self._find_records(item, keys)
        return record.scatter(new, ids)

    def packed(self, versions: pl.DataFrame, numbers: pl.Series | None) -> Callable[[], None]:
        """Pack rows for COPY."""
        assert numbers is not None
        told = versions.select(numbers.alias("record_id"), *VERSION_COLUMNS[2:])
        return self._copier("records_version", told, _VERSION)

    def _make_records(self, item: str, keys: pl.Series) -> pl.Series | None:
        """Make the records of these keys, given in order, and return their ids; none of them where one is there already."""
        ids = pl.Series("id", self.reserve("records_record", len(keys)), dtype=pl.Int64)
        records = pl.DataFrame({"id": ids, "key": keys}).with_columns(item=pl.lit(item))
        try:
            with transaction.atomic():
                self._copier("records_record", records.select(list(_RECORDS)), _RECORDS)()
        except IntegrityError:
            return None
        return ids

    def _find_records(self, item: str, keys: pl.Series) -> pl.Series:
        """Return the ids of the records of these keys, in the same order; make those that are not there."""
        with _cursor() as cursor:
            array, told = _arrays({"key": keys}, ("bytea",))
            cursor.execute(_RECORD.format(keys=array), [item, *told])
        found = dict(self.join(_RECORD_IDS, {"key": keys, "item": [item] * len(keys)}, ("bytea", "text")))
        return pl.Series([found[n] for n in range(len(keys))], dtype=pl.Int64)

    def _copier(self, table: str, frame: pl.DataFrame, kinds: Mapping[str, str]) -> Callable[[], None]:
        names, packed = binary.rows(frame, kinds)
        into = f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT binary)"

        def copy() -> None:
            with _cursor() as cursor, connection.wrap_database_errors, cursor.copy(into) as copying:
                for piece in packed:
                    copying.write(piece)

        return copy

    def reserve(self, table: str, count: int) -> Sequence[int]:
        """Draw ids from the table's sequence; whoever draws alone gets them one after another, told by the first and the last."""
        with _cursor() as cursor:
            cursor.execute(_DRAW, [table, count], binary=True)
            ((first, last, all_of_them),) = cursor.fetchall()
        return all_of_them or range(first, last + 1)

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


def _asked(sql: str, given: Columns, types: Sequence[str], parameters: Sequence[Any]) -> tuple[str, list[Any]]:
    """Return a query with the table ``given`` before it, and all its parameters."""
    arrays, told = _arrays(given, types)
    head = (
        f"WITH given AS MATERIALIZED (SELECT ordinality - 1 AS n, {', '.join(given)} FROM "  # noqa: S608
        f"unnest({arrays}) WITH ORDINALITY AS t ({', '.join(given)}, ordinality)) "
    )
    return head + sql.replace("%s", "%t"), [*told, *parameters]


def _arrays(columns: Columns, types: Sequence[str]) -> tuple[str, list[binary.Array]]:
    """Return SQL for one array a column, and the parameters it asks for."""
    told = [
        binary.array(binary.column_of(values, kind), kind) for values, kind in zip(columns.values(), types, strict=True)
    ]
    return ", ".join(f"%b::{kind}[]" for kind in types), told


@contextmanager
def _cursor() -> Iterator[psycopg.Cursor]:
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:  # not Django's: that one pastes parameters into the text
        cursor.adapters.register_dumper(binary.Array, binary.ArrayDumper)
        yield cursor
