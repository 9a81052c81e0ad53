"""xinheng explain: the fields, rules and basis of an item; or what one rule wants and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option, on_option, today
from xinheng.cli.outcome import CannotDo
from xinheng.cli.policy_in_use import policy_in_use

if TYPE_CHECKING:
    from xinheng.core.policy.model import Item, Policy

_LEVELS = {"fatal": "错误，该行退回", "warning": "提醒，该行照常通过"}


@click.command(cls=Command)
@click.argument("name", metavar="目录项或规则代码")
@on_option
@json_option
def explain(name: str, on: date | None, as_json: bool) -> None:
    """解释一个目录项（如 adm.penalty）或一条核验规则（如 penalty.fine-without-amount）。"""
    policy, day = policy_in_use(), on or today()
    item = next((i for i in policy.items(on=day) if i.id == name), None)
    told = _item(item) if item is not None else _rule(name, policy, day)
    if as_json:
        import orjson

        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    elif item is not None:
        _show_item(told)
    else:
        _show_rule(told)


def _item(item: Item) -> dict[str, Any]:
    from xinheng.core.intake.messages import level_of, title_of
    from xinheng.documents.guide import REQUIRED, basis_text, field_rule, type_of

    return {
        "item": item.id,
        "zh": item.zh,
        "en": item.en,
        "active": item.status.value == "active",
        "inactive_because": item.inactive_because or None,
        "deadline_working_days": item.deadline_working_days,
        "basis": [{"text": basis_text(b), "certainty": b.certainty.value} for b in item.basis],
        "fields": [
            {
                "name": f.name,
                "zh": f.zh,
                "code": f.code,
                "required": REQUIRED[f.required],
                "type": type_of(f),
                "max_length": f.max_length,
                "rule": field_rule(f, item),
            }
            for f in item.fields
        ],
        "checks": [{"code": c, "level": level_of(c).value, "title": title_of(c)} for c in item.checks],
    }


def _rule(code: str, policy: Policy, on: date) -> dict[str, Any]:
    from xinheng.core.intake.check import all_checks
    from xinheng.core.intake.messages import basis_of, category_of, level_of, title_of

    try:
        level = level_of(code)
    except KeyError:
        raise CannotDo(
            "explain.unknown",
            f"没有名为“{code}”的目录项或规则。xinheng items 列出目录项；规则代码见核验结果的“代码”一列。",
        ) from None
    check = all_checks().get(code)
    return {
        "code": code,
        "title": title_of(code),
        "level": level.value,
        "category": category_of(code).value,
        "basis": basis_of(code),
        "message": check.message if check is not None else None,
        "good": dict(check.good) if check is not None else None,
        "bad": dict(check.bad) if check is not None else None,
        "items": [i.id for i in policy.items(on=on) if code in i.checks],
    }


def _show_rule(told: dict[str, Any]) -> None:
    click.echo(f"{told['title']}（{told['code']}）")
    click.echo(f"级别：{_LEVELS[told['level']]}　类别：{told['category']}")
    click.echo(f"依据：{told['basis']}")
    if told["message"]:
        click.echo(f"怎么改：{told['message']}")
        for label, row in (("通过的例子", told["good"]), ("不通过的例子", told["bad"])):
            shown = "，".join(f"{name}＝{value or '（空）'}" for name, value in row.items())
            click.echo(f"{label}：{shown}")
    if told["items"]:
        click.echo(f"用于：{'、'.join(told['items'])}")


def _show_item(told: dict[str, Any]) -> None:
    from rich.table import Table

    from xinheng.cli.screen import console

    screen = console()
    screen.print(f"{told['zh']}（{told['item']}）{told['en']}", style="bold")
    screen.print("已启用" if told["active"] else f"未启用：{told['inactive_because']}")
    if told["deadline_working_days"] is not None:
        screen.print(f"报送时限：{told['deadline_working_days']} 个工作日")
    for basis in told["basis"]:
        screen.print(f"依据：{basis['text']}")
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for title in ("列名", "简称代码", "内容", "怎么填"):
        table.add_column(title, overflow="fold")
    for f in told["fields"]:
        table.add_row(f["zh"], f["code"] or "", f["type"], f["rule"])
    screen.print()
    screen.print(table)
    if told["checks"]:
        screen.print("\n核验规则（另有必填、格式、代码、日期、重复等通用规则）", style="bold")
        for check in told["checks"]:
            screen.print(f"· {check['title']}（{check['code']}）：{_LEVELS[check['level']]}")
