"""100,000 penalty rows × 26 columns, 3 % of them bad: reading beside openpyxl, the annotated workbook beside the bare sheet.

The bare sheet is what XlsxWriter takes for the same cells as plain text in constant-memory mode: no colours, no comments, no
totals, and nothing checked. Blocks are read and checked before the clock starts: both sides are timed on writing alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import xlsxwriter

from benchmarks.measure import HEADER, rounds
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.intake.table import ROW
from xinheng.core.policy import default_policy
from xinheng.demo.bulk import write_penalties
from xinheng.documents.annotated import AnnotatedWorkbook

ON = date(2026, 4, 1)


def _checked(path: str) -> tuple:
    policy = default_policy()
    source = open_source(Path(path), known_headers=known_headers(policy))
    checking = check_source(source, policy, on=ON, item_id="adm.penalty")
    return checking, list(checking)


def write_bare(path: str) -> Callable[[], dict]:
    """Write the cells as they came, as text."""
    _, blocks = _checked(path)

    def work() -> dict:
        with tempfile.TemporaryDirectory() as folder:
            out, row = Path(folder, "bare.xlsx"), 0
            with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_urls": False}) as book:
                sheet = book.add_worksheet()
                sheet.write_row(0, 0, [title for title in blocks[0].original.columns if title != ROW])
                for block in blocks:
                    for row, *cells in block.original.iter_rows():
                        for column, cell in enumerate(cells):
                            if cell is not None:
                                sheet.write_string(row - 1, column, cell)
            return {"rows": row - 1, "MB": round(out.stat().st_size / 1e6, 1)}

    return work


def write_annotated(path: str) -> Callable[[], dict]:
    """Write the sender's answer: same cells, every finding in its column, colours, comments, totals."""
    checking, blocks = _checked(path)

    def work() -> dict:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "annotated.xlsx")
            with AnnotatedWorkbook(out, checking, file_name="penalties.csv") as book:
                for block in blocks:
                    book.add_block(block)
                book.close()
            report = checking.report
            return {"rows": report.rows, "returned": report.returned, "MB": round(out.stat().st_size / 1e6, 1)}

    return work


def read_ours(path: str) -> Callable[[], dict]:
    """Read a workbook into blocks of text cells: header found, hidden rows, merged cells and error values looked for."""
    known = known_headers(default_policy())

    def work() -> dict:
        source = open_source(Path(path), known_headers=known)
        return {"rows": sum(block.height for table in source.tables() for block in table.blocks())}

    return work


def read_openpyxl(path: str) -> Callable[[], dict]:
    """Read the same workbook with openpyxl in its fast, read-only way."""
    import openpyxl

    def work() -> dict:
        sheet = openpyxl.load_workbook(path, read_only=True)["行政处罚"]
        return {"rows": sum(1 for _ in sheet.iter_rows(values_only=True)) - 1}

    return work


def main(rows: int = 100_000, times: int = 3) -> None:
    """Run all four and print the two ratios."""
    with tempfile.TemporaryDirectory() as folder:
        csv, xlsx = Path(folder, "penalties.csv"), Path(folder, "penalties.xlsx")
        write_penalties(csv, rows)
        write_penalties(xlsx, rows, format="xlsx")
        here = "benchmarks.workbook:"
        figures = rounds(
            [
                ("bare sheet (XlsxWriter)", here + "write_bare", {"path": str(csv)}),
                ("annotated workbook", here + "write_annotated", {"path": str(csv)}),
                ("reading", here + "read_ours", {"path": str(xlsx)}),
                ("reading (openpyxl)", here + "read_openpyxl", {"path": str(xlsx)}),
            ],
            times=times,
        )
    bare, annotated, ours, theirs = figures.values()
    print(f"\n{rows:,} rows × 26 columns, medians of {times} rounds\n\n{HEADER}")
    print(bare.row(), annotated.row(bare.seconds), theirs.row(), ours.row(theirs.seconds), sep="\n")
    print(f"\nannotated / bare: {annotated.seconds / bare.seconds:.2f} (budget 2)")
    print(f"openpyxl / ours: {theirs.seconds / ours.seconds:.1f} (budget 8)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
