"""The answer of xinheng check for a person: what was taken, what goes back, why, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xinheng.cli.screen import console, plain
from xinheng.core.intake.finding import Level
from xinheng.core.intake.messages import title_of
from xinheng.documents import wording

if TYPE_CHECKING:
    from rich.console import Console

    from xinheng.core.intake.checked import Report
    from xinheng.core.policy.model import Item

_SHOWN, _SHOWN_NOTES = 10, 12
_COLOURS = {Level.FATAL: "red", Level.WARNING: "yellow"}
_ENGLISH = {
    "目录项": "Item",
    "格式": "Format",
    "目录版本": "Edition",
    "起": "on",
    "初版": "first edition",
    "数据行": "Rows",
    "通过": "Accepted",
    "退回": "Returned",
    "问题": "Finding",
    "级别": "Level",
    "数量": "Count",
    "代码": "Code",
    "怎么改": "How to mend it",
    "错误": "error",
    "提醒": "warning",
    "位置": "Where",
    "列": "Column",
    "所填": "Seen",
    "说明": "Message",
    "未采集的列": "Columns not collected",
    "带回的列": "Columns passed through",
    "没有的列": "Columns missing",
    "读取说明": "Notes",
    "接下来": "Next",
}


def show(
    report: Report,
    *,
    file: Path,
    item: Item | None,
    policy: str,
    out: Path | None,
    returned: Path | None,
    lang: str = "zh",
) -> None:
    """Print the summary."""

    def say(word: str) -> str:
        return _ENGLISH[word] if lang == "en" else word

    screen = console()
    name = f"{item.en if lang == 'en' else item.zh}（{item.id}）" if item is not None else report.item
    screen.print(plain(str(file), 200), style="bold")
    screen.print(f"{say('目录项')}：{name}{wording.TOLD_BY[report.item_told_by]}")
    if item is not None:
        begins = f"{item.effective_from.isoformat()} {say('起')}" if item.effective_from else say("初版")
        screen.print(f"{say('目录版本')}：{begins} · {policy.removeprefix('sha256:')[:12]}")
    screen.print(f"{say('格式')}：{wording.format_and_encoding(report)}")
    screen.print(
        f"{say('数据行')} {report.rows:,} · {say('通过')} {report.accepted:,} · {say('退回')} {report.returned:,}",
        style="green" if not report.returned else "red",
    )
    if report.counts:
        _codes(screen, report, say)
        _examples(screen, report, say)
    for label, titles in (
        ("未采集的列", report.quarantined),
        ("带回的列", report.passed_through),
        ("没有的列", report.missing),
    ):
        if titles:
            screen.print(f"{say(label)}：{'、'.join(plain(title) for title in titles)}")
    if report.notes:
        screen.print(f"\n{say('读取说明')}", style="bold")
        for note in report.notes[:_SHOWN_NOTES]:
            screen.print(f"· {plain(note.message, 300)}")
    if report.normalised:
        done = "，".join(f"{wording.repair(kind)} {count:,} 处" for kind, count in sorted(report.normalised.items()))
        screen.print(f"· 已代为规范：{done}。")
    screen.print(f"\n{say('接下来')}", style="bold")
    for line in wording.next_steps(report):
        screen.print(f"· {line}")
    if out is not None:
        screen.print(f"· 标明问题的工作簿：{plain(str(out), 300)}")
    if returned is not None:
        screen.print(f"· 只含退回行的文件：{plain(str(returned), 300)}")
    if report.counts and out is None:
        suffix = " --out 核验结果.xlsx"
        screen.print(f"· 在您自己的工作簿里标出全部问题：xinheng check {plain(str(file), 300)}{suffix}")


def _codes(screen: Console, report: Report, say: Callable[[str], str]) -> None:
    from rich.table import Table
    from rich.text import Text

    examples = {}
    for finding in report.findings:
        examples.setdefault(finding.code, finding.message)
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(say("级别"), no_wrap=True)
    table.add_column(say("数量"), justify="right", no_wrap=True)
    table.add_column(say("问题"), no_wrap=True)
    table.add_column(say("怎么改"), overflow="fold")
    for code, count in wording.by_weight(report):
        level = report.levels[code]
        word = Text(say("错误" if level is Level.FATAL else "提醒"), style=_COLOURS[level])
        table.add_row(word, f"{count:,}", Text(title_of(code)), Text(plain(examples.get(code), 160)))
    screen.print()
    screen.print(table)


def _examples(screen: Console, report: Report, say: Callable[[str], str]) -> None:
    from rich.table import Table
    from rich.text import Text

    found = sorted(report.findings, key=lambda f: f.level is not Level.FATAL)[:_SHOWN]
    if not found:
        return
    sheets = len({f.sheet for f in report.findings}) > 1
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for title in ("位置", "列", "所填", "代码"):
        table.add_column(say(title), overflow="fold")
    for f in found:
        where = (f"{plain(f.sheet)} " if sheets and f.sheet else "") + (f"第 {f.row} 行" if f.row else "全表")
        table.add_row(
            Text(where), Text(plain(f.column)), Text(plain(f.seen, 40)), Text(f.code, style=_COLOURS[f.level])
        )
    screen.print()
    screen.print(table)
    total = sum(report.counts.values())
    if total > len(found):
        screen.print(f"以上是前 {len(found)} 处，共 {total:,} 处。", style="dim")
