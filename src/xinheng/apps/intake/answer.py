"""What goes back to the sender: the report with the register's own findings, and the returned rows, ready to be mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
import polars as pl

from xinheng.apps.intake.models import Quarantine, Submission
from xinheng.apps.records.store import store
from xinheng.core.intake.checked import CheckedBlock, Report
from xinheng.core.intake.finding import Finding, Level
from xinheng.core.intake.findings import MASK
from xinheng.core.intake.headers import HeaderMap
from xinheng.core.intake.messages import quotes_the_cell, sentence
from xinheng.core.intake.table import ROW
from xinheng.core.policy.model import Item, Privacy

PERSON_GATE = "subject.person-gate"


class Answer:
    """Gathers the answer to one submission while its blocks go by."""

    def __init__(self, submission: Submission, report: Report) -> None:
        self.submission, self.report = submission, report
        self._findings: list[tuple[str | None, Item, HeaderMap, pl.DataFrame]] = []
        self._kept: Counter[str] = Counter()
        self._quarantined: Counter[str] = Counter()
        self._persons: dict[str | None, list[pl.Series]] = {}  # rows stopped at the person gate, by sheet
        self._item: Item | None = None
        self.returned = 0

    def take(self, block: CheckedBlock, found: pl.DataFrame, headers: HeaderMap) -> None:
        """Count the register's findings of a block and keep its returned rows. Call inside a transaction."""
        for code, level, count in found.group_by("code").agg(pl.first("level"), pl.len()).iter_rows():
            self.report.counts[code] = self.report.counts.get(code, 0) + count
            self.report.levels[code] = Level(level)
            room = self.report.examples - self._kept[code]
            if room > 0:
                self._kept[code] += min(room, count)
                self._findings.append((block.sheet, block.item, headers, found.filter(code=code).head(room)))
        for title in headers.quarantined:
            if title in block.original.columns:
                self._quarantined[title] += block.original.height - block.original.get_column(title).null_count()
        persons = block.findings.filter(code=PERSON_GATE).get_column("row")
        if len(persons):
            self._persons.setdefault(block.sheet, []).append(persons)
        self._item = block.item
        self._keep_returned(block, found, headers)

    def finish(self) -> dict[str, Any]:
        """Write the register's examples into the report, in the order of the file; return the report as JSON."""
        for sheet, item, headers, frame in self._findings:
            for row in frame.iter_rows(named=True):
                self.report.findings.append(_finding(row, item, headers, sheet))
        if self._findings:
            sheets = {f.sheet: i for i, f in reversed(list(enumerate(self.report.findings)))}
            self.report.findings.sort(key=lambda f: (f.row is not None, sheets[f.sheet], f.row or 0))
        self._mask_persons()
        self.report.counts = dict(sorted(self.report.counts.items()))
        self.report.accepted = self.report.rows - self.returned
        self.report.returned = self.returned
        self.report.not_run = []
        Quarantine.objects.bulk_create(
            Quarantine(submission=self.submission, header=title[:200], count=count)
            for title, count in self._quarantined.items()
        )
        return self.report.as_json()

    def _mask_persons(self) -> None:
        """What was seen in rows about natural persons is not kept, not even as an example."""
        rows = {sheet: pl.concat(parts) for sheet, parts in self._persons.items()}
        item = self._item
        if item is None or not rows:
            return
        told = self.report.findings
        asked = pl.DataFrame(
            {"at": range(len(told)), "sheet": [f.sheet or "" for f in told], "row": [f.row for f in told]},
            schema={"at": pl.UInt32, "sheet": pl.String, "row": pl.UInt32},
        )
        for sheet, persons in rows.items():
            theirs = asked.filter(pl.col("sheet") == (sheet or ""), pl.col("row").is_in(persons.implode()))
            for at in theirs.get_column("at").to_list():
                finding = told[at]
                if finding.seen is not None and finding.seen != MASK:
                    message = _unquoted(finding.code, finding.message, finding.field, item)
                    told[at] = finding._replace(seen=MASK, message=message)

    def _keep_returned(self, block: CheckedBlock, found: pl.DataFrame, headers: HeaderMap) -> None:
        fatal = found.filter(level=Level.FATAL.value).get_column("row")
        bad = block.rows.filter(~pl.col("__good") | pl.col(ROW).is_in(fatal.implode())).get_column(ROW)
        self.returned += len(bad)
        if len(bad) == 0:
            return
        by_row = self._findings_by_row(block, found, bad, headers)
        cells = block.original.filter(pl.col(ROW).is_in(bad.implode()))
        titles = _keepable(block.item, headers, cells.columns)
        columns: dict[str, list[Any]] = {"sheet": [], "row": [], "cells": [], "findings": [], "sealed": []}
        for row in cells.select(ROW, *titles).iter_rows(named=True):
            number = row.pop(ROW)
            told = by_row.get(number, [])
            sealed = any(finding["code"] == PERSON_GATE for finding in told)
            if sealed:  # nothing about a natural person is kept: not the cells, not what was seen in them
                row, told = {}, [_masked(finding, block.item) for finding in told]
            columns["sheet"].append(block.sheet or "")
            columns["row"].append(number)
            columns["cells"].append(orjson.dumps({k: v for k, v in row.items() if v is not None}).decode())
            columns["findings"].append(orjson.dumps(told).decode())
            columns["sealed"].append(sealed)
        columns["submission_id"] = [self.submission.pk] * len(columns["row"])
        types = ("text", "bigint", "jsonb", "jsonb", "bool", "bigint")
        bulk = store()
        step = bulk.step
        for start in range(0, len(columns["row"]), step):
            part = {name: values[start : start + step] for name, values in columns.items()}
            with bulk.staging():
                bulk.insert("intake_returnedrow", part, types)

    def _findings_by_row(
        self, block: CheckedBlock, found: pl.DataFrame, bad: pl.Series, headers: HeaderMap
    ) -> dict[int, list[dict[str, Any]]]:
        by_row: dict[int, list[dict[str, Any]]] = {}
        for frame in (block.findings, found):
            for row in frame.filter(pl.col("row").is_in(bad.implode())).iter_rows(named=True):
                finding = _finding(row, block.item, headers, block.sheet)
                told = {"code": finding.code, "level": finding.level.value, "column": finding.column}
                told |= {"field": finding.field, "seen": finding.seen, "message": finding.message}
                by_row.setdefault(row["row"], []).append(told)
        return by_row


def _keepable(item: Item, headers: HeaderMap, present: list[str]) -> list[str]:
    """Columns of the catalogue alone are kept, and of these none that holds numbers of persons' documents."""
    return [
        title
        for name, titles in headers.fields.items()
        if item.field(name).privacy is not Privacy.SEALED
        for title in titles
        if title in present
    ]


def _masked(told: dict[str, Any], item: Item) -> dict[str, Any]:
    """Return a finding of a row about a person without the cell it quotes."""
    if told["seen"] is None:
        return told
    return told | {"seen": None, "message": _unquoted(told["code"], told["message"], told["field"], item)}


def _unquoted(code: str, message: str, field: str | None, item: Item) -> str:
    """Return the sentence without the cell; one that never quotes it stays, with what else it says."""
    if not quotes_the_cell(code):
        return message
    return sentence(code, item=item, field=item.by_name.get(field) if field else None, seen=MASK)


def _finding(row: Mapping[str, Any], item: Item, headers: HeaderMap, sheet: str | None) -> Finding:
    name = row["field"]
    spec = item.by_name.get(name) if name else None
    column = row.get("column") or next(iter(headers.fields.get(name or "", ())), None)
    return Finding(
        code=row["code"],
        level=Level(row["level"]),
        message=sentence(row["code"], item=item, field=spec, seen=row["seen"], detail=row.get("detail")),
        sheet=sheet,
        row=row["row"],
        column=column,
        field=name,
        seen=row["seen"],
    )
