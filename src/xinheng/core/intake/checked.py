"""What the checks hand on: rows with a verdict, in blocks, and the report on the whole hand-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from xinheng.core.intake.finding import Finding, Level
from xinheng.core.intake.table import Note
from xinheng.core.policy.model import Item

GOOD = "__good"  # Boolean: no fatal finding in the row
KEY = "__key"  # String: identity of the statement, \x1f-joined normalised identity fields + subject code (or name)
GOVERNING = "__governing"  # Date: the item's governing day
CANONICAL = "__canonical"  # String: RFC 8785 JSON of the row's fields, null fields left out


@dataclass(frozen=True, kw_only=True)
class CheckedBlock:
    """Up to 200,000 rows after normalisation and all checks that need no register.

    ``rows``: ROW, GOOD, GOVERNING (for the register also KEY and CANONICAL), then one String column for each field of the item that the file has:
    dates as ISO, amounts as plain decimals, code-list values as labels, sets joined with ``;``; null where empty.
    ``findings``: ``row`` UInt32, ``code`` String, ``level`` String, ``field`` String?, ``column`` String?, ``seen`` String?,
    sorted by row, then column order, then code. ``original``: the cells as sent (ROW + the sender's columns).
    """

    item: Item
    sheet: str | None
    good: pl.Series  # the column GOOD of ``rows``
    make_rows: Callable[[], pl.DataFrame]
    findings: pl.DataFrame
    original: pl.DataFrame

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The clean rows; made when first asked for, since whoever only wants the verdict needs none."""
        return self.make_rows()


@dataclass(slots=True, kw_only=True)
class Report:
    """The answer to the sender. Counts are exact; only the examples in ``findings`` are capped."""

    item: str
    item_told_by: str  # "option" or "headers"
    format: str
    encoding: str | None
    rows: int = 0
    accepted: int = 0
    returned: int = 0
    columns: dict[str, str] = field(default_factory=dict)  # sender's header → field name
    quarantined: list[str] = field(default_factory=list)  # headers the catalogue does not know
    passed_through: list[str] = field(default_factory=list)  # x_ columns
    missing: list[str] = field(default_factory=list)  # fields of the item that the file lacks (Chinese names)
    counts: dict[str, int] = field(default_factory=dict)  # findings by code, exact
    levels: dict[str, Level] = field(default_factory=dict)  # level by code
    normalised: dict[str, int] = field(default_factory=dict)  # safe repairs by kind, exact
    findings: list[Finding] = field(
        default_factory=list
    )  # sorted by sheet, row, column; at most `examples` for each code
    examples: int = 1000
    notes: list[Note] = field(default_factory=list)
    policy_digest: str = ""
    checked_on: str = ""
    not_run: list[str] = field(default_factory=list)  # checks that need the register

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``xinheng check --json`` prints."""
        return {
            "item": self.item,
            "item_told_by": self.item_told_by,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "accepted": self.accepted,
            "returned": self.returned,
            "columns": self.columns,
            "quarantined": self.quarantined,
            "passed_through": self.passed_through,
            "missing": self.missing,
            "counts": self.counts,
            "normalised": self.normalised,
            "findings": [
                {
                    "code": f.code,
                    "level": f.level.value,
                    "sheet": f.sheet,
                    "row": f.row,
                    "column": f.column,
                    "field": f.field,
                    "seen": f.seen,
                    "message": f.message,
                }
                for f in self.findings
            ],
            "examples_per_code": self.examples,
            "notes": [
                {"code": n.code, "message": n.message, "sheet": n.sheet, "count": n.count, "rows": list(n.rows)}
                for n in self.notes
            ],
            "policy": self.policy_digest,
            "checked_on": self.checked_on,
            "not_run": self.not_run,
        }
