"""xinheng check: every error of a file, at once, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xinheng.cli.group import Command
from xinheng.cli.options import Answer, json_option, on_option, today
from xinheng.cli.outcome import GOOD, SOME_RETURNED, CannotDo

if TYPE_CHECKING:
    from xinheng.core.intake.checked import CheckedBlock

_SUFFIXES = (".xlsx", ".csv")


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--item", metavar="编号", help="目录项编号，如 adm.penalty；不给则由表头识别")
@on_option
@json_option
@click.option("--out", metavar="文件", type=click.Path(path_type=Path), help="写出标明问题的工作簿（.xlsx 或 .csv）")
@click.option("--returned", metavar="文件", type=click.Path(path_type=Path), help="只写出退回的行，改好后可单独报送")
@click.option(
    "--examples",
    metavar="数量",
    type=click.IntRange(0, 1_000_000),
    default=1000,
    help="每种问题最多列出几处，默认 1000",
)
@click.option("--column", "answers", multiple=True, type=Answer(), help="指明有歧义的列，可多次给出")
@click.option(
    "--policy",
    "policy_folder",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="按这个文件夹里的政策数据（或本市审定的目录版本）核验；不给则用本机的，含本机已审定的版本",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="汇总用语（language of the summary）")
def check(
    file: Path,
    item: str | None,
    on: date | None,
    as_json: bool,
    out: Path | None,
    returned: Path | None,
    examples: int,
    answers: tuple[tuple[str, str], ...],
    policy_folder: Path | None,
    lang: str,
) -> int:
    """核验一个文件（xlsx、xls、csv、json、jsonl、parquet），一次列出全部问题。

    退出码：0 全部通过，1 有退回的行，2 文件或请求无法使用。
    """
    if not str(file).isprintable() and any(0xD800 <= ord(c) < 0xE000 for c in str(file)):
        raise CannotDo("path.undecodable", "文件名中有系统无法识别的字符，请改名后重试。")
    out, returned = _target(out, file, "--out"), _target(returned, file, "--returned")
    if out is not None and returned is not None and out.resolve() == returned.resolve():
        raise CannotDo("request.same-file", "--out 和 --returned 是同一个文件，请给出两个不同的文件名。")
    from xinheng.cli.policy_in_use import policy_in_use
    from xinheng.core.intake.engine import check_source
    from xinheng.core.intake.headers import known_headers
    from xinheng.core.intake.reading import open_source

    policy = policy_in_use(policy_folder)
    source = open_source(file, known_headers=known_headers(policy))
    checking = check_source(source, policy, on=on or today(), item_id=item, answers=dict(answers), examples=examples)
    out, returned = _fitting(out, file, source.format), _fitting(returned, file, source.format)
    with _progress(file) as step:
        if out is None and returned is None:
            for block in checking:
                step(block)
                del block  # or it is kept until the next one has been checked
            report = checking.report
        else:
            from xinheng.documents.answer import write_answers

            report = write_answers(checking, file_name=file.name, annotated=out, returned=returned, progress=step)
    if as_json:
        import orjson

        begins = checking.item.effective_from if checking.item else None
        edition = {"policy": policy.digest, "edition_from": begins.isoformat() if begins else None}
        click.echo(orjson.dumps(report.as_json() | edition, option=orjson.OPT_INDENT_2).decode())
    else:
        from xinheng.cli.summary import show

        show(report, file=file, item=checking.item, policy=policy.digest, out=out, returned=returned, lang=lang)
    return SOME_RETURNED if report.returned else GOOD


def _target(path: Path | None, file: Path, option: str) -> Path | None:
    """Refuse a target that is no workbook, or the sender's own file, before anything is read."""
    if path is None:
        return None
    if path.suffix.lower() not in _SUFFIXES:
        raise CannotDo("request.answer-format", f"{option} 的文件名应以 .xlsx 或 .csv 结尾，现在是“{path.name}”。")
    if path.is_dir():
        raise CannotDo("path.is-folder", f"{option} 给的“{path}”是文件夹，请给出文件名。")
    if not path.parent.is_dir():
        raise CannotDo("path.missing", f"{option} 的文件夹“{path.parent}”不存在，请先建好。")
    if path.exists() and file.exists() and path.samefile(file):
        raise CannotDo("request.same-file", f"{option} 不能是被核验的文件本身，以免覆盖原件。请另起文件名。")
    return path


def _fitting(path: Path | None, file: Path, format: str) -> Path | None:
    """Answer as text where a worksheet could not hold the rows."""
    if path is None or path.suffix.lower() == ".csv":
        return path
    from xinheng.documents.answer import fits_worksheet

    if fits_worksheet(file, format):
        return path
    text = path.with_suffix(".csv")
    click.echo(f"行数超过一张工作表的上限，结果改写为 {text}。", err=True)
    return _target(text, file, "--out")


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[CheckedBlock], None]]:
    """Show how many rows are done, on stderr, and only to a person."""
    from xinheng.cli.screen import console

    terminal = console(stderr=True)
    if not terminal.is_terminal:
        yield lambda block: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("正在核验 {task.description}"), TextColumn("{task.completed:,.0f} 行"))
    with Progress(*columns, TimeElapsedColumn(), console=terminal, transient=True) as bar:
        task = bar.add_task(file.name, total=None)
        yield lambda block: bar.advance(task, block.original.height)
