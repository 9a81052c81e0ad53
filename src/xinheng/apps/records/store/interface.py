"""What a store can do: look up whole columns at once, write whole columns at once, delete in small steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import polars as pl

Columns = Mapping[str, Sequence[Any] | pl.Series]  # column name → values, all of one length

# Columns of a version as they are written. ``record``: the id of the record where it is known; otherwise ``key`` stands for it,
# and the store finds or makes it.
VERSION_COLUMNS = (
    "record", "key", "item", "subject_id", "linked_by", "submission_id", "sheet", "row", "governing", "valid_from", "valid_to",
    "title", "organ", "shown_from", "shown_until", "shown_rule", "canonical", "fingerprint", "salt", "commitment",
)  # fmt: skip


class Store(Protocol):
    """Bulk operations. Those that write run inside the caller's transaction."""

    @property
    def writes_beside(self) -> bool:
        """Say whether another connection can write while this one reads and its process works."""
        ...

    @property
    def step(self) -> int:
        """Rows to write in one transaction, so that no other writer waits long. It may differ from call to call."""
        ...

    def join(self, sql: str, given: Columns, types: Sequence[str], parameters: Sequence[Any] = ()) -> list[tuple]:
        """Run a query in which ``given`` is a table of these columns, with ``n`` as the running number from 0.

        ``types``: PostgreSQL's name of each column's type. Parameters in the query are written ``%s``.
        """
        ...

    def each(self, table: str, alias: str, on: str) -> str:
        """Return SQL that joins a table to what stands before, row by row: no planner may turn the order round or read it whole."""
        ...

    def by_index(self) -> AbstractContextManager[None]:
        """Run the queries inside by the indexes of what is given: no planner reads a table whole because it believes it empty."""
        ...

    def insert(self, table: str, columns: Columns, types: Sequence[str], *, conflict: str = "") -> None:
        """Insert rows. ``conflict``: what to do with those that break a uniqueness rule, as an ON CONFLICT clause."""
        ...

    def first_told(self, item: str, keys: pl.Series) -> pl.Series | None:
        """Make the records of these keys, all of them new, and return their ids; ``None`` where one is there already.

        That this succeeds is the answer to whether the register knows any of them; ``None`` also from a store that does not try.
        """
        ...

    def numbers(self, versions: pl.DataFrame) -> pl.Series | None:
        """Return the id of the record each version (VERSION_COLUMNS without salt and commitment) belongs to; make new ones.

        ``None``: that is left to the writing of the versions.
        """
        ...

    def packed(self, versions: pl.DataFrame, numbers: pl.Series | None) -> Callable[[], None]:
        """Pack versions (VERSION_COLUMNS) of one item, asking nothing of the database.

        Return what writes them, inside the transaction of whoever calls that.
        """
        ...

    def reserve(self, table: str, count: int) -> Sequence[int]:
        """Return ids nobody else will give to rows of this table, for use in the same transaction."""
        ...

    def delete_some(self, table: str, submission: int, limit: int) -> int:
        """Delete at most ``limit`` rows of this submission; return how many were deleted."""
        ...

    def staging(self) -> AbstractContextManager[None]:
        """Open a short transaction whose loss in a power cut would do no harm."""
        ...

    def durable(self) -> AbstractContextManager[None]:
        """Open a transaction that survives a power cut once it is over, and all before it with it."""
        ...
