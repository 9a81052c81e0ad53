"""Reading the other side's own table, a nightly file or a query, into the canonical form: on our side, by our catalogue.

Cells go through the same readers as a hand-in, so that 2026/4/1 and 20260401 are one day and １万元 is one amount. But nothing is judged
here: what a reader cannot use stays as it was written, and shows as a field that differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

import polars as pl

from xinheng.core.intake import rowchecks
from xinheng.core.intake.canonical import canonical
from xinheng.core.intake.columns import ColumnReader
from xinheng.core.intake.headers import map_headers
from xinheng.core.intake.judged import Judged
from xinheng.core.intake.table import ROW
from xinheng.core.policy.model import Item, Policy, Privacy
from xinheng.core.reconciliation.canonical import Form, canonical_column, digests
from xinheng.core.reconciliation.elements import Elements, elements, names_of_keys
from xinheng.core.refusal import Refusal

NAME, CANONICAL = "name", "canonical"


class NoColumnKnown(Refusal):
    """The counterpart's table has no column of this item."""

    code = "reconcile.no-column-known"
    message = "对方数据中没有一列属于目录项“{item}”，请检查列名或指定列名对照。"


class HeadedTable(Protocol):
    """A table with a header and blocks of text cells."""

    @property
    def header(self) -> tuple[str, ...]:
        """Column titles."""
        ...

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield blocks of text cells with row numbers."""
        ...


class Foreign:
    """The other side's table under one item."""

    def __init__(
        self,
        table: HeadedTable,
        item: Item,
        policy: Policy,
        *,
        on: date,
        form: Form,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        mapped = map_headers(table.header, item, policy, answers=answers)
        if not mapped.fields:
            raise NoColumnKnown(item=item.zh)
        self._table, self._item, self.form = table, item, form
        self._fields = {
            name: titles for name, titles in mapped.fields.items() if item.field(name).privacy is not Privacy.SEALED
        }
        self.missing = mapped.missing
        self._readers = {name: ColumnReader(item.field(name), policy, on=on) for name in self._fields}
        self._plan = rowchecks.Plan(item, policy, on)

    def statements(self) -> Iterator[pl.DataFrame]:
        """Yield blocks: ROW, ``name`` (16 bytes), ``canonical``."""
        for block in self._table.blocks():
            judged = {name: self._read(block, name) for name in self._fields}
            rows = pl.DataFrame({name: column.value for name, column in judged.items()})
            stored = canonical(rows, list(judged))
            parts, told = self._plan.keys(judged, block.height)
            keys = pl.select(pl.coalesce(self._plan.key_text(parts, told), stored)).to_series()
            yield pl.DataFrame(
                {
                    ROW: block.get_column(ROW),
                    NAME: pl.Series(names_of_keys(keys), dtype=pl.Binary),
                    CANONICAL: canonical_column(stored, self.form),
                }
            )

    def _read(self, block: pl.DataFrame, name: str) -> Judged:
        titles = self._fields[name]
        cells = (
            block.get_column(titles[0])
            if len(titles) == 1
            else block.select(pl.concat_str(titles, separator=";", ignore_nulls=True)).to_series().replace("", None)
        )
        judged = self._readers[name].judge(cells)
        unusable = judged.value.is_null() & cells.is_not_null()
        if judged.reason is not None and (unusable & judged.reason.is_not_null()).any():
            kept = pl.select(
                pl.when(unusable & judged.reason.is_not_null()).then(cells.str.strip_chars()).otherwise(judged.value)
            ).to_series()
            return Judged(kept, judged.reason, judged.warning, judged.repair, judged.typed)
        return judged


def elements_of(statements: pl.DataFrame, key: bytes) -> Elements:
    """Return the elements of a whole table: ``at`` is the row's place in it."""
    names: list[bytes] = statements.get_column(NAME).to_list()
    return elements(names, digests(statements.get_column(CANONICAL)), key)
