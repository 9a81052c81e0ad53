"""Builders of files as departments really send them, and of files nobody should open."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
import xlwt

HEADER = ("行政相对人名称", "统一社会信用代码", "行政处罚决定书文号", "罚款金额（万元）", "处罚决定日期", "备注")
ROWS: tuple[tuple[str | None, ...], ...] = (
    ("深圳市示例一贸易有限公司", "914403000000000001", "深市监罚字〔2026〕1号", "0.5", "2026-03-09", None),
    (
        "深圳市“示例”二,贸易（集团）",
        "914403000000000002",
        "深市监罚字〔2026〕2号",
        "20",
        "2026/03/10",
        "第一行\n第二行",
    ),
    ("示例\u2029三\u2028店", "0012", "444\u3000号", None, "46090", '他说"可以"'),
    ("𠮷野家示例四", "91440300MA00000004", None, "1,234.56", "2026年3月9日", " 前后有空格 "),
)
KNOWN = frozenset(
    {
        "行政相对人名称",
        "统一社会信用代码",
        "行政处罚决定书文号",
        "罚款金额(万元)",
        "处罚决定日期",
        "备注",
        "CF_WSH",
        "CF_XDR_MC",
    }
)


def csv_bytes(
    rows: Iterable[Sequence[Any]] = ROWS,
    header: Sequence[str] = HEADER,
    *,
    encoding: str = "utf-8",
    separator: str = ",",
    newline: str = "\r\n",
    quoting: Any = csv.QUOTE_MINIMAL,
) -> bytes:
    """Rows as delimited text; UTF-16 gets its byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=newline, quoting=quoting)
    writer.writerows([header, *[["" if cell is None else cell for cell in row] for row in rows]])
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    return mark + out.getvalue().encode(encoding)


def json_bytes(
    rows: Iterable[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER, *, under: str | None = None
) -> bytes:
    """Rows as a JSON array of objects, or as an object that holds it."""
    records = [dict(zip(header, row, strict=True)) for row in rows]
    return json.dumps(
        {"total": len(records), under: records} if under else records, ensure_ascii=False, indent=1
    ).encode()


def json_lines_bytes(rows: Iterable[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER) -> bytes:
    """Rows as JSON Lines."""
    return b"".join(
        json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False).encode() + b"\n" for row in rows
    )


def write_parquet(path: Path, rows: Iterable[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER) -> Path:
    """Rows as Parquet, all text."""
    pl.DataFrame([list(row) for row in rows], schema=dict.fromkeys(header, pl.String), orient="row").write_parquet(path)
    return path


def write_xls(path: Path, rows: Iterable[Sequence[Any]] = ROWS, header: Sequence[str] = HEADER) -> Path:
    """Rows as an old Excel workbook."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("数据")
    for at, row in enumerate([header, *rows]):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(at, column, cell)
    book.save(str(path))
    return path


def write_xlsx(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]], dress: Any = None) -> Path:
    """Sheets of rows as a workbook; ``dress(book, worksheets)`` may merge, hide and format before it is saved."""
    book = xlsxwriter.Workbook(str(path))
    worksheets = []
    for name, rows in sheets or (("数据", [HEADER, *ROWS]),):
        sheet = book.add_worksheet(name)
        worksheets.append(sheet)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif cell is not None:
                    sheet.write(at, column, cell)
    if dress is not None:
        dress(book, worksheets)
    book.close()
    return path


def statements_xlsx(path: Path, *sheets: Sequence[dict[str, Any]]) -> Path:
    """Sheets of statements, as ``builders`` make them, as a workbook."""
    return write_xlsx(
        path, *((f"表{n}", [list(rows[0]), *(list(row.values()) for row in rows)]) for n, rows in enumerate(sheets))
    )


def repacked(path: Path, target: Path, change: dict[str, bytes]) -> Path:
    """A workbook with some of its parts replaced."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
    return target


def sheet_xml(cells: str) -> bytes:
    """A worksheet part with these rows."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()
