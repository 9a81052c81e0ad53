"""The answer as a text table (CSV), for files of more rows than a worksheet holds: two columns are added to the sender's own."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from xinheng.core.intake.checked import CheckedBlock
from xinheng.core.intake.engine import Checking
from xinheng.core.intake.table import ROW, Headed
from xinheng.documents.own_columns import ERRORS, ROW_NUMBER, VERDICT, without_ours
from xinheng.documents.row_texts import RowText, row_texts
from xinheng.documents.withheld import mask, withheld_columns

_RETURNED, _DOUBTFUL, _GOOD = "退回", "通过（有提醒）", "通过"


class AnnotatedText:
    """Writes the answer as UTF-8 CSV (with the mark Excel needs) while blocks are checked.

    Records keep their numbers: what the reader left out becomes an empty record. ``only_returned`` writes just the rows that
    go back. The file appears under its name when ``close`` has succeeded, never half-written.
    """

    def __init__(self, path: Path, checking: Checking, *, only_returned: bool = False) -> None:
        self._path, self._checking, self._only_returned = Path(path), checking, only_returned
        self._part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._file = self._part.open("wb")
        self._file.write(b"\xef\xbb\xbf")
        self._titles: list[str] | None = None
        self._next_row = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()

    def add_block(self, block: CheckedBlock) -> None:
        """Write the rows of one block."""
        texts = row_texts(block)
        titles = self._titles if self._titles is not None else self._begin(block)
        cells = block.original.select(ROW, *(t for t in titles if t in block.original.columns))
        cells = mask(cells, withheld_columns(block.item, self._checking.header_maps[block.sheet]))
        cells = _answered(cells, texts)
        if self._only_returned:
            cells = cells.filter(pl.col(VERDICT) == _RETURNED)
            if ROW_NUMBER not in titles:
                cells = cells.insert_column(cells.width - 2, cells.get_column(ROW).cast(pl.String).alias(ROW_NUMBER))
        elif cells.height:
            last = int(cells.get_column(ROW)[-1])
            every = pl.int_range(self._next_row, last + 1, dtype=pl.UInt32, eager=True).alias(ROW).to_frame()
            if every.height > cells.height:
                cells = every.join(cells, on=ROW, how="left", maintain_order="left")
            self._next_row = last + 1
        self._file.write(cells.drop(ROW).write_csv(include_header=False).encode())

    def close(self) -> None:
        """Finish the file and let it appear."""
        self.finish()
        self.appear()

    def finish(self) -> None:
        """Write everything out; the file does not appear yet."""
        self._file.close()

    def appear(self) -> None:
        """Let the finished file appear under its name."""
        self._part.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _begin(self, block: CheckedBlock) -> list[str]:
        titles = self._titles = without_ours([title for title in block.original.columns if title != ROW])
        table = self._checking.tables[block.sheet]
        above = list(table.above[:-1]) if isinstance(table, Headed) and not self._only_returned else []
        numbered = [ROW_NUMBER] if self._only_returned and ROW_NUMBER not in titles else []
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        width = len(titles) + 2
        writer.writerows([*row[:width], *[None] * (width - len(row))] for row in above)
        writer.writerow([*titles, *numbered, VERDICT, ERRORS])
        self._file.write(text.getvalue().encode())
        self._next_row = table.header_row + 1
        return titles


def _answered(cells: pl.DataFrame, texts: dict[int, RowText]) -> pl.DataFrame:
    said = pl.DataFrame(
        {
            ROW: pl.Series(list(texts), dtype=pl.UInt32),
            VERDICT: [_RETURNED if t.fatal else _DOUBTFUL for t in texts.values()],
            ERRORS: [t.text for t in texts.values()],
        },
        schema_overrides={VERDICT: pl.String, ERRORS: pl.String},
    )
    cells = cells.join(said, on=ROW, how="left", maintain_order="left").with_columns(pl.col(VERDICT).fill_null(_GOOD))
    gated = [row for row, text in texts.items() if text.gated]
    if not gated:
        return cells
    kept = (ROW, ROW_NUMBER, VERDICT, ERRORS)
    about_person = pl.col(ROW).is_in(gated)
    return cells.with_columns(
        pl.when(~about_person).then(pl.col(title)).alias(title) for title in cells.columns if title not in kept
    )
