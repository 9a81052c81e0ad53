"""What is said about each row: every finding in Chinese, by row and by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from xinheng.core.intake.checked import GOOD, CheckedBlock
from xinheng.core.intake.finding import Level
from xinheng.core.intake.messages import sentence
from xinheng.core.intake.table import ROW

LEVEL_NAMES = {Level.FATAL: "错误", Level.WARNING: "提醒"}
# The row broke no rule of its own: the sheet lacks a column that every row needs.
_WHOLE_SHEET = "【错误】本表缺少必填列，所有数据行均无法采用。请看第一张工作表“核验结果”，补上该列后重新报送。"
# Nothing of such a row is kept, so nothing of it is given back either.
_GATES = frozenset({"subject.person-gate"})


@dataclass(slots=True)
class RowText:
    """The findings of one row."""

    fatal: bool = False
    gated: bool = False  # about a natural person: the cells are not given back
    lines: list[str] = field(default_factory=list)
    cells: dict[str, list[str]] = field(default_factory=dict)  # the sender's header → messages
    fatal_cells: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """All messages of the row, one a line."""
        return "\n".join(self.lines)

    def add(self, level: Level, column: str | None, message: str) -> None:
        """Take one finding in."""
        about = f"{column}：" if column and column not in message else ""
        self.lines.append(f"【{LEVEL_NAMES[level]}】{about}{message}")
        self.fatal = self.fatal or level is Level.FATAL
        if column is not None:
            self.cells.setdefault(column, []).append(message)
            if level is Level.FATAL:
                self.fatal_cells.add(column)


def row_texts(block: CheckedBlock) -> dict[int, RowText]:
    """Return the texts of the rows of a block that have any, by the sender's row number."""
    found: dict[int, RowText] = {}
    fields, worded = block.item.by_name, {}
    details = "detail" in block.findings.columns
    names = ["row", "code", "level", "field", "column", "seen", *(["detail"] if details else [])]
    for row, code, level, name, column, seen, *more in block.findings.select(names).iter_rows():
        key = (code, name, seen, *more)
        message = worded.get(key)
        if message is None:
            say = partial(sentence, code, item=block.item, field=fields.get(name), seen=seen)
            message = worded[key] = say(detail=more[0]) if more else say()
        text = found.get(row)
        if text is None:
            text = found[row] = RowText()
        text.add(Level(level), column, message)
        text.gated = text.gated or code in _GATES
    for row in block.rows.filter(~block.rows.get_column(GOOD)).get_column(ROW).to_list():
        text = found.setdefault(row, RowText())
        if not text.fatal:
            text.fatal = True
            text.lines.insert(0, _WHOLE_SHEET)
    return found
