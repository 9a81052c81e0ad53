"""The first sheet of an answer (核验结果): what was read, what was taken, what goes back, and what to do next."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from xinheng.core.intake.checked import Report
from xinheng.core.intake.messages import basis_of, title_of
from xinheng.core.policy.model import Item
from xinheng.documents import wording
from xinheng.documents.own_columns import ERRORS, ROW_NUMBER
from xinheng.documents.row_texts import LEVEL_NAMES
from xinheng.documents.styles import Styles

_WIDTHS = (18, 26, 30, 12, 70, 40)


class _Page:
    """Writes lines downwards."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet, self.styles, self.row = sheet, styles, 0

    def pair(self, label: str, value: str | int) -> None:
        """Write a label and its value; the value runs over the columns beside it."""
        self.sheet.write_string(self.row, 0, label, self.styles.label)
        if isinstance(value, int):
            self.sheet.write_number(self.row, 1, value, self.styles.count)
        else:
            self.sheet.write_string(self.row, 1, value)
        self.row += 1

    def section(self, title: str) -> None:
        """Write the heading of a section."""
        self.row += 1
        for column in range(len(_WIDTHS)):
            self.sheet.write_string(self.row, column, title if column == 0 else "", self.styles.section)
        self.row += 1

    def heads(self, *titles: str) -> None:
        """Write the header of a table."""
        for column, title in enumerate(titles):
            self.sheet.write_string(self.row, column, title, self.styles.label)
        self.row += 1

    def line(self, text: str) -> None:
        """Write one line of text."""
        self.sheet.write_string(self.row, 0, text)
        self.row += 1


def write(
    sheet: Worksheet,
    styles: Styles,
    report: Report,
    *,
    item: Item | None,
    file_name: str,
    only_returned: bool,
    most_comments: int | None,
) -> None:
    """Write the totals; ``most_comments`` is given where comments were cut."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    page = _Page(sheet, styles)
    sheet.write_string(0, 0, "信衡 · 核验结果", styles.title)
    page.row = 2
    page.pair("文件", file_name)
    page.pair("目录项", f"{item.zh}（{report.item}）{wording.TOLD_BY[report.item_told_by]}" if item else report.item)
    page.pair("文件格式", wording.format_and_encoding(report))
    page.pair("数据行数", report.rows)
    page.pair("通过行数", report.accepted)
    page.pair("退回行数", report.returned)
    page.pair("核验日期", report.checked_on)
    page.pair("政策版本", report.policy_digest)
    page.section("接下来怎么做")
    for line in _next_steps(report, only_returned, most_comments):
        page.line(line)
    _findings(page, report)
    _columns(page, report)
    if report.notes:
        page.section("读取说明")
        for note in report.notes:
            page.line(f"工作表“{note.sheet}”：{note.message}" if note.sheet else note.message)
    if report.normalised:
        page.section("系统已代为规范的内容（无需处理）")
        for kind, count in sorted(report.normalised.items()):
            page.pair(wording.repair(kind), count)


def _next_steps(report: Report, only_returned: bool, most_comments: int | None) -> list[str]:
    lines = list(wording.next_steps(report))
    if report.returned and only_returned:
        lines.append(
            f"本文件只含退回的行，“{ROW_NUMBER}”是它在原文件中的行号。改好后直接报送本文件即可，不必再报已通过的行。"
        )
    if report.counts:
        lines.append(
            f"有问题的单元格已标色（红色须改，黄色请核对），鼠标停在上面可看说明；每行的全部问题见最后一列“{ERRORS}”。"
        )
        lines.append("以 x_ 开头的列只供核对，不会被采集，重新报送前不必删除；本页也不必删除。")
    if most_comments is not None:
        lines.append(f"问题较多，单元格批注只做了前 {most_comments} 处；最后一列的说明是完整的。")
    return lines


def _findings(page: _Page, report: Report) -> None:
    page.section("问题一览")
    if not report.counts:
        page.line("未发现问题。")
        return
    examples = {}
    for finding in report.findings:
        examples.setdefault(finding.code, finding)
    page.heads("级别", "问题", "代码", "数量", "怎么改（以首处为例）", "依据")
    for code, count in wording.by_weight(report):
        sheet, styles, first = page.sheet, page.styles, examples.get(code)
        level = report.levels[code]
        sheet.write_string(
            page.row, 0, LEVEL_NAMES[level], styles.error_text if level == "fatal" else styles.warning_text
        )
        sheet.write_string(page.row, 1, title_of(code), styles.value)
        sheet.write_string(page.row, 2, code, styles.code)
        sheet.write_number(page.row, 3, count, styles.count)
        where = f"第 {first.row} 行：" if first is not None and first.row is not None else ""
        sheet.write_string(page.row, 4, where + first.message if first is not None else "", styles.value)
        sheet.write_string(page.row, 5, basis_of(code), styles.value)
        page.row += 1


def _columns(page: _Page, report: Report) -> None:
    listed = (
        ("未采集的列", report.quarantined, "目录项没有这些列，内容未保存"),
        ("原样带回的列", report.passed_through, "以 x_ 开头，只在退回文件中保留"),
        ("文件中没有的列", report.missing, "目录项有而本文件没有"),
    )
    if not any(names for _, names, _ in listed):
        return
    page.section("列")
    for label, names, why in listed:
        if names:
            page.pair(label, f"{'、'.join(names)}（{why}）")
