"""xinheng policy: is the policy data sound, which of it must be read again, and which exactly is in use."""

from __future__ import annotations

from datetime import date

import click

from xinheng.cli.group import Group
from xinheng.cli.options import json_option, on_option, today
from xinheng.cli.outcome import GOOD, SOME_RETURNED
from xinheng.cli.policy_in_use import policy_authority, policy_in_use, policy_root


@click.group(cls=Group)
def policy() -> None:
    """检查政策数据：目录、代码表、规则的依据和期限。"""


@policy.command()
@json_option
def check(as_json: bool) -> int:
    """检查政策数据有没有错误；有错误时退出码为 1。"""
    from xinheng.cli.evaluation_problems import problems_of
    from xinheng.core.intake.check import known_codes
    from xinheng.core.policy import PolicyError, load_policy

    try:
        found = load_policy(policy_root(), policy_authority(), known_codes())
        problems = problems_of(found, policy_root())
    except PolicyError as error:
        found, problems = None, list(error.errors)
    if as_json:
        import orjson

        rows = [{"file": p.path, "where": p.where, "code": p.code, "message": p.chinese} for p in problems]
        click.echo(orjson.dumps({"digest": found.digest if found else None, "problems": rows}).decode())
    else:
        for p in problems:
            click.echo(f"{p.path} {p.where}：{p.chinese}（{p.code}）")
        if found is not None and not problems:
            click.echo(f"政策数据没有问题：{len(found.item_versions)} 个目录项，{len(found.codelists)} 张代码表。")
            click.echo(found.digest)
        else:
            click.echo(f"共 {len(problems)} 处问题，请改正后再用。", err=True)
    return SOME_RETURNED if problems else GOOD


@policy.command()
@on_option
@json_option
def due(on: date | None, as_json: bool) -> None:
    """列出到期应重新核对原文的政策数据。"""
    from xinheng.core.policy import due as find_due

    day = on or today()
    found = find_due(policy_in_use(), on=day)
    if as_json:
        import orjson

        rows = [
            {"file": d.reading.path, "name": d.reading.name, "due_on": d.due_on.isoformat(), "days_late": d.days_late}
            for d in found
        ]
        click.echo(orjson.dumps({"on": day.isoformat(), "due": rows}).decode())
        return
    for d in found:
        click.echo(f"{d.due_on}　{d.reading.name}（{d.reading.path}），已过 {d.days_late} 天")
    click.echo(f"到 {day}，有 {len(found)} 处应重新核对原文。" if found else f"到 {day}，没有到期的政策数据。")


@policy.command()
@json_option
def digest(as_json: bool) -> None:
    """显示正在使用的政策版本。"""
    found = policy_in_use()
    if as_json:
        import orjson

        click.echo(orjson.dumps({"authority": found.authority, "digest": found.digest}).decode())
    else:
        click.echo(found.digest)
