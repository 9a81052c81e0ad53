"""Returned rows mended on a page: the cells as sent, what is wrong with each, and the same checks over the mended cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.http import QueryDict
from django.utils.translation import gettext as _

from xinheng.apps.intake.models import ReturnedRow, Submission
from xinheng.apps.policy import current_policy
from xinheng.core.intake.checked import GOOD
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import Level
from xinheng.core.intake.table import ROW, FrameTable, Note, Table
from xinheng.pages.finding_words import sentence

_TELLING = ("subject_name", "doc_no")  # what tells a person which row this is
_LONG = 40  # characters from which a cell is edited in a box of several lines


@dataclass(slots=True)
class _Rows:
    """A few rows in memory, as a source for the checks."""

    table: FrameTable
    format: str = "page"
    encoding: str | None = None
    size: int = 0
    notes: list[Note] = field(default_factory=list)

    def tables(self) -> Iterator[Table]:
        yield self.table


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of one row: good or not, and what is wrong with which column ("" for the row as a whole)."""

    good: bool
    wrong: Mapping[str, tuple[str, ...]]


def cell_name(row: ReturnedRow, header: int) -> str:
    """Return the name of a cell's input."""
    return f"r{row.pk}-c{header}"


def titles_of(submission: Submission, rows: Sequence[ReturnedRow]) -> list[str]:
    """Return the sender's columns that belong to the catalogue, in the order of the file."""
    titles = list(submission.report.get("columns", {}))
    return titles + sorted({title for row in rows for title in row.cells} - set(titles))


def typed(
    posted: QueryDict, row: ReturnedRow, titles: Sequence[str], standing: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return the cells of a row as they stand in the form; those the form did not show stay as they are."""
    cells: dict[str, str | None] = {}
    for number, title in enumerate(titles):
        text = posted.get(cell_name(row, number))
        now = standing.get(title)
        cells[title] = now if text is None or text == (now or "") else (text.replace("\r\n", "\n") or None)
    return cells


def as_sent(row: ReturnedRow) -> Verdict:
    """Return what was found when the row was handed in, in the reader's language."""
    wrong: dict[str, list[str]] = {}
    for finding in row.findings:
        if finding["level"] == Level.FATAL.value:
            wrong.setdefault(finding["column"] or "", []).append(sentence(finding["code"], finding["message"]))
    return Verdict(good=False, wrong={column: tuple(said) for column, said in wrong.items()})


def judge(
    submission: Submission, cells: Sequence[Mapping[str, str | None]], titles: Sequence[str], *, on: date
) -> list[Verdict]:
    """Check rows as they stand in the form, by the same rules as a file; said in the reader's language."""
    frame = pl.DataFrame(
        {title: [row.get(title) for row in cells] for title in titles}, schema=dict.fromkeys(titles, pl.String)
    )
    checking = check_source(
        _Rows(FrameTable(frame)),
        current_policy(),
        on=on,
        item_id=submission.item,
        answers=submission.options.get("answers"),
    )
    good = [verdict for block in checking for verdict in block.rows.sort(ROW).get_column(GOOD).to_list()]
    wrong: list[dict[str, list[str]]] = [{} for _row in cells]
    for finding in checking.report.findings:
        if finding.level is Level.FATAL:
            places = wrong if finding.row is None else [wrong[finding.row - 2]]  # the header is row 1
            for place in places:
                place.setdefault(finding.column or "", []).append(sentence(finding.code, finding.message))
    return [
        Verdict(good=bool(verdict), wrong={column: tuple(said) for column, said in row.items()})
        for verdict, row in zip(good, wrong, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """One input of the form."""

    id: str
    name: str
    header: str
    value: str
    long: bool
    errors: tuple[str, ...]
    sent: str  # what was handed in, where it differs


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the form."""

    pk: int
    number: int
    place: str
    about: str
    good: bool
    wrong: int
    whole: tuple[str, ...]
    wrong_cells: list[Cell]
    other_cells: list[Cell]
    edits: int


def form_row(
    row: ReturnedRow,
    cells: Mapping[str, str | None],
    titles: Sequence[str],
    verdict: Verdict,
    first: Verdict,
    edits: int = 0,
) -> Row:
    """Return a row of the form: cells with errors first, and those that had one before, so that a mended cell stays in sight."""
    shown = [
        Cell(
            id=f"id_{cell_name(row, number)}",
            name=cell_name(row, number),
            header=title,
            value=cells.get(title) or "",
            long=len(cells.get(title) or "") > _LONG,
            errors=verdict.wrong.get(title, ()),
            sent=_sent(row.cells.get(title), cells.get(title)),
        )
        for number, title in enumerate(titles)
    ]
    columns: dict[str, list[str]] = {}
    for title, name in row.submission.report.get("columns", {}).items():
        columns.setdefault(name, []).append(title)
    in_sight = set(verdict.wrong) | set(first.wrong)
    place = _("第 %s 行") % row.row
    return Row(
        pk=row.pk,
        edits=edits,
        number=row.row,
        place=f"{row.sheet} · {place}" if row.sheet else place,
        about=" · ".join(text for name in _TELLING for title in columns.get(name, ()) if (text := cells.get(title))),
        good=verdict.good,
        wrong=sum(map(len, verdict.wrong.values())),
        whole=tuple(said for column, all_said in verdict.wrong.items() if column not in titles for said in all_said),
        wrong_cells=[cell for cell in shown if cell.header in in_sight],
        other_cells=[cell for cell in shown if cell.header not in in_sight],
    )


def _sent(sent: str | None, now: str | None) -> str:
    """Return what was handed in where it differs from what stands there now, as a word to compare with."""
    return "" if (sent or "") == (now or "") else (sent or _("（空）"))
