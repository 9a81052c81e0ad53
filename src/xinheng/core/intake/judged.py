"""What becomes of one column of cells: its clean values, and for each cell what is wrong, doubtful or was repaired."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import polars as pl

from xinheng.core.places import filled, places

Found = Literal["reason", "warning", "repair"]
FOUND: tuple[Found, ...] = ("reason", "warning", "repair")
Cells = tuple[pl.Series, pl.Series]  # places (UInt32) in the column, and a code for each


@dataclass(frozen=True)
class Judged:
    """One column after reading. All series are as long as the column; ``None`` means "nowhere anything"."""

    value: pl.Series  # String: canonical text, null where empty or unusable
    reason: pl.Series | None = None  # String: code of the fatal finding of the cell
    warning: pl.Series | None = None  # String: code of the warning of the cell
    repair: pl.Series | None = None  # String: kind of the safe repair that was made
    typed: pl.Series | None = None  # Date, Int64 (分, counts) … where checks compute with the value
    marks: Mapping[str, pl.Series] = field(default_factory=dict)  # Booleans a reader learned on its way: doc_no:usual

    def cells(self, found: Found) -> Cells | None:
        """Return the places of the cells of which something was found, and what; ``None`` where nothing was."""
        codes: pl.Series | None = getattr(self, found)
        if codes is None or codes.null_count() == len(codes):
            return None
        at = filled(codes)
        return at, codes[at]

    def blank(self) -> pl.Series | None:
        """Say which cells are empty (malformed ones are not); ``None`` where none is."""
        if self.value.null_count() == 0:
            return None
        return self.value.is_null() if self.reason is None else self.value.is_null() & self.reason.is_null()

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


class Spotted(Judged):
    """A column in which something was found in a few cells only: kept by place, spread over the column only where asked for."""

    def __init__(
        self, value: pl.Series, found: Mapping[Found, Cells], marks: Mapping[str, pl.Series] | None = None
    ) -> None:
        for name, given in (("value", value), ("found", found), ("typed", None), ("marks", marks or {})):
            object.__setattr__(self, name, given)

    found: Mapping[Found, Cells]

    @cached_property
    def reason(self) -> pl.Series | None:
        return self._spread("reason")

    @cached_property
    def warning(self) -> pl.Series | None:
        return self._spread("warning")

    @cached_property
    def repair(self) -> pl.Series | None:
        return self._spread("repair")

    def cells(self, found: Found) -> Cells | None:
        """Return the places of the cells of which something was found, and what."""
        return self.found.get(found)

    def blank(self) -> pl.Series | None:
        """Say which cells are empty."""
        if self.value.null_count() == 0:
            return None
        empty = self.value.is_null()
        unreadable = self.found.get("reason")
        return empty if unreadable is None else empty.scatter(unreadable[0], False)

    def _spread(self, found: Found) -> pl.Series | None:
        cells = self.found.get(found)
        if cells is None:
            return None
        at, codes = cells
        return pl.Series(codes.name, [None], dtype=pl.String).new_from_index(0, len(self.value)).scatter(at, codes)


def spotted(
    values: pl.Series,
    at: pl.Series,
    closer: pl.DataFrame,
    *,
    warned: Cells | None = None,
    marks: Mapping[str, pl.Series] | None = None,
) -> Judged:
    """Return a column that stands as sent but for the cells ``at``, of which ``closer`` tells value, reason, warning, repair.

    ``warned``: further cells, right as they stand, that carry a warning.
    """
    found: dict[Found, Cells] = {}
    for name in FOUND:
        codes = closer.get_column(name)
        nulls = codes.null_count()
        if nulls == 0:
            found[name] = at, codes
        elif nulls < len(codes):
            told = filled(codes)
            found[name] = at[told], codes[told]
    if warned is not None:
        here = found.get("warning")
        found["warning"] = (
            warned if here is None else (pl.concat([here[0], warned[0]]), pl.concat([here[1], warned[1]]))
        )
    return Spotted(values.clone().scatter(at, closer.get_column("value")), found, marks)


class Known:
    """The distinct values of a column that repeats, and what has been asked about each of them so far.

    ``judged``: value, reason, warning, repair (and typed) of each number; the last row is the empty cell. Questions are answered
    once for each value, whatever the number of rows and blocks.
    """

    def __init__(self, raw: pl.Series, judged: pl.DataFrame) -> None:
        self.judged = judged
        self.as_sent = judged.get_column("value")[:-1].equals(raw, null_equal=True)  # every value stands as it was sent
        self._answers: dict[Hashable, tuple[pl.Series, bool]] = {}

    def answer(self, question: Hashable, ask: Callable[[pl.DataFrame], pl.Series]) -> tuple[pl.Series, bool]:
        """Return a Boolean for each value, and whether it is true of any."""
        found = self._answers.get(question)
        if found is None:
            told = ask(self.judged)
            found = self._answers[question] = (told, bool(told.any()))
        return found


class Numbered(Judged):
    """A column of repeating values: each row holds the number of a known value. Columns of text are made only where asked for."""

    def __init__(self, raw: pl.Series, known: Known, numbers: pl.Series) -> None:
        for name, given in (("raw", raw), ("known", known), ("numbers", numbers), ("marks", {})):
            object.__setattr__(self, name, given)

    raw: pl.Series
    known: Known
    numbers: pl.Series  # UInt32, never null

    @cached_property
    def value(self) -> pl.Series:
        return self.raw if self.known.as_sent else self._gathered("value")

    @cached_property
    def reason(self) -> pl.Series | None:
        return self._gathered("reason") if self._any("reason") else None

    @cached_property
    def warning(self) -> pl.Series | None:
        return self._gathered("warning") if self._any("warning") else None

    @cached_property
    def repair(self) -> pl.Series | None:
        return self._gathered("repair") if self._any("repair") else None

    @cached_property
    def typed(self) -> pl.Series | None:
        return self._gathered("typed") if "typed" in self.known.judged.columns else None

    def cells(self, found: Found) -> Cells | None:
        """Return the places of the cells of which something was found, and what."""
        told, any_told = self.known.answer(("found", found), lambda known: known.get_column(found).is_not_null())
        at = places(told[self.numbers]) if any_told else None
        if at is None or not len(at):
            return None
        return at, self.known.judged.get_column(found)[self.numbers[at]]

    def blank(self) -> pl.Series | None:
        """Say which cells are empty."""
        told, _ = self.known.answer(
            "blank", lambda known: known.get_column("value").is_null() & known.get_column("reason").is_null()
        )
        if told.sum() == 1 and self.raw.null_count() == 0:  # only the empty cell itself is blank
            return None
        return told[self.numbers]

    def _any(self, found: Found) -> bool:
        return self.known.judged.get_column(found).null_count() < self.known.judged.height

    def _gathered(self, name: str) -> pl.Series:
        return self.known.judged.get_column(name)[self.numbers]


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
