"""The main line of intake: cells in blocks → clean values → checks → rows with a verdict, and one report."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from xinheng.core.intake.checked import CheckedBlock, Report
from xinheng.core.intake.finding import FileUnusable, Level
from xinheng.core.intake.findings import Collector
from xinheng.core.intake.headers import HeaderMap, map_headers, recognise
from xinheng.core.intake.judged import Judged
from xinheng.core.intake.sheet import CheckedSheet
from xinheng.core.intake.table import Note, Source, Table
from xinheng.core.policy.model import Item, Policy, Status, UnknownItem

_Reading = tuple[pl.DataFrame, Future[dict[str, Judged]]]


@dataclass(slots=True)
class Checking:
    """The checks of one hand-in under way: iterate its blocks, then read its report.

    ``for_register``: also compute the canonical form that the register hashes.
    """

    source: Source
    policy: Policy
    on: date
    item_id: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    examples: int = 1000
    for_register: bool = False
    report: Report = field(init=False)
    item: Item | None = field(init=False, default=None)
    header_maps: dict[str | None, HeaderMap] = field(init=False, default_factory=dict)
    tables: dict[str | None, Table] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.report = Report(
            item="",
            item_told_by="option" if self.item_id else "headers",
            format=self.source.format,
            encoding=self.source.encoding,
            examples=self.examples,
            policy_digest=self.policy.digest,
            checked_on=self.on.isoformat(),
            not_run=["register"],
        )

    def __iter__(self) -> Iterator[CheckedBlock]:
        # Three blocks are under way at a time: one is fetched from the file while the cells of the one before are read and the
        # rows of the one before that are checked; cells, the longest part, by two. Polars lets go of the interpreter while
        # it works.
        with (
            ThreadPoolExecutor(max_workers=1) as fetching,
            ThreadPoolExecutor(max_workers=1) as reading,
            ThreadPoolExecutor(max_workers=1) as beside,
        ):
            yield from self._all(fetching, reading, beside)

    def _all(self, fetching: Executor, reading: Executor, beside: Executor) -> Iterator[CheckedBlock]:
        collector = Collector(self.report, limit=self.examples)
        tables = 0
        for table in self.source.tables():
            item = self._item(table)
            if item is None:
                self.report.notes.append(
                    Note(
                        code="reading.sheet-not-recognised",
                        message=f"工作表“{table.sheet}”的表头与目录不符，未读取。",
                        sheet=table.sheet,
                    )
                )
                continue
            tables += 1
            yield from self._table(table, item, collector, fetching, reading, beside)
            self.report.notes.extend(table.notes)
        if tables == 0:
            raise _not_recognised()
        self.report.notes.extend(self.source.notes)
        self.report.returned = self.report.rows - self.report.accepted
        collector.finish()

    def _item(self, table: Table) -> Item | None:
        if self.item_id is not None:
            try:
                item = self.policy.item(self.item_id, on=self.on)
            except UnknownItem:
                raise FileUnusable(
                    code="item.unknown", message=f"目录中没有“{self.item_id}”。用 xinheng items 可列出全部目录项。"
                ) from None
        else:
            found = self.item or recognise(table.header, self.policy, self.policy.items(on=self.on))
            if found is None:
                return None
            item = found
        if item.status is Status.INACTIVE:
            raise FileUnusable(
                code="item.inactive",
                message=f"目录项“{item.zh}”（{item.id}）尚未启用，不能归集：{item.inactive_because}",
            )
        self.item, self.report.item = item, item.id
        return item

    def _table(
        self,
        table: Table,
        item: Item,
        collector: Collector,
        fetching: Executor,
        reading: Executor,
        beside: Executor,
    ) -> Iterator[CheckedBlock]:
        mapped = map_headers(
            table.header, item, self.policy, answers=self.answers, sheet=table.sheet, header_row=table.header_row
        )
        if not mapped.fields:
            raise _not_recognised(item)
        self.header_maps[table.sheet], self.tables[table.sheet] = mapped, table
        self.report.columns.update(mapped.columns)
        for name, into in (
            (mapped.quarantined, self.report.quarantined),
            (mapped.passed_through, self.report.passed_through),
        ):
            into.extend(title for title in name if title not in into)
        self.report.missing = [item.field(name).zh for name in mapped.missing]
        for finding in mapped.findings:
            collector.add_one(finding)
        usable = not any(finding.level is Level.FATAL for finding in mapped.findings)
        sheet = CheckedSheet(
            table, item, mapped, self.policy, on=self.on, usable=usable, for_register=self.for_register
        )
        blocks, under_way = iter(table.blocks()), deque[_Reading]()
        fetched = fetching.submit(next, blocks, None)
        while (block := fetched.result()) is not None:
            fetched = fetching.submit(next, blocks, None)
            under_way.append((block, reading.submit(sheet.read, block, beside)))
            del block
            if len(under_way) > 1:
                yield self._checked(sheet, *under_way.popleft(), collector)
        while under_way:
            yield self._checked(sheet, *under_way.popleft(), collector)

    def _checked(
        self, sheet: CheckedSheet, block: pl.DataFrame, read: Future[dict[str, Judged]], collector: Collector
    ) -> CheckedBlock:
        checked = sheet.check(block, read.result(), collector)
        self.report.rows += block.height
        self.report.accepted += int(checked.good.sum())
        return checked


def _not_recognised(item: Item | None = None) -> FileUnusable:
    if item is not None:
        return FileUnusable(
            code="header.none-known",
            message=f"表头中没有一列属于目录项“{item.zh}”。请使用该目录项的模板（xinheng template {item.id}）填报。",
        )
    return FileUnusable(
        code="item.not-recognised",
        message="从表头看不出这份文件属于哪个目录项。请使用模板填报，或选定目录项后重新报送（命令行加 --item）。",
    )


def check_source(
    source: Source,
    policy: Policy,
    *,
    on: date,
    item_id: str | None = None,
    answers: Mapping[str, str] | None = None,
    examples: int = 1000,
    for_register: bool = False,
) -> Checking:
    """Check one file. Iterate the result for blocks of rows with verdicts; afterwards its ``report`` is complete.

    Raises FileUnusable where nothing can be read or no active item fits.
    """
    return Checking(
        source=source,
        policy=policy,
        on=on,
        item_id=item_id,
        answers=answers or {},
        examples=examples,
        for_register=for_register,
    )
