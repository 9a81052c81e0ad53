"""A table taken away: the same rows, columns and order as on the page, all of them, as CSV or as an Excel workbook."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from xlsxwriter import Workbook

from xinheng.pages.tables.columns import Cell, Column

MOST_XLSX_ROWS = 1_048_575
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    def write(self, text: str) -> str:
        return text


def rows_of(rows: Any, columns: list[Column]) -> Iterator[list[str]]:
    """Yield the texts of each row."""
    for row in rows.iterator(chunk_size=2000) if isinstance(rows, QuerySet) else rows:
        yield [_whole(column.of(row)) for column in columns]


def _whole(cell: Cell) -> str:
    """Return what a cell says, with the small words under it."""
    return f"{cell.text}（{cell.small}）" if cell.text and cell.small else cell.text or cell.small


def csv_response(name: str, titles: list[str], rows: Iterable[list[str]]) -> StreamingHttpResponse:
    """Return rows as a CSV file that Excel opens rightly, written while it is sent."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow(titles)
        for row in rows:
            yield writer.writerow([_harmless(text) for text in row])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{_quoted(name)}.csv"},
    )


def write_xlsx(
    path: Path, title: str, titles: list[str], rows: Iterable[list[str]], *, step: Callable[[int], None] | None = None
) -> int:
    """Write rows into a workbook with constant memory and return how many; ``step`` is told how far it is."""
    number = 0
    with Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles) - 1, 20)
        for at, told in enumerate(titles):
            sheet.write_string(0, at, told, bold)
        for number, row in enumerate(rows, start=1):
            if number > MOST_XLSX_ROWS:
                break
            for at, told in enumerate(row):
                sheet.write_string(number, at, told)
            if step is not None and number % 1000 == 0:
                step(number)
    return number


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking what somebody once typed for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) and not text.lstrip("-").replace(".", "", 1).isdigit() else text


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name)
