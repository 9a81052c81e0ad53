"""Findings are gathered by column masks, counted exactly and sorted; only the examples in the report are capped."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from xinheng.core.intake.check import Check
from xinheng.core.intake.checked import Report
from xinheng.core.intake.finding import Finding, Level
from xinheng.core.intake.headers import HeaderMap
from xinheng.core.intake.judged import Judged
from xinheng.core.intake.messages import level_of, sentence
from xinheng.core.intake.table import ROW
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


class BlockFindings:
    """The findings of one block while its checks run."""

    def __init__(
        self, collector: Collector, block: pl.DataFrame, mapped: HeaderMap, order: Mapping[str, int], sheet: str | None
    ) -> None:
        self._collector, self._block, self._mapped, self._order, self._sheet = collector, block, mapped, order, sheet
        self._parts: list[pl.DataFrame] = []
        self._bad = self._nowhere()
        self._sealed: set[str] = set()
        self._unreadable: dict[str, pl.Series] = {}

    def column(self, name: str, judged: Judged, *, sealed: bool) -> None:
        """Take over what the reader of a column found."""
        if sealed:
            self._sealed.add(name)
        for kind in ("reason", "warning"):
            if (found := judged.cells(kind)) is not None:
                at, codes = found
                if kind == "reason":
                    self._unreadable[name] = self._nowhere().scatter(at, True)
                self._add(at, name, codes=codes)
        if (repaired := judged.cells("repair")) is not None:
            for kind, count in repaired[1].value_counts().iter_rows():
                self._collector.repaired(kind, count)

    def required(self, spec: Field, judged: Judged) -> None:
        """Find blank cells of a field that must, or should, be filled."""
        blank = judged.blank()
        if blank is not None:
            code = "field.required" if spec.required is Required.MANDATORY else "field.expected"
            self._add(blank.arg_true(), spec.name, code=code)

    def row_check(self, check: Check, mask: pl.Series) -> None:
        """Take over the rows that break a check; a cell that could not even be read is not blamed twice."""
        unreadable = self._unreadable.get(check.field)
        if unreadable is not None:
            mask = mask & ~unreadable
        self._add(mask.arg_true(), check.field, code=check.code, level=check.level, detail=check.message)

    def duplicates(self, first: pl.Series) -> None:
        """Find rows whose statement stands earlier in the same hand-in."""
        at = first.is_not_null().arg_true()
        self._add(at, None, code="duplicate.in-file", details=first[at].cast(pl.String))

    def _nowhere(self) -> pl.Series:
        return pl.Series("bad", [False], dtype=pl.Boolean).new_from_index(0, self._block.height)

    def good(self) -> pl.Series:
        """Return where no fatal finding was made so far."""
        return ~self._bad

    def frame(self) -> pl.DataFrame:
        """Return the findings of the block, sorted, and count them into the report."""
        if not self._parts:
            return pl.DataFrame(schema=SCHEMA)
        frame = pl.concat(self._parts).sort("row", "__at", "code").drop("__at")
        self._collector.take(frame, self._sheet)
        return frame

    def _add(
        self,
        at: pl.Series,
        name: str | None,
        *,
        code: str = "",
        codes: pl.Series | None = None,
        level: Level | None = None,
        detail: str | None = None,
        details: pl.Series | None = None,
    ) -> None:
        """Take over one kind of finding at these places; ``codes`` and ``details`` are as long as ``at``."""
        if len(at) == 0:
            return
        titles = self._mapped.fields.get(name or "", ())
        title = titles[0] if titles else None
        if title is None:
            seen: pl.Expr | pl.Series = _text(None)
        elif name in self._sealed:
            seen = _text(MASK)
        else:
            seen = self._block.get_column(title)[at]
        kinds = [code] if codes is None else codes.unique().to_list()
        if len(kinds) == 1:
            level = level or level_of(kinds[0])
            fatal = at if level is Level.FATAL else None
            levels: pl.Expr | pl.Series = _text(level.value)
        else:
            assert codes is not None
            levels = codes.replace_strict({kind: level_of(kind).value for kind in kinds})
            fatal = at.filter(levels == Level.FATAL.value)
        if fatal is not None and len(fatal):
            self._bad = self._bad.scatter(fatal, True)
        self._parts.append(
            pl.select(
                row=self._block.get_column(ROW)[at],
                code=_text(code) if codes is None else codes,
                level=levels,
                field=_text(name),
                column=_text(title),
                seen=seen,
                detail=_text(detail) if details is None else details,
                __at=pl.lit(self._order.get(title or "", -1), dtype=pl.Int32),
            )
        )


def _text(value: str | None) -> pl.Expr:
    return pl.lit(value, dtype=pl.String)


class Collector:
    """Counts every finding of a hand-in and keeps the first examples of each code."""

    def __init__(self, report: Report, *, limit: int) -> None:
        self.report, self._limit = report, limit
        self._kept: list[tuple[str | None, pl.DataFrame]] = []
        self._examples: dict[str, int] = {}
        self._ahead: list[Finding] = []
        self.item: Item | None = None

    def block(
        self, block: pl.DataFrame, mapped: HeaderMap, order: Mapping[str, int], *, sheet: str | None, item: Item
    ) -> BlockFindings:
        """Begin the findings of one block."""
        self.item = item
        return BlockFindings(self, block, mapped, order, sheet)

    def add_one(self, finding: Finding) -> None:
        """Take a finding about the header or the file."""
        self._count(finding.code, finding.level, 1)
        self._ahead.append(finding)

    def repaired(self, kind: str, count: int) -> None:
        """Count safe repairs of one kind."""
        if count:
            self.report.normalised[kind] = self.report.normalised.get(kind, 0) + count

    def take(self, frame: pl.DataFrame, sheet: str | None) -> None:
        """Count a block's findings and keep examples."""
        for code, level, count in frame.group_by("code").agg(pl.first("level"), pl.len()).iter_rows():
            self._count(code, Level(level), count)
        wanted = frame.with_columns(nth=pl.int_range(pl.len()).over("code")).filter(
            pl.col("nth")
            < self._limit - pl.col("code").replace_strict(self._examples, default=0, return_dtype=pl.Int64)
        )
        if wanted.height:
            for code, count in wanted.group_by("code").len().iter_rows():
                self._examples[code] = self._examples.get(code, 0) + count
            self._kept.append((sheet, wanted.drop("nth")))

    def finish(self) -> None:
        """Write the examples into the report, in the order of the file."""
        item = self.item
        assert item is not None
        findings = list(self._ahead)
        for sheet, frame in self._kept:
            for row in frame.iter_rows(named=True):
                spec = item.by_name.get(row["field"]) if row["field"] else None
                findings.append(
                    Finding(
                        code=row["code"],
                        level=Level(row["level"]),
                        message=sentence(row["code"], item=item, field=spec, seen=row["seen"], detail=row["detail"]),
                        sheet=sheet,
                        row=row["row"],
                        column=row["column"],
                        field=row["field"],
                        seen=row["seen"],
                    )
                )
        self.report.findings = findings
        self.report.counts = dict(sorted(self.report.counts.items()))

    def _count(self, code: str, level: Level, count: int) -> None:
        self.report.counts[code] = self.report.counts.get(code, 0) + count
        self.report.levels[code] = level
