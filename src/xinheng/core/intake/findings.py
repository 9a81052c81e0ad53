"""Findings are gathered by column masks, counted exactly and sorted; only the examples in the report are capped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from xinheng.core.intake.check import Check
from xinheng.core.intake.checked import Report
from xinheng.core.intake.finding import Finding, Level
from xinheng.core.intake.headers import HeaderMap
from xinheng.core.intake.judged import Judged
from xinheng.core.intake.messages import level_of, sentences
from xinheng.core.intake.table import ROW
from xinheng.core.places import filled, places
from xinheng.core.policy.model import Field, Item, Required

SCHEMA = {
    "row": pl.UInt32,
    "code": pl.String,
    "level": pl.String,
    "field": pl.String,
    "column": pl.String,
    "seen": pl.String,
    "detail": pl.String,  # what the sentence needs besides: the first row of a duplicate, a check's own sentence
}
MASK = "（已遮蔽）"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Findings of one code in one column of a block."""

    at: pl.Series  # places in the block
    code: str
    level: Level
    field: str | None
    column: str | None
    seen: pl.Series | str | None  # one text for each place, or the same for all
    detail: pl.Series | str | None


class BlockFindings:
    """The findings of one block while its checks run."""

    def __init__(
        self, collector: Collector, block: pl.DataFrame, mapped: HeaderMap, order: Mapping[str, int], sheet: str | None
    ) -> None:
        self._collector, self._block, self._mapped, self._order, self._sheet = collector, block, mapped, order, sheet
        self._parts: list[_Part] = []
        self._bad = np.zeros(block.height, dtype=np.bool_)
        self._sealed: set[str] = set()
        self._unreadable: dict[str, pl.Series] = {}  # places of the cells that could not be read

    def column(self, name: str, judged: Judged, *, sealed: bool) -> None:
        """Take over what the reader of a column found."""
        if sealed:
            self._sealed.add(name)
        for kind in ("reason", "warning"):
            if (found := judged.cells(kind)) is not None:
                at, codes = found
                if kind == "reason":
                    self._unreadable[name] = at
                kinds = Counter(codes.to_list())  # few cells: counting them here is sooner done than asked for
                for code in kinds:
                    self._add(at if len(kinds) == 1 else at.filter(codes == code), name, code, level_of(code))
        if (repaired := judged.cells("repair")) is not None:
            for kind, count in Counter(repaired[1].to_list()).items():
                self._collector.repaired(kind, count)

    def required(self, spec: Field, judged: Judged) -> None:
        """Find blank cells of a field that must, or should, be filled."""
        blank = judged.blank()
        if blank is not None:
            code = "field.required" if spec.required is Required.MANDATORY else "field.expected"
            self._add(places(blank), spec.name, code, level_of(code))

    def row_check(self, check: Check, mask: pl.Series) -> None:
        """Take over the rows that break a check; a cell that could not even be read is not blamed twice."""
        at, unreadable = places(mask), self._unreadable.get(check.field)
        if unreadable is not None:
            at = at.filter(pl.Series(~np.isin(at.to_numpy(), unreadable.to_numpy())))
        self._add(at, check.field, check.code, check.level, check.message)

    def duplicates(self, first: pl.Series) -> None:
        """Find rows whose statement stands earlier in the same hand-in."""
        code = "duplicate.in-file"
        if first.null_count() == len(first):
            return
        at = filled(first)
        self._add(at, None, code, level_of(code), first[at].cast(pl.String))

    def good(self) -> pl.Series:
        """Return where no fatal finding was made so far."""
        return pl.Series("good", ~self._bad)

    def frame(self) -> pl.DataFrame:
        """Return the findings of the block, sorted, and count them into the report."""
        if not self._parts:
            return pl.DataFrame(schema=SCHEMA)
        sizes = [len(part.at) for part in self._parts]
        # What all findings of a part share is written once for each part, and repeated by its number.
        part_of = pl.Series(np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes))
        shared = pl.DataFrame(
            [
                (
                    p.code,
                    p.level.value,
                    p.field,
                    p.column,
                    None if isinstance(p.seen, pl.Series) else p.seen,
                    None if isinstance(p.detail, pl.Series) else p.detail,
                    self._order.get(p.column or "", -1),
                )
                for p in self._parts
            ],
            schema={name: SCHEMA[name] for name in SCHEMA if name != "row"} | {"__at": pl.Int32},
            orient="row",
        )[part_of]
        frame = shared.insert_column(0, self._block.get_column(ROW)[pl.concat([p.at for p in self._parts])])
        begins = np.cumsum([0, *sizes])
        for name in ("seen", "detail"):
            own = [
                (begin, value)
                for begin, part in zip(begins, self._parts, strict=False)
                if isinstance(value := getattr(part, name), pl.Series)
            ]
            if own:
                at = np.concatenate([np.arange(begin, begin + len(value)) for begin, value in own])
                values = pl.concat([value.rename(name) for _, value in own])
                frame = frame.with_columns(frame.get_column(name).scatter(at, values))
        frame = frame.rename({ROW: "row"}).sort("row", "__at", "code").drop("__at")
        counts: dict[str, int] = {}
        for part, size in zip(self._parts, sizes, strict=True):
            counts[part.code] = counts.get(part.code, 0) + size
            self._collector.count(part.code, part.level, size)
        self._collector.keep_examples(frame, counts, self._sheet)
        return frame

    def _add(
        self, at: pl.Series, name: str | None, code: str, level: Level, detail: pl.Series | str | None = None
    ) -> None:
        """Take over one kind of finding at these places; ``detail``: for all of them, or one for each."""
        if len(at) == 0:
            return
        titles = self._mapped.fields.get(name or "", ())
        title = titles[0] if titles else None
        if title is None:
            seen: pl.Series | str | None = None
        elif name in self._sealed:
            seen = MASK
        else:
            seen = self._block.get_column(title)[at]
        if level is Level.FATAL:
            self._bad[at.to_numpy()] = True
        self._parts.append(_Part(at=at, code=code, level=level, field=name, column=title, seen=seen, detail=detail))


class Collector:
    """Counts every finding of a hand-in and keeps the first examples of each code."""

    def __init__(self, report: Report, *, limit: int) -> None:
        self.report, self._limit = report, limit
        self._examples: dict[str, int] = {}
        self._ahead: list[Finding] = []
        self._findings: list[Finding] = []  # in the order of the file
        self._speaking: dict[tuple[str, str | None], tuple[Level, Callable[[str | None, str | None], str]]] = {}
        self.item: Item | None = None

    def block(
        self, block: pl.DataFrame, mapped: HeaderMap, order: Mapping[str, int], *, sheet: str | None, item: Item
    ) -> BlockFindings:
        """Begin the findings of one block."""
        self.item = item
        return BlockFindings(self, block, mapped, order, sheet)

    def add_one(self, finding: Finding) -> None:
        """Take a finding about the header or the file."""
        self.count(finding.code, finding.level, 1)
        self._ahead.append(finding)

    def repaired(self, kind: str, count: int) -> None:
        """Count safe repairs of one kind."""
        if count:
            self.report.normalised[kind] = self.report.normalised.get(kind, 0) + count

    def keep_examples(self, frame: pl.DataFrame, counts: Mapping[str, int], sheet: str | None) -> None:
        """Keep the first findings of each code, up to the limit; ``counts``: how many of each are in this sorted frame."""
        room = {code: min(count, self._limit - self._examples.get(code, 0)) for code, count in counts.items()}
        if not any(room.values()):
            return
        if room != counts:
            code = pl.col("code")
            frame = frame.filter(pl.int_range(pl.len()).over(code) < code.replace_strict(room, return_dtype=pl.Int64))
        for kind, count in room.items():
            self._examples[kind] = self._examples.get(kind, 0) + count
        # Put into words here, beside the reading of the next block: after the last one nothing is beside.
        for row, code, level, name, column, seen, detail in frame.iter_rows():
            told = self._speaking.get((code, name)) or self._speak(code, level, name)
            self._findings.append(Finding(code, told[0], told[1](seen, detail), sheet, row, column, name, seen))

    def _speak(self, code: str, level: str, name: str | None) -> tuple[Level, Callable[[str | None, str | None], str]]:
        assert self.item is not None
        words = sentences(code, item=self.item, field=self.item.by_name.get(name) if name else None)
        told = self._speaking[code, name] = Level(level), words
        return told

    def finish(self) -> None:
        """Write the examples into the report, in the order of the file."""
        self.report.findings = self._ahead + self._findings
        self.report.counts = dict(sorted(self.report.counts.items()))

    def count(self, code: str, level: Level, count: int) -> None:
        """Count findings of one code."""
        self.report.counts[code] = self.report.counts.get(code, 0) + count
        self.report.levels[code] = level
