"""One call for whoever answers a sender: check a file once, and write its answers beside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from xinheng.core.intake.checked import CheckedBlock, Report
from xinheng.core.intake.engine import Checking
from xinheng.documents.annotated import AnnotatedWorkbook
from xinheng.documents.annotated_text import AnnotatedText
from xinheng.documents.styles import MAX_ROWS

Writer = AnnotatedWorkbook | AnnotatedText

_PIECE = 8 << 20
# What at least one of stands in every record of a text format: never fewer than the rows, often more.
_ROW_MARKS = {"csv": (b"\n", b"\r"), "jsonl": (b"\n", b"\r"), "json": (b"}", b"]")}


def fits_worksheet(path: Path, format: str) -> bool:
    """Say whether a file surely holds no more rows than a worksheet; decided before it is read."""
    if format in ("xlsx", "xls"):
        return True
    if format == "parquet":
        import polars as pl

        return int(pl.scan_parquet(path).select(pl.len()).collect().item()) < MAX_ROWS
    counts = [0] * 2
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            counts = [n + piece.count(mark) for n, mark in zip(counts, _ROW_MARKS[format], strict=True)]
    return max(counts) + 1 < MAX_ROWS


def open_writer(path: Path, checking: Checking, *, file_name: str, only_returned: bool = False) -> Writer:
    """Open an answer in the format its name asks for: .csv, or else a workbook."""
    if path.suffix.lower() == ".csv":
        return AnnotatedText(path, checking, only_returned=only_returned)
    return AnnotatedWorkbook(path, checking, file_name=file_name, only_returned=only_returned)


def write_answers(
    checking: Checking,
    *,
    file_name: str,
    annotated: Path | None = None,
    returned: Path | None = None,
    progress: Callable[[CheckedBlock], None] | None = None,
) -> Report:
    """Run the checks to the end, write the answers asked for, and return the report.

    Either all answers appear or none; a fault leaves nothing behind.
    """
    with ExitStack() as stack:
        writers = [
            stack.enter_context(open_writer(path, checking, file_name=file_name, only_returned=only))
            for path, only in ((annotated, False), (returned, True))
            if path is not None
        ]
        for block in checking:
            for writer in writers:
                writer.add_block(block)
            if progress is not None:
                progress(block)
            del block  # or it is kept until the next one has been checked
        for writer in writers:
            writer.finish()
        for writer in writers:
            writer.appear()
    return checking.report
