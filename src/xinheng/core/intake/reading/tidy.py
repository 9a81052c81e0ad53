"""Rows that are not data: blank ones, repeated headers, totals and notes at the foot. Left out, and told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from xinheng.core.intake.reading.header import fold_header
from xinheng.core.intake.reading.limits import EXAMPLE_ROWS
from xinheng.core.intake.table import ROW, Note
from xinheng.core.places import places

_TOTALS = r"(?:本页|本表|累计)?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总\s*数)(?:数|金额|条数)?(?:[（(].{0,6}[）)])?\s*[:：]?\s*[\d,，.]*\s*[条件户项元个家]?"
_NOTES = (
    r"(?:备\s*注|注|说\s*明|填[表报]说明|填[表报](?:人|单位|日期|时间|部门)|制\s*表(?:人|单位|日期|时间)?|审\s*[核批](?:人)?|复\s*核(?:人)?"
    r"|负责人|单位负责人|经办人|联系人|联系电话|报送单位|报送人|打印(?:时间|日期|人)|导出(?:时间|日期|人)|数据来源)\s*[:：].*"
)
_FOOT = rf"^\s*(?:{_TOTALS}|{_NOTES})\s*$"
_FOOT_OR_BLANK = rf"(?s)^\s*$|{_FOOT}"
_FOOT_PATTERN = re.compile(_FOOT, re.DOTALL)
# The same words, cheaply, over whole columns; the full pattern then judges the few that are left.
_MAYBE_FOOT = r"^[\s合总小共累本备注说填制审复负单经联报打导数]"

_MESSAGES = {
    "reading.repeated-header": "表中间重复出现的表头行未作为数据读取。",
    "reading.totals-skipped": "合计、备注、填表人等说明行未作为数据读取。",
    "reading.ragged-row": "有的行比表头多出单元格，多出的内容没有对应的列，未读取。请核对这些行的分隔符和引号。",
    "reading.short-row": "有的行比表头少单元格，缺少的单元格按空处理。请核对这些行是否被换行拆断。",
    "reading.hidden-rows": "工作表中有隐藏行，已照常读取。请确认它们确实需要报送。",
    "reading.hidden-columns": "工作表中有隐藏列，已照常读取。请确认它们确实需要报送。",
    "reading.merged-cells-filled": "数据区有合并单元格，已把合并区的值填入其中每一行。请核对，今后请勿合并数据单元格。",
    "reading.number-lost-digits": "有的单元格以数字格式存放了 16 位以上的编码，Excel 只保留前 15 位，其余已变成 0，无法找回。请把该列设为文本格式后重新填写这些编码。",
    "reading.cell-errors": "有的单元格是公式错误值（如 #N/A），按所见文字读取。请更正公式或改填数值。",
}


@dataclass(slots=True)
class Seen:
    """Counts what was seen, row by row, and words it as notes at the end."""

    sheet: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def add(self, code: str, rows: list[int]) -> None:
        """Count these rows under a code."""
        if rows:
            self.counts[code] = self.counts.get(code, 0) + len(rows)
            kept = self.rows.setdefault(code, [])
            kept.extend(rows[: EXAMPLE_ROWS - len(kept)])

    def notes(self) -> list[Note]:
        """Return one note for each code seen."""
        return [self._note(code) for code in self.counts]

    def _note(self, code: str) -> Note:
        rows, count = self.rows[code], self.counts[code]
        listed = "、".join(str(row) for row in rows) + ("……" if count > len(rows) else "")
        return Note(
            code=code,
            message=f"{_MESSAGES[code]}（第 {listed} 行，共 {count} 行）",
            sheet=self.sheet,
            count=count,
            rows=tuple(rows),
        )


def title_notes(rows: tuple[int, ...], sheet: str | None = None) -> list[Note]:
    """Word the rows above the header as a note, if there are any."""
    if not rows:
        return []
    message = f"表头上方的标题或说明行（第 {'、'.join(map(str, rows))} 行）未作为数据读取。"
    return [Note(code="reading.title-rows-skipped", message=message, sheet=sheet, count=len(rows), rows=rows)]


def drop_rows_that_are_not_data(
    frame: pl.DataFrame, raw_header: tuple[str, ...], seen: Seen, *, header_rows: tuple[int, ...] = ()
) -> pl.DataFrame:
    """Return the rows of data of a numbered block; what was left out is counted in ``seen``.

    ``raw_header`` is the header record as written: a row is a repeated header if its cells fold to the same titles.
    ``header_rows`` are rows already known to be further header rows.
    """
    if header_rows:
        is_header = frame.get_column(ROW).is_in(header_rows)
        seen.add("reading.repeated-header", frame.get_column(ROW).filter(is_header).to_list())
        frame = frame.filter(~is_header)
    columns = [frame.get_column(name) for name in frame.columns if name != ROW]
    if not columns or frame.height == 0:
        return frame
    key = next((i for i, title in enumerate(raw_header) if title), None)
    maybe = pl.col(columns[0].name).str.contains(_MAYBE_FOOT).fill_null(True)
    repeats = pl.lit(False)
    if key is not None and key < len(columns):
        repeats = (pl.col(columns[key].name) == raw_header[key]).fill_null(False)
    at = places(frame.select_seq((maybe | repeats).alias("at")).to_series())
    if not len(at):
        return frame
    begun = pl.coalesce(pl.exclude(ROW))
    foot = begun.is_null() | begun.str.contains(_FOOT_OR_BLANK)
    at = at.filter(frame[at].select_seq((foot | repeats).alias("at")).to_series())
    if not len(at):
        return frame
    candidates = frame.with_row_index("__at")[at]
    folded = tuple(fold_header(title) for title in raw_header)
    drop: list[int] = []
    found: dict[str, list[int]] = {"reading.repeated-header": [], "reading.totals-skipped": []}
    for at, row, *cells in candidates.iter_rows():
        filled = [cell for cell in cells if cell and not cell.isspace()]
        if not filled:
            drop.append(at)
            continue
        if len(filled) <= max(2, len(cells) // 3) and _FOOT_PATTERN.match(filled[0]):
            found["reading.totals-skipped"].append(row)
            drop.append(at)
        elif _repeats(cells, folded):
            found["reading.repeated-header"].append(row)
            drop.append(at)
    for code, rows in found.items():
        seen.add(code, rows)
    if not drop:
        return frame
    keep = pl.Series([True]).new_from_index(0, frame.height).scatter(drop, False)
    return frame.filter(keep)


def _repeats(cells: list[str | None], folded: tuple[str, ...]) -> bool:
    pairs = [(fold_header(cell), title) for cell, title in zip(cells, folded, strict=False) if cell]
    return len(pairs) >= min(2, sum(1 for t in folded if t)) and all(cell == title for cell, title in pairs)
