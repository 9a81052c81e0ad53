"""Writing one file: the data where its department puts it, and the clutter around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from xinheng.core.policy.model import FieldType, Item
from xinheng.demo.look import Look, is_number

_OWN, _UNKNOWN = "x_内部流转号", "经办科室意见"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the data went."""

    first_row: int  # number of the first data row as the sender sees it, from 1

    def row_of(self, place: int) -> int:
        """Return the sender's number of the row at this place of the frame."""
        return self.first_row + place


def plain_name(text: str) -> str:
    """Return a name that files and worksheets may bear."""
    return text.translate(str.maketrans("/\\:*?[]", "、、：＊？（）"))


def write(path: Path, cells: pl.DataFrame, titles: list[str], *, item: Item, look: Look, title: str) -> Placed:
    """Write the cells under the titles; columns of the frame are named like the fields of the item."""
    if look.format == "xlsx":
        return _write_xlsx(path, cells, titles, item=item, look=look, title=title)
    named = cells.rename(dict(zip(cells.columns, titles, strict=True)))
    if look.format == "jsonl":
        path.write_text(named.write_ndjson(), encoding="utf-8")
        return Placed(1)
    path.write_bytes(named.write_csv(line_terminator="\r\n").encode(look.encoding))
    return Placed(2)


def _write_xlsx(path: Path, cells: pl.DataFrame, titles: list[str], *, item: Item, look: Look, title: str) -> Placed:
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - fixed, so that the same seed gives the same bytes
        sheet = book.add_worksheet(plain_name(item.zh)[:31])
        bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
        day = book.add_format({"num_format": "yyyy/mm/dd"})
        titles = titles + [_OWN] * look.own_column + [_UNKNOWN] * look.unknown_column
        top = 0
        for line in (title, "填报说明：日期按年/月/日填写，金额单位见列名。")[: look.title_rows]:
            sheet.merge_range(top, 0, top, max(len(titles) - 1, 1), line, bold)
            top += 1
        if look.groups:
            _write_groups(sheet, top, len(titles), bold)
            top += 1
        sheet.write_row(top, 0, titles, bold)
        _write_cells(sheet, top + 1, cells, item=item, look=look, day=day)
        last = top + 1 + cells.height
        if look.totals:
            sheet.write_string(last, 0, f"合计：{cells.height}条")
    return Placed(top + 2)


def _write_groups(sheet: xlsxwriter.worksheet.Worksheet, top: int, width: int, bold: object) -> None:
    half = width // 2
    for first, last, name in ((0, half - 1, "主体情况"), (half, width - 1, "决定情况")):
        if last > first:
            sheet.merge_range(top, first, top, last, name, bold)
        else:
            sheet.write_string(top, first, name, bold)


def _write_cells(
    sheet: xlsxwriter.worksheet.Worksheet, first: int, cells: pl.DataFrame, *, item: Item, look: Look, day: object
) -> None:
    fields = [item.field(name) for name in cells.columns]
    as_date = [f.type is FieldType.DATE and look.dates in ("cell", "serial") for f in fields]
    as_number = [look.numbers and is_number(f) for f in fields]
    plain = not any(as_date) and not any(as_number)
    write_string, own, unknown = sheet.write_string, cells.width, cells.width + look.own_column
    for number, row in enumerate(cells.iter_rows(), start=first):
        if look.hidden and number == first + 2:
            sheet.set_row(number, None, None, {"hidden": True})
        for place, cell in enumerate(row):
            if cell is None:
                continue
            if plain or not (as_date[place] or as_number[place]):
                write_string(number, place, cell)
            else:
                _write_typed(sheet, number, place, cell, is_date=as_date[place], look=look, day=day)
        if look.own_column:
            write_string(number, own, f"LZ{number:05d}")
        if look.unknown_column:
            write_string(number, unknown, "已阅")


def _write_typed(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: str, *, is_date: bool, look: Look, day: object
) -> None:
    """Write a number or a real date; what a careless hand left there stays the text it is."""
    try:
        if not is_date or look.dates == "serial":
            sheet.write_number(row, column, float(cell))
        else:
            sheet.write_datetime(row, column, datetime.strptime(cell, "%Y/%m/%d"), day)  # noqa: DTZ007 - a day, no zone
    except ValueError:
        sheet.write_string(row, column, cell)
