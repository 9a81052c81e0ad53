"""The store on SQLite: prepared batches from whole columns, keys looked up through a temporary table."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any

import polars as pl
import polars.selectors as cs
from django.db import connection, transaction

from xinheng.apps.records.store.interface import VERSION_COLUMNS, Columns

_RECORD = "INSERT OR IGNORE INTO records_record (id, item, key)"
_RECORD_IDS = "SELECT g.n, r.id FROM given g JOIN records_record r ON r.key = g.key AND r.item = g.item"
# The content travels as bytes and is called text where it arrives: decoding it only to encode it again costs a tenth.
_VALUES = ", ".join("CAST(? AS TEXT)" if name == "canonical" else "?" for name in VERSION_COLUMNS[2:])
_VERSION = f"INSERT INTO records_version (record_id, {', '.join(VERSION_COLUMNS[2:])})"
# A statement of many rows: to begin and end one for each row takes longer than the row itself, where rows are small. No SQLite
# allows fewer marks in a statement than this.
_MARKS = 999


# There is one writer at a time, and who waits for it asks again at growing intervals. So a step holds the lock for some
# fifty milliseconds on whatever machine this is, and the log is folded back by whoever loads, not by who happens to be next.
_HELD_SECONDS, _FEWEST, _MOST = 0.05, 200, 3_000
_ROWS_BEFORE_FOLDING = 20_000


@dataclass(slots=True)
class _Pace:
    """How many versions a step may write, learnt from the last one."""

    rows: int = 1_000
    unfolded: int = 0

    def learn(self, rows: int, seconds: float) -> None:
        self.unfolded += rows
        if rows >= _FEWEST:
            aim = int(rows * _HELD_SECONDS / max(seconds, 1e-6))
            self.rows = min(max((self.rows + aim) // 2, _FEWEST), _MOST)


_pace = _Pace()


class SqliteStore:
    """Bulk operations on SQLite, in steps that let others in."""

    writes_beside = False

    @property
    def step(self) -> int:
        """Rows to write in one transaction."""
        return _pace.rows

    def join(self, sql: str, given: Columns, types: Sequence[str], parameters: Sequence[Any] = ()) -> list[tuple]:
        """Run a query over a temporary table ``given``."""
        raw = _raw()
        raw.execute("DROP TABLE IF EXISTS temp.given")
        raw.execute(f"CREATE TEMP TABLE given (n INTEGER PRIMARY KEY, {', '.join(given)})")
        alone = not raw.in_transaction
        if alone:
            raw.execute("BEGIN DEFERRED")  # only the temporary table is written: nobody waits for this
        try:
            values = _lists(given)
            _insert_rows("INSERT INTO given", [range(len(values[0])), *values])
            return raw.execute(sql.replace("%s", "?"), parameters).fetchall()
        finally:
            if alone:
                raw.execute("COMMIT")

    def each(self, table: str, alias: str, on: str) -> str:
        """SQLite keeps to the order of a CROSS JOIN."""
        return f"CROSS JOIN {table} {alias} ON {on}"

    @contextmanager
    def by_index(self) -> Iterator[None]:
        """SQLite goes by index anyway."""
        yield

    def insert(self, table: str, columns: Columns, types: Sequence[str], *, conflict: str = "") -> None:
        """Insert rows in one prepared batch."""
        _insert_rows(f"INSERT INTO {table} ({', '.join(columns)})", _lists(columns), conflict=conflict)

    def first_told(self, item: str, keys: pl.Series) -> pl.Series | None:
        """Not tried: records are made with their versions, in the same steps."""
        return None

    def numbers(self, versions: pl.DataFrame) -> pl.Series | None:
        """Leave it to the writing: numbers are given under the one write lock."""
        return None

    def packed(self, versions: pl.DataFrame, numbers: pl.Series | None) -> Callable[[], None]:
        """Leave all of it to the writing."""
        return partial(self._insert_versions, versions)

    def _insert_versions(self, versions: pl.DataFrame) -> None:
        """Insert records not yet there, then the versions that point to them."""
        begin = time.perf_counter()
        record = versions.get_column("record")
        new = versions.filter(record.is_null()).select("item", "key")
        if new.height:
            made = self._make_records(new.get_column("item").to_list(), new.get_column("key").to_list())
            record = record.scatter(record.is_null().arg_true(), pl.Series(made, dtype=pl.Int64))
        written = versions.select(record, *VERSION_COLUMNS[2:])
        columns = written.with_columns(cs.date().cast(pl.String), pl.col("canonical").cast(pl.Binary)).get_columns()
        _insert_rows(_VERSION, [column.to_list() for column in columns], row=f"(?, {_VALUES})")
        _pace.learn(versions.height, time.perf_counter() - begin)

    def _make_records(self, items: list[str], keys: list[bytes]) -> Sequence[int]:
        """Return the ids of records of these keys, in the same order; those there already keep theirs."""
        ids = self.reserve("records_record", len(keys))
        made = _insert_rows(_RECORD, [ids, items, keys])
        if made == len(keys):
            return ids
        found = dict(self.join(_RECORD_IDS, {"key": keys, "item": items}, ("bytea", "text")))
        return [found[n] for n in range(len(keys))]

    def reserve(self, table: str, count: int) -> Sequence[int]:
        """Take the ids after the greatest ever given; the transaction already holds the one write lock."""
        found = _raw().execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)

    def delete_some(self, table: str, submission: int, limit: int) -> int:
        """Delete a step's worth of rows."""
        sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE submission_id = ? LIMIT ?)"  # noqa: S608
        return _raw().execute(sql, (submission, limit)).rowcount

    @contextmanager
    def staging(self) -> Iterator[None]:
        """Open a short transaction."""
        with transaction.atomic():
            yield
        raw = _raw()
        if _pace.unfolded >= _ROWS_BEFORE_FOLDING and not raw.in_transaction:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)")  # waits for nobody, and nobody for it
            _pace.unfolded = 0

    @contextmanager
    def durable(self) -> Iterator[None]:
        """Open a transaction whose commit reaches the disk: a receipt once given stays true after a power cut."""
        raw = _raw()
        nested = raw.in_transaction
        if not nested:
            raw.execute("PRAGMA synchronous=FULL")
        try:
            with transaction.atomic():
                yield
        finally:
            if not nested:
                raw.execute("PRAGMA synchronous=NORMAL")


def _insert_rows(into: str, columns: Sequence[Sequence[Any]], *, row: str = "", conflict: str = "") -> int:
    """Insert rows, many in a statement, and return how many were; ``row``: the values of one, where they are not mere marks."""
    width, count = len(columns), len(columns[0])
    row, most = row or f"({', '.join('?' * width)})", _MARKS // width
    values = chain.from_iterable(zip(*columns, strict=True))

    def of(rows: int) -> str:
        return f"{into} VALUES {', '.join([row] * rows)} {conflict}"

    inserted = 0
    if whole := count // most:
        full = (list(islice(values, most * width)) for _ in range(whole))
        inserted = _raw().executemany(of(most), full).rowcount
    if rest := list(values):
        inserted += _raw().execute(of(len(rest) // width), rest).rowcount
    return inserted


def _lists(columns: Columns) -> list[Sequence[Any]]:
    return [values.to_list() if isinstance(values, pl.Series) else values for values in columns.values()]


def _raw() -> sqlite3.Connection:
    connection.ensure_connection()
    return connection.connection
