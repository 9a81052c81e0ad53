"""What becomes of one column of cells: its clean values, and for each cell what is wrong, doubtful or was repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class Judged:
    """One column after reading. All series are as long as the column; ``None`` means "nowhere anything"."""

    value: pl.Series  # String: canonical text, null where empty or unusable
    reason: pl.Series | None = None  # String: code of the fatal finding of the cell
    warning: pl.Series | None = None  # String: code of the warning of the cell
    repair: pl.Series | None = None  # String: kind of the safe repair that was made
    typed: pl.Series | None = None  # Date, Int64 (分, counts) … where checks compute with the value
    distinct: pl.Series | None = None  # where values repeat: at least every canonical value of the column, once
    marks: Mapping[str, pl.Series] = field(default_factory=dict)  # Booleans a reader learned on its way: doc_no:usual

    def frame(self) -> pl.DataFrame:
        """Return the series side by side, missing ones as null columns."""
        n = len(self.value)
        parts = {"value": self.value}
        for name in ("reason", "warning", "repair"):
            series: pl.Series | None = getattr(self, name)
            parts[name] = pl.Series(name, [None] * n, dtype=pl.String) if series is None else series
        if self.typed is not None:
            parts["typed"] = self.typed
        return pl.DataFrame(parts)


def of_frame(frame: pl.DataFrame, *, typed: bool = False) -> Judged:
    """Build from columns ``value``, ``reason``, ``warning``, ``repair`` (and ``typed``), dropping those that are all null."""

    def unless_empty(name: str) -> pl.Series | None:
        series = frame.get_column(name)
        return None if series.null_count() == len(series) else series

    return Judged(
        value=frame.get_column("value"),
        reason=unless_empty("reason"),
        warning=unless_empty("warning"),
        repair=unless_empty("repair"),
        typed=frame.get_column("typed") if typed else None,
    )
