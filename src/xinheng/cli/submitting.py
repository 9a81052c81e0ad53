"""xinheng submit and xinheng zero-report: handing in to the register under a named officer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xinheng.cli.group import Command
from xinheng.cli.options import Answer, json_option, today
from xinheng.cli.outcome import GOOD, SOME_RETURNED, CannotDo

if TYPE_CHECKING:
    from xinheng.apps.intake.models import Submission

_department = click.option("--department", required=True, metavar="部门", help="报送部门：统一社会信用代码或全称")
_officer = click.option("--officer", required=True, metavar="账号", help="报送人的账号")
_COUNTS = {
    "new": "新增",
    "versions": "更正",
    "unchanged": "未变",
    "waiting": "待匹配主体",
    "returned": "退回",
}


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@_department
@_officer
@click.option("--item", metavar="编号", help="目录项编号；不给则由表头识别")
@click.option("--certify", is_flag=True, help="同时确认并入库；不给则只核验，等待确认")
@click.option("--whole", is_flag=True, help="全部通过才入库；不给则合格的先入库")
@click.option("--column", "answers", multiple=True, type=Answer(), help="指明有歧义的列，可多次给出")
@json_option
def submit(
    file: Path,
    department: str,
    officer: str,
    item: str | None,
    certify: bool,
    whole: bool,
    answers: tuple[tuple[str, str], ...],
    as_json: bool,
) -> int:
    """报送一个文件到登记库。同一文件重复报送只算一次。

    退出码：0 全部通过，1 有退回的行，2 不能使用。
    """
    if not file.is_file():
        raise CannotDo("file.missing", f"找不到文件“{file}”。")
    from xinheng.cli.register import department_of, officer_of, open_register

    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.intake import actions

    done = actions.hand_in(
        source=file,
        department=department_of(department),
        by=officer_of(officer),
        at=now(),
        item=item,
        name=file.name,
        channel="cli",
        answers=dict(answers),
        certify=certify,
        whole=whole,
    )
    if done.error_code:
        raise CannotDo(done.error_code, done.error_message)
    _tell(done, as_json=as_json)
    return SOME_RETURNED if done.counts.get("returned") else GOOD


@click.command(cls=Command)
@click.argument("item", metavar="目录项")
@_department
@_officer
@click.option("--period", metavar="年月", help="如 2026-11，默认本月")
@json_option
def zero_report(item: str, department: str, officer: str, period: str | None, as_json: bool) -> None:
    """零报送：由报送人确认本月没有可报送的信息。"""
    from xinheng.cli.policy_in_use import item_of, policy_in_use
    from xinheng.cli.register import department_of, officer_of, open_register

    item_of(policy_in_use(), item, today())
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.clock import today as register_day
    from xinheng.apps.intake import actions

    done = actions.zero_report(
        item=item,
        department=department_of(department),
        period=period or f"{register_day():%Y-%m}",
        by=officer_of(officer),
        at=now(),
    )
    _tell(done, as_json=as_json)


def _tell(done: Submission, *, as_json: bool) -> None:
    if as_json:
        import orjson

        told: dict[str, Any] = {
            "submission": done.ref,
            "kind": done.kind,
            "item": done.item,
            "period": done.period or None,
            "state": done.state,
            "again": done.again,
            "rows": done.rows,
            "counts": done.counts,
            "receipt": done.receipt or None,
            "notices": done.notices,
            "report": done.report or None,
        }
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return
    click.echo(f"批次 {done.ref}：{done.get_kind_display()}，{done.get_state_display()}。")
    if done.again:
        click.echo("这个文件以前报送过，没有重复入库。")
    shown = [f"{label} {done.counts[name]:,}" for name, label in _COUNTS.items() if done.counts.get(name)]
    if shown:
        click.echo(f"共 {done.rows:,} 行：{'，'.join(shown)}。")
    for notice in done.notices:
        click.echo(f"· {notice['message']}")
    if done.receipt:
        click.echo(f"回执号 {done.receipt}")
    if done.state == "checked":
        click.echo("尚未确认入库：确认无误后加 --certify 重新运行，或在网页上确认。")
    if done.counts.get("returned"):
        click.echo("有退回的行：运行 xinheng check 文件 --returned 退回.xlsx 可得到只含这些行的文件，改好后单独报送。")
