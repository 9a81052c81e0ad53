"""xinheng items and xinheng template: what can be reported, and the workbook to report it in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option, on_option, today
from xinheng.cli.outcome import CannotDo
from xinheng.cli.policy_in_use import item_of, policy_in_use


@click.command(cls=Command)
@click.argument("item", metavar="目录项")
@click.option("-o", "--out", metavar="文件", type=click.Path(path_type=Path), help="写到哪里，默认 目录项名称.xlsx")
@on_option
@json_option
def template(item: str, out: Path | None, on: date | None, as_json: bool) -> None:
    """生成目录项的填报模板：正式列名、下拉选项、示例和填表说明。"""
    from xinheng.core.policy.model import Status

    day, policy = on or today(), policy_in_use()
    found = item_of(policy, item, day)
    if found.status is Status.INACTIVE:
        raise CannotDo("item.inactive", f"目录项“{found.zh}”（{found.id}）尚未启用，没有模板：{found.inactive_because}")
    path = out or Path(f"{found.zh}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise CannotDo("request.answer-format", f"模板的文件名应以 .xlsx 结尾，现在是“{path.name}”。")
    from xinheng.documents.template import template as write

    write(found, policy, path, on=day)
    if as_json:
        import orjson

        click.echo(orjson.dumps({"item": found.id, "file": str(path), "policy": policy.digest}).decode())
    else:
        click.echo(f"已生成 {path}（{found.zh}，{found.id}）。填好后运行 xinheng check {path} 核验。")


@click.command(cls=Command)
@on_option
@json_option
@click.option("--active", is_flag=True, help="只列已启用的")
def items(on: date | None, as_json: bool, active: bool) -> None:
    """列出全部目录项：编号、名称、是否启用，未启用的说明原因。"""
    from xinheng.core.policy.model import Status

    policy = policy_in_use()
    found = [i for i in policy.items(on=on or today()) if not active or i.status is Status.ACTIVE]
    if as_json:
        import orjson

        rows = [
            {
                "id": i.id,
                "zh": i.zh,
                "en": i.en,
                "active": i.status is Status.ACTIVE,
                "inactive_because": i.inactive_because or None,
            }
            for i in found
        ]
        click.echo(orjson.dumps({"policy": policy.digest, "items": rows}, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.table import Table
    from rich.text import Text

    from xinheng.cli.screen import console

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for title in ("编号", "名称", "状态"):
        table.add_column(title, overflow="fold")
    for i in found:
        state = Text("已启用", style="green") if i.status is Status.ACTIVE else Text(f"未启用：{i.inactive_because}")
        table.add_row(i.id, i.zh, state)
    screen = console()
    screen.print(table)
    ready = sum(i.status is Status.ACTIVE for i in found)
    screen.print(f"\n共 {len(found)} 项，已启用 {ready} 项。xinheng explain 编号 可看字段、规则和依据。", style="dim")
