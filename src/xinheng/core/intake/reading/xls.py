"""Old Excel workbooks (xls), read in a process of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from xinheng.core.intake.reading import isolated
from xinheng.core.intake.reading.workbook_parts import SheetPart

_ENCRYPTED = ("password", "encrypt")


def sheets(path: Path) -> tuple[SheetPart, ...]:
    """Return the worksheets of a workbook in order."""
    names = next(isolated.read(__name__, path, "names"))
    assert isinstance(names, dict)
    return tuple(SheetPart(name=name, part="", hidden=hidden) for name, hidden in names["sheets"])


def load_sheet(path: Path, sheet: str) -> pl.DataFrame:
    """Load the cells of one sheet as text."""
    frame = next(isolated.read(__name__, path, "cells", sheet))
    assert isinstance(frame, pl.DataFrame)
    return frame


def pieces(path: Path, wanted: str, sheet: str = "") -> Iterator[isolated.Piece]:
    """Yield the sheets with whether each is hidden, or the cells of one."""
    try:
        reader = fastexcel.read_excel(path)
        if wanted == "names":
            yield {
                "sheets": [
                    (name, reader.load_sheet(name, n_rows=1).visible != "visible") for name in reader.sheet_names
                ]
            }
        else:
            yield reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        locked = any(word in str(error).lower() for word in _ENCRYPTED)
        yield {"refused": "file.encrypted" if locked else "file.damaged"}
    except isolated.BROKEN:
        yield {"refused": "file.damaged"}
