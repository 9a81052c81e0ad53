"""One sheet of a hand-in under its item: cells are read column by column, then rows are judged by the item's checks."""

from __future__ import annotations

from concurrent.futures import Executor
from datetime import date
from itertools import islice

import polars as pl

from xinheng.core.intake import rowchecks
from xinheng.core.intake.canonical import canonical
from xinheng.core.intake.checked import CANONICAL, GOOD, GOVERNING, KEY, CheckedBlock
from xinheng.core.intake.columns import ColumnReader, read_columns
from xinheng.core.intake.duplicates import Seen
from xinheng.core.intake.filling import fill
from xinheng.core.intake.findings import Collector
from xinheng.core.intake.headers import HeaderMap
from xinheng.core.intake.judged import Judged
from xinheng.core.intake.table import ROW, Table
from xinheng.core.policy.model import Item, Policy, Privacy, Required


class CheckedSheet:
    """What a sheet must remember from block to block: what its columns meant, and which statements it has made."""

    def __init__(
        self,
        table: Table,
        item: Item,
        mapped: HeaderMap,
        policy: Policy,
        *,
        on: date,
        usable: bool,
        for_register: bool,
    ) -> None:
        self._table, self._item, self._mapped = table, item, mapped
        self._usable, self._for_register = usable, for_register
        self._order = {title: i for i, title in enumerate(table.header)}
        self._seen, self._plan = Seen(), rowchecks.Plan(item, policy, on)
        self._readers = {name: ColumnReader(item.field(name), policy, on=on) for name in mapped.fields}

    def read(self, block: pl.DataFrame, beside: Executor) -> dict[str, Judged]:
        """Read the cells of one block, every other column ``beside``; blocks must come in order, one at a time."""
        cells = {name: self._cells(block, name) for name in self._readers}
        here, there = (dict(islice(self._readers.items(), first, None, 2)) for first in (0, 1))
        others = beside.submit(read_columns, there, cells)
        judged = read_columns(here, cells) | others.result()
        return {name: judged[name] for name in self._readers}

    def check(self, block: pl.DataFrame, judged: dict[str, Judged], collector: Collector) -> CheckedBlock:
        """Judge the rows of a block whose cells have been read."""
        item, number = self._item, block.get_column(ROW)
        cells = {name: block.get_column(titles[0]) for name, titles in self._mapped.fields.items()}
        for kind, count in fill(judged, cells, item):
            collector.repaired(kind, count)
        found = collector.block(block, self._mapped, self._order, sheet=self._table.sheet, item=item)
        for name, column in judged.items():
            spec = item.field(name)
            found.column(name, column, sealed=spec.privacy is Privacy.SEALED)
            if spec.required in (Required.MANDATORY, Required.EXPECTED):
                found.required(spec, column)
        for check, mask in self._plan.run(self._plan.frame(judged, block.height), judged):
            found.row_check(check, mask)
        parts, told = self._plan.keys(judged, block.height)
        # A row that goes back anyway does not make a later, right one a duplicate.
        found.duplicates(self._seen.first_rows(parts, number, told & found.good()))
        good = found.good() if self._usable else pl.Series([False], dtype=pl.Boolean).new_from_index(0, block.height)

        def rows() -> pl.DataFrame:
            values = {n: c.value for n, c in judged.items() if item.field(n).privacy is not Privacy.SEALED}
            governing = self._plan.governing(judged, block.height)
            clean = pl.DataFrame({ROW: number, GOOD: good, GOVERNING: governing} | values)
            if not self._for_register:
                return clean
            key = self._plan.key_text(parts, told).alias(KEY)
            return clean.with_columns(key, canonical(clean, list(values)).alias(CANONICAL))

        checked = CheckedBlock(
            item=item, sheet=self._table.sheet, good=good, make_rows=rows, findings=found.frame(), original=block
        )
        if self._for_register:
            _ = checked.rows  # wanted anyway, and the columns it is made from need not be kept
        return checked

    def _cells(self, block: pl.DataFrame, name: str) -> pl.Series:
        titles = self._mapped.fields[name]
        if len(titles) == 1:
            return block.get_column(titles[0])
        # Older standards spread one set over several columns (处罚类别1, 处罚类别2).
        return block.select(pl.concat_str(titles, separator=";", ignore_nulls=True)).to_series().replace("", None)
