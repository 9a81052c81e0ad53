"""Reading alone: delimited text beside Polars' read_csv and beside bare transcoding, workbooks beside openpyxl."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.check import _file
from benchmarks.measure import HEADER, rounds


def ours(path: str) -> Callable[[], dict]:
    """Open the file and take every block, checking nothing."""
    from xinheng.core.intake.headers import known_headers
    from xinheng.core.intake.reading import open_source
    from xinheng.core.policy import default_policy

    known = known_headers(default_policy())

    def work() -> dict:
        source = open_source(Path(path), known_headers=known)
        return {"rows": sum(block.height for table in source.tables() for block in table.blocks())}

    return work


def openpyxl_reader(path: str) -> Callable[[], dict]:
    """openpyxl in its read-only mode, values only."""
    import openpyxl

    def work() -> dict:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = sum(1 for sheet in book.worksheets for _ in sheet.iter_rows(values_only=True))
        book.close()
        return {"rows": rows - 1}

    return work


def _workbook(rows: int) -> Path:
    import xlsxwriter

    path = _file(rows).with_suffix(".xlsx")
    if not path.exists():
        frame = pl.read_csv(_file(rows), infer_schema=False)
        with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([frame.columns, *frame.iter_rows()]):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write_string(at, column, cell)
    return path


def main(rows: int = 1_000_000, sheet_rows: int = 100_000, times: int = 3) -> None:
    """Print the table; ``python -m benchmarks.reading [rows [rows of the workbook [rounds]]]``."""
    utf8, gb, book = str(_file(rows)), str(_file(rows, "gb18030")), str(_workbook(sheet_rows))
    jobs = [
        ("read_csv, UTF-8", "benchmarks.check:bare_read", {"path": utf8}),
        ("xinheng, UTF-8", "benchmarks.reading:ours", {"path": utf8}),
        ("bare transcoding, GB18030", "benchmarks.check:bare_transcoding", {"path": gb}),
        ("xinheng, GB18030", "benchmarks.reading:ours", {"path": gb}),
        ("openpyxl, xlsx", "benchmarks.reading:openpyxl_reader", {"path": book}),
        ("xinheng, xlsx", "benchmarks.reading:ours", {"path": book}),
    ]
    figures = rounds(jobs, times=times)
    print(f"Reading {rows:,} rows of delimited text, {sheet_rows:,} of a workbook, {times} rounds\n\n{HEADER}")
    for peer, _, _ in jobs[::2]:
        print(figures[peer].row())
        name = peer.replace("read_csv", "xinheng").replace("bare transcoding", "xinheng").replace("openpyxl", "xinheng")
        print(figures[name].row(against=figures[peer].seconds))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
