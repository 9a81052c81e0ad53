"""Small frames gathered into blocks, empty text made null, rows numbered: the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from xinheng.core.intake.reading.limits import BLOCK_BYTES, BLOCK_ROWS
from xinheng.core.intake.table import ROW

_SHORT = 2  # times the size of the first block doubles until blocks are whole


def grouped(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Gather small frames into blocks, the first ones short so that their checks can begin; an empty text is an empty cell.

    Where the source fails, what was read before is handed on first, so that the caller knows how far it came.
    """
    held: list[pl.DataFrame] = []
    rows = size = 0
    enough = BLOCK_ROWS >> _SHORT
    failure: Exception | None = None
    source = iter(frames)
    while True:
        try:
            frame = next(source, None)
        except pl.exceptions.PolarsError as error:
            failure, frame = error, None
        if frame is not None:
            held.append(frame)
            rows, size = rows + frame.height, size + int(frame.estimated_size())
            if rows < enough and size < BLOCK_BYTES:
                continue
        if held:
            del frame
            block = empty_is_null(pl.concat(held, rechunk=False))
            held, rows, size, enough = [], 0, 0, min(enough << 1, BLOCK_ROWS)
            yield block
            del block
            if failure is None:
                continue
        if failure is not None:
            raise failure
        return


def empty_is_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Make empty text null."""
    texts = [c.name for c in frame.get_columns() if c.dtype == pl.String and c.null_count() < len(c)]
    shortest = frame.select_seq(pl.col(texts).str.len_bytes().min()).row(0) if texts else ()
    names = [name for name, size in zip(texts, shortest, strict=True) if size == 0]
    return (
        frame.with_columns_seq(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
        if names
        else frame
    )


def numbered(frame: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """Put row numbers in front, counting from ``first``."""
    numbers = pl.int_range(first, first + frame.height, dtype=pl.UInt32, eager=True).alias(ROW)
    return pl.DataFrame([numbers, *frame.get_columns()])
