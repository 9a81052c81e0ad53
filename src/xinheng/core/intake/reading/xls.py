"""Old Excel workbooks (xls), read in a process of their own: cells by one library, what surrounds them by another."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from xinheng.core.intake.reading import isolated
from xinheng.core.intake.reading.sheet_scan import KEPT, SheetFacts
from xinheng.core.intake.reading.workbook_parts import SheetPart

_ENCRYPTED = ("password", "encrypt")
_NUMBER, _BOOLEAN, _ERROR, _BLANK = 2, 4, 5, (0, 6)  # xlrd's kinds of cells
_SIXTEEN_DIGITS = 1e15


def sheets(path: Path) -> tuple[SheetPart, ...]:
    """Return the worksheets of a workbook in order."""
    names = next(isolated.read(__name__, path, "names"))
    assert isinstance(names, dict)
    return tuple(SheetPart(name=name, part="", hidden=hidden) for name, hidden in names["sheets"])


def load_sheet(path: Path, sheet: str) -> tuple[pl.DataFrame, SheetFacts | None]:
    """Load the cells of one sheet as text, and what surrounds them; None where that cannot be read."""
    frame, told = isolated.read(__name__, path, "cells", sheet)
    assert isinstance(frame, pl.DataFrame)
    assert isinstance(told, dict)
    facts = told["facts"]
    return frame, None if facts is None else SheetFacts(**facts)


def pieces(path: Path, wanted: str, sheet: str = "") -> Iterator[isolated.Piece]:
    """Yield the sheets with whether each is hidden, or the cells of one and its facts."""
    try:
        reader = fastexcel.read_excel(path)
        if wanted == "names":
            yield {
                "sheets": [
                    (name, reader.load_sheet(name, n_rows=1).visible != "visible") for name in reader.sheet_names
                ]
            }
            return
        yield reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        locked = any(word in str(error).lower() for word in _ENCRYPTED)
        yield {"refused": "file.encrypted" if locked else "file.damaged"}
        return
    except isolated.BROKEN:
        yield {"refused": "file.damaged"}
        return
    try:
        facts: dict[str, Any] | None = asdict(_facts(path, sheet))
    except Exception:  # noqa: BLE001  a stricter reader than the first: its failure is told, the cells are good
        facts = None
    yield {"facts": facts}


def _facts(path: Path, name: str) -> SheetFacts:
    import xlrd  # type: ignore[import-untyped]  # its stubs are not worth a dependency for one call

    # Its log would go to the standard output, which carries our pieces.
    book = xlrd.open_workbook(path, formatting_info=True, on_demand=True, logfile=io.StringIO())
    sheet = book.sheet_by_name(name)
    facts = SheetFacts(rows=sheet.nrows, columns=sheet.ncols)
    facts.hidden_rows = sorted(n + 1 for n, row in sheet.rowinfo_map.items() if row.hidden)
    facts.hidden_columns = sorted(n + 1 for n, column in sheet.colinfo_map.items() if column.hidden)
    facts.merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells[:KEPT]]
    for at in range(sheet.nrows):
        _look(sheet.row_types(at), sheet.row_values(at), at + 1, facts, xlrd.error_text_from_code)
    return facts


def _look(kinds: Any, values: list[Any], row: int, facts: SheetFacts, errors: dict[int, str]) -> None:
    first = next((n for n, kind in enumerate(kinds, start=1) if kind not in _BLANK), 0)
    if first and (facts.first_column == 0 or first < facts.first_column):
        facts.first_column = first
    if _BOOLEAN in kinds:
        facts.booleans = True
    if _ERROR in kinds and len(facts.errors) < KEPT:
        cells = enumerate(zip(kinds, values, strict=True), start=1)
        facts.errors += [(row, n, errors.get(value, "#N/A")) for n, (kind, value) in cells if kind == _ERROR]
    if _NUMBER in kinds:
        for n, value in enumerate(values, start=1):
            if type(value) is float and abs(value) >= _SIXTEEN_DIGITS and kinds[n - 1] == _NUMBER:
                facts.long_numbers.append((row, n))
