"""A counterpart that has no node: its nightly file or its database table, read by us, in blocks, twice where it differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import orjson
import polars as pl
import psycopg

from xinheng.apps.policy import current_policy
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.intake.table import ROW
from xinheng.core.policy.model import Item
from xinheng.core.reconciliation.canonical import Form, digests
from xinheng.core.reconciliation.descent import Found
from xinheng.core.reconciliation.differences import Only
from xinheng.core.reconciliation.elements import Elements, elements
from xinheng.core.reconciliation.foreign import CANONICAL, NAME, Foreign
from xinheng.core.reconciliation.ranges import SetSide
from xinheng.core.reconciliation.tables import places_of, print_text
from xinheng.core.refusal import Refusal

_BLOCK = 50_000
Progress = Callable[[int], None]


class SourceUnusable(Refusal):
    """The counterpart's file or table cannot be read."""

    code = "reconcile.source-unusable"
    message = "无法读取对方数据（{item}）：{why}。"


@dataclass(slots=True)
class QueryTable:
    """What a query of the counterpart's database answers, as text cells."""

    url: str
    query: str
    header: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        with closing(self._connect()) as connection, closing(self._cursor(connection)) as cursor:
            cursor.execute(self.query)
            self.header = tuple(column[0] for column in cursor.description or ())
            cursor.fetchone()

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in blocks, numbered from 1."""
        first = 1
        with closing(self._connect()) as connection, closing(self._cursor(connection)) as cursor:
            cursor.execute(self.query)
            while rows := cursor.fetchmany(_BLOCK):
                columns = {
                    title: pl.Series([cell(row[i]) for row in rows], dtype=pl.String)
                    for i, title in enumerate(self.header)
                }
                yield pl.DataFrame(columns).with_row_index(ROW, offset=first).with_columns(pl.col(ROW).cast(pl.UInt32))
                first += len(rows)

    def _connect(self) -> Any:
        parts = urlsplit(self.url)
        if parts.scheme == "sqlite":
            return sqlite3.connect(f"file:{unquote(parts.path)}?mode=ro", uri=True)
        if parts.scheme in ("postgres", "postgresql"):
            connection = psycopg.connect(self.url)
            connection.read_only = True
            return connection
        raise SourceUnusable(item=self.url.split(":", 1)[0], why="数据库地址应以 sqlite:/// 或 postgres:// 开头")

    def _cursor(self, connection: Any) -> Any:
        # A named cursor leaves the rows on the server until they are asked for.
        return connection.cursor("xinheng") if isinstance(connection, psycopg.Connection) else connection.cursor()


def cell(value: object) -> str | None:
    """Return a value of any SQL type as the text a person would have written; the catalogue's readers do the rest."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class ForeignSide:
    """The counterpart's side of one item. Only names and fingerprints are kept; what differs is read a second time."""

    def __init__(
        self, item: Item, form: Form, told: Mapping[str, Any], key: bytes, *, on: date, progress: Progress
    ) -> None:
        self.item, self._form, self._told, self._on = item, form, told, on
        names: list[bytes] = []
        sums: list[bytes] = []
        for block in self._blocks():
            names += block.get_column(NAME).to_list()
            sums += digests(block.get_column(CANONICAL))
            progress(block.height)
        self.side = SetSide(elements(names, sums, key))

    @property
    def rows(self) -> int:
        """How many statements the table holds."""
        return len(self.side.held)

    def fingerprint(self) -> bytes:
        """Return a digest of everything the table says, in order."""
        held: Elements = self.side.held
        return sha256(held.names.tobytes() + np.ascontiguousarray(held.prints).tobytes()).digest()

    def only(self, found: Found) -> list[Only]:
        """Return the statements behind fingerprints found in the table."""
        held = self.side.held
        at, copies = places_of(self.side, found)
        wanted = {int(held.at[i]) for i in at}
        texts: dict[int, str] = {}
        start = 0
        for block in self._blocks() if wanted else ():
            for row in sorted(w - start for w in wanted if start <= w < start + block.height):
                texts[start + row] = block.get_column(CANONICAL)[row]
            start += block.height
        return [
            Only(
                item=self.item.id,
                name=held.name(int(i)),
                print=print_text(held, int(i)),
                content=orjson.loads(texts.get(int(held.at[i]), "{}")),
                copies=int(n),
            )
            for i, n in zip(at, copies, strict=True)
        ]

    def _blocks(self) -> Iterator[pl.DataFrame]:
        policy = current_policy()
        answers = {str(k): str(v) for k, v in dict(self._told.get("columns", {})).items()}
        for table in self._tables():
            yield from Foreign(table, self.item, policy, on=self._on, form=self._form, answers=answers).statements()

    def _tables(self) -> Iterator[Any]:
        try:
            if "file" in self._told:
                source = open_source(Path(self._told["file"]), known_headers=known_headers(current_policy()))
                yield from source.tables()
            else:
                yield QueryTable(str(self._told["database"]), str(self._told["query"]))
        except (OSError, sqlite3.Error, psycopg.Error, KeyError) as error:
            raise SourceUnusable(item=self.item.zh, why=str(error).strip().splitlines()[0]) from None
