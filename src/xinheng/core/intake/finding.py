"""A finding (问题): what is wrong in a hand-in, where, what was seen, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How bad a finding is."""

    FATAL = "fatal"  # 错误: the row goes back
    WARNING = "warning"  # 提醒: the row goes in, the sender should look


class Finding(NamedTuple):
    """One thing wrong with one cell, one row or the whole file."""

    code: str  # speaking code, never reused: penalty.fine-without-amount
    level: Level
    message: str  # Chinese, gentle, says what to do
    sheet: str | None = None
    row: int | None = None  # as the sender sees it in the sheet, header rows counted; None: the whole file
    column: str | None = None  # header as the sender wrote it
    field: str | None = None  # our field name
    seen: str | None = None  # the cell as sent, masked where it is about a person


# Not frozen: Python sets the traceback of an exception that passes through a context manager.
@dataclass(kw_only=True, eq=False)
class FileUnusable(Exception):
    """The file or the request cannot be used at all: nothing was read, nothing was stored."""

    code: str  # file.encrypted, file.empty, item.ambiguous …
    message: str  # Chinese, says what to do next

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
