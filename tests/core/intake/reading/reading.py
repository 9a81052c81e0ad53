"""Opens a file for a test and gathers what was read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from support.files import KNOWN
from xinheng.core.intake.reading import open_source
from xinheng.core.intake.table import ROW, Note


@dataclass
class Read:
    format: str
    encoding: str | None
    frames: list[pl.DataFrame]
    sheets: list[str | None]
    headers: list[tuple[str, ...]]
    header_rows: list[int]
    notes: list[Note]

    @property
    def frame(self) -> pl.DataFrame:
        return pl.concat(self.frames).drop(ROW)

    @property
    def rows(self) -> list[int]:
        return [number for frame in self.frames for number in frame.get_column(ROW)]

    def note(self, code: str) -> Note:
        return next(note for note in self.notes if note.code == code)

    @property
    def codes(self) -> set[str]:
        return {note.code for note in self.notes}


def read(path: Path, known: frozenset[str] = KNOWN) -> Read:
    source = open_source(path, known_headers=known)
    found = Read(source.format, source.encoding, [], [], [], [], [])
    for table in source.tables():
        found.sheets.append(table.sheet)
        found.headers.append(table.header)
        found.header_rows.append(table.header_row)
        for block in table.blocks():
            assert block.columns == [ROW, *table.header]
            assert block.schema[ROW] == pl.UInt32
            assert all(dtype == pl.String for dtype in block.dtypes[1:])
            found.frames.append(block)
        found.notes.extend(table.notes)
    found.notes.extend(source.notes)
    return found


def read_bytes(folder: Path, content: bytes, name: str = "hand-in.csv") -> Read:
    path = folder / name
    path.write_bytes(content)
    return read(path)
