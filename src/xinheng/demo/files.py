"""The files the departments of the demo city hand in, with what each must come back with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xinheng.core.policy.model import Department, Item
from xinheng.demo import dirt
from xinheng.demo.city import Batch, City
from xinheng.demo.dice import Dice
from xinheng.demo.look import Look, headers, look_for, render
from xinheng.demo.sheets import plain_name, write

LARGEST = 6000  # rows in one file: longer ones are handed in by quarters of the year
_DIRTY_FILES = 0.2
_DIRTY_ROWS = 0.15  # of the rows of a dirty file


@dataclass(frozen=True, slots=True)
class Expected:
    """A row that must come back, by the number its sender sees, and a code that must be among the reasons."""

    row: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFile:
    """One file of the demo city."""

    path: Path
    item: Item
    department: Department
    period: str  # 2025-11 至 2026-10
    rows: int
    look: Look
    expected: tuple[Expected, ...]  # everything that must come back

    @property
    def department_code(self) -> str:
        """Code of the department that hands the file in."""
        return self.department.code


def write_files(folder: Path, city: City) -> Iterator[DemoFile]:
    """Write the year's files into the folder, one after the other, each yielded when it is complete on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = dirty = number = 0
    smallest = max(12, city.organisations.height // 250)  # few large dirty files rather than many small ones
    for batch in city.batches():
        for part in _parts(batch):
            number += 1
            dice = Dice(city.seed, "file", batch.item.id, batch.department.code, str(number))
            rows += part.height
            spoiled = part.height >= smallest and dirty + part.height <= (_DIRTY_FILES + 0.02) * rows
            dirty += part.height if spoiled else 0
            yield _write_one(folder, city, batch, part, dice, number=number, spoiled=spoiled)


def _parts(batch: Batch) -> Iterator[pl.DataFrame]:
    rows, governing = batch.rows, batch.item.governing
    if governing in rows.columns and rows[governing].dtype == pl.Date:
        rows = rows.sort(governing, nulls_last=True, maintain_order=True)
    count = -(-rows.height // LARGEST)
    size = -(-rows.height // count)
    for start in range(0, rows.height, size):
        yield rows[start : start + size]


def _write_one(
    folder: Path, city: City, batch: Batch, part: pl.DataFrame, dice: Dice, *, number: int, spoiled: bool
) -> DemoFile:
    item, department = batch.item, batch.department
    look = look_for(item, part.height, dice)
    cells = render(part, item, look)
    done: list[dirt.Spoiled] = []
    if spoiled:
        cells, done = dirt.spoil(cells, item, city.policy, dice, city.on, share=_DIRTY_ROWS)
    names = [name for name in cells.columns if _worth_a_column(item, name, cells)]
    period = _period(part, item)
    stem = f"{number:03d}-{department.short or department.name}-{plain_name(item.zh)}"
    path = folder / f"{stem}.{look.format}"
    placed = write(
        path,
        cells.select(names),
        headers(item, names, look),
        item=item,
        look=look,
        title=f"{department.name}{item.zh}（{period}）",
    )
    return DemoFile(
        path=path,
        item=item,
        department=department,
        period=period,
        rows=cells.height,
        look=look,
        expected=tuple(Expected(placed.row_of(s.place), s.code) for s in sorted(done, key=lambda s: s.place)),
    )


def _worth_a_column(item: Item, name: str, cells: pl.DataFrame) -> bool:
    """Clerks keep the columns of the template; only those of optional fields that nobody ever fills fall away."""
    return item.field(name).required.value in "MCR" or cells[name].null_count() < cells.height


def _period(part: pl.DataFrame, item: Item) -> str:
    if item.governing not in part.columns or part[item.governing].dtype != pl.Date:
        return "全部"
    days = part[item.governing].drop_nulls()
    if days.is_empty():
        return "全部"
    first, last = days.min(), days.max()
    return f"{first:%Y-%m} 至 {last:%Y-%m}"
