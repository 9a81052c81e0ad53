"""The sender's own workbook back: the file is read once more, and the register's findings stand beside those of the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from xinheng.apps.intake import files
from xinheng.apps.intake.models import Submission
from xinheng.apps.policy import current_policy
from xinheng.core.intake.checked import GOOD, CheckedBlock
from xinheng.core.intake.engine import Checking
from xinheng.core.intake.finding import Finding, Level
from xinheng.core.intake.findings import SCHEMA
from xinheng.core.intake.headers import known_headers
from xinheng.core.intake.messages import WORDS
from xinheng.core.intake.reading import open_source
from xinheng.core.intake.table import ROW
from xinheng.documents.answer import write_answers

_SHEET = "sheet"


def write(submission: Submission, path: Path, *, only_returned: bool) -> None:
    """Write the annotated workbook, or only the rows that went back, as it was answered when the file was checked."""
    policy = current_policy()
    checking = _Answered(
        source=open_source(files.path_of(submission), known_headers=known_headers(policy)),
        policy=policy,
        on=submission.checked_on,
        item_id=submission.item,
        answers=submission.options.get("answers") or {},
        submission=submission,
    )
    told = {"returned": path} if only_returned else {"annotated": path}
    write_answers(checking, file_name=submission.file_name, **told)


@dataclass(slots=True)
class _Answered(Checking):
    """The checks of the file, with what the register found beside them."""

    submission: Submission = field(kw_only=True)

    def __iter__(self) -> Iterator[CheckedBlock]:
        told = _register_findings(self.submission)
        for block in super(_Answered, self).__iter__():
            yield _with(block, told.filter(pl.col(_SHEET) == (block.sheet or "")).drop(_SHEET))
        answered = self.submission.report
        self.report.accepted, self.report.returned = answered["accepted"], answered["returned"]
        for code, number in answered["counts"].items():
            self.report.counts[code] = number
            self.report.levels.setdefault(code, WORDS[code].level if code in WORDS else Level.FATAL)
        known = {finding.code for finding in self.report.findings}
        for finding in answered["findings"]:
            if finding["code"] not in known:
                self.report.findings.append(Finding(**{**finding, "level": Level(finding["level"])}))


def _register_findings(submission: Submission) -> pl.DataFrame:
    """Return all findings kept with the submission: of its returned rows, and the examples of its report."""
    rows = [
        _row(row.sheet, row.row, finding)
        for row in submission.returned_rows.all().iterator()
        for finding in row.findings
    ]
    rows += [_row(f["sheet"] or "", f["row"], f) for f in submission.report["findings"] if f["row"] is not None]
    return pl.DataFrame(rows, schema={_SHEET: pl.String} | SCHEMA, orient="row").unique(
        [_SHEET, "row", "code", "field"]
    )


def _row(sheet: str, row: int, finding: dict[str, Any]) -> tuple[object, ...]:
    told = (finding["level"], finding["field"], finding["column"], finding["seen"])
    return (sheet, row, finding["code"], *told, _detail(finding["code"], finding["message"]))


def _detail(code: str, message: str) -> str | None:
    """Take back from a sentence what was put into it: sentences are kept, their parts are not."""
    if code not in WORDS or "{detail}" not in WORDS[code].sentence:
        return message
    pattern = re.sub(
        r"\\\{(\w+)\\\}", lambda m: "(?P<detail>.*)" if m[1] == "detail" else ".*", re.escape(WORDS[code].sentence)
    )
    found = re.fullmatch(pattern, message, re.DOTALL)
    return found["detail"] if found else message


def _with(block: CheckedBlock, told: pl.DataFrame) -> CheckedBlock:
    """Return the block with the register's findings added, and the rows they send back marked so."""
    here = told.join(block.rows.select(pl.col(ROW).alias("row")), on="row", how="semi")
    new = here.join(block.findings, on=["row", "code"], how="anti")
    if new.is_empty():
        return block
    findings = pl.concat([block.findings, new.select(block.findings.columns)]).sort("row", maintain_order=True)
    bad = new.filter(pl.col("level") == Level.FATAL.value).get_column("row")
    rows = block.rows.with_columns(pl.col(GOOD) & ~pl.col(ROW).is_in(bad.implode()))
    return replace(block, good=rows.get_column(GOOD), make_rows=lambda: rows, findings=findings)
