"""Where in a column something holds, as row numbers: a column of ours is short, so what counts is the cost of the call."""

from __future__ import annotations

import numpy as np
import polars as pl

_FILLED = pl.all().is_not_null().arg_true()


def places(mask: pl.Series) -> pl.Series:
    """Return where a column of Booleans without nulls is true (UInt32)."""
    return pl.Series(np.flatnonzero(mask.to_numpy()).astype(np.uint32))


def filled(column: pl.Series) -> pl.Series:
    """Return where a column is not null (UInt32)."""
    return column.to_frame().select_seq(_FILLED).to_series()
