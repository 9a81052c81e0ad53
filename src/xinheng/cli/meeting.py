"""xinheng exchange introduce, meet, table, agree: how nodes come to know each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from xinheng.cli.channels import channel_option, counterpart_of
from xinheng.cli.group import Command
from xinheng.cli.options import Day, json_option
from xinheng.cli.outcome import CannotDo
from xinheng.cli.register import open_register

_FILE = click.Path(path_type=Path)


def _json(path: Path) -> dict[str, Any]:
    import orjson

    try:
        told = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        raise CannotDo("file.not-json", f"“{path.name}”不是 JSON 文件。") from None
    if not isinstance(told, dict):
        raise CannotDo("file.not-json", f"“{path.name}”的内容应为一个对象。")
    return told


@click.command(cls=Command)
@click.option("--code", required=True, metavar="代码", help="本节点的代码，如 sz")
@click.option("--name", required=True, metavar="名称", help="本节点的名称")
@click.option("--address", default="", metavar="网址", help="对方可以访问的本节点网址，如 https://credit.example")
@click.option("-o", "--out", type=_FILE, metavar="文件", help="写到文件；不给则显示")
def introduce(code: str, name: str, address: str, out: Path | None) -> None:
    """生成本节点的名片（只含公钥）。对方用 xinheng exchange meet 登记，并应以电话等方式核对公钥。"""
    open_register()
    import orjson

    from xinheng.apps.exchange.actions import own_card

    text = orjson.dumps(own_card(code=code, name=name, address=address), option=orjson.OPT_INDENT_2).decode()
    if out is None:
        click.echo(text)
        return
    out.write_text(text + "\n", encoding="utf-8")
    click.echo(f"名片已写入 {out}。请交给对方，并另行核对公钥。")


@click.command(cls=Command)
@click.argument("card", metavar="名片文件", type=_FILE)
@click.option("--files", is_flag=True, help="双方之间没有网络，用文件交换")
def meet(card: Path, files: bool) -> None:
    """登记对方的名片。同一对方的公钥不会被悄悄换掉。"""
    told = _json(card)
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import actions
    from xinheng.apps.exchange.models import Way

    found = actions.meet(card=told, way=Way.FILES if files else Way.HTTP, by=None, at=now())
    click.echo(f"已登记“{found.name}”（{found.code}）。公钥：{found.key}")
    click.echo("请以电话等其他方式与对方核对公钥，再开始交换。")


@click.command(cls=Command)
@click.argument("code", metavar="代码")
@click.option("--name", required=True, metavar="名称", help="对方的名称")
@click.option("--source", required=True, type=_FILE, metavar="文件", help="JSON：目录项 → 文件，或数据库地址和查询")
def table(code: str, name: str, source: Path) -> None:
    """登记只有每日文件或数据表的对方：由我方读取并对账。

    来源文件的写法：{"adm.penalty": {"file": "/路径/处罚.csv"}}，或
    {"adm.penalty": {"database": "postgres://…", "query": "SELECT …", "columns": {"wsh": "doc_no"}}}。
    """
    told = _json(source)
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import actions

    found = actions.know_table(code=code, name=name, source=told, by=None, at=now())
    click.echo(f"已登记“{found.name}”（{found.code}），目录项：{'、'.join(sorted(told))}。")


@click.command(cls=Command)
@click.argument("code", metavar="对方代码")
@click.option("--direction", type=click.Choice(["out", "in"]), required=True, help="out 我方报送对方，in 对方报送我方")
@click.option("--item", "items", multiple=True, required=True, metavar="编号", help="目录项，可多次给出")
@click.option("--department", metavar="部门", help="负责的本地部门：收到的数据以它的名义入库，差异默认由它办理")
@click.option("--term-days", type=click.IntRange(0, 60), default=1, help="几个工作日内应送达，默认 1")
@click.option("--settle-days", type=click.IntRange(1, 60), default=3, help="差异几个工作日内办结，默认 3")
@click.option("--grant", "grants", multiple=True, metavar="目录项:字段", help="授权交换的个人信息字段，可多次给出")
@click.option("--grant-basis", default="", metavar="依据", help="授权的依据（文件和条款）")
@click.option("--grant-until", type=Day(), help="授权到哪一天为止（当日起失效）")
@click.option("--returns", is_flag=True, help="对方送来的是回流数据：属于我方原报送的，只告知原部门，不替换原数据")
@channel_option
@json_option
def agree(
    code: str,
    direction: str,
    items: tuple[str, ...],
    department: str | None,
    term_days: int,
    settle_days: int,
    grants: tuple[str, ...],
    grant_basis: str,
    grant_until: date | None,
    returns: bool,
    name: str,
    as_json: bool,
) -> None:
    """约定与对方交换哪些目录项。双方应作同样的约定，方向相反。"""
    open_register()
    from xinheng.apps.clock import now, today
    from xinheng.apps.exchange import actions
    from xinheng.apps.exchange.models import Direction
    from xinheng.cli.register import department_of

    granted: dict[str, list[str]] = {}
    for grant in grants:
        item, _, field = grant.partition(":")
        granted.setdefault(item, []).append(field)
    channel = actions.agree(
        counterpart=counterpart_of(code),
        direction=Direction(direction),
        items=items,
        by=None,
        at=now(),
        on=today(),
        name=name,
        department=department_of(department) if department else None,
        term_days=term_days,
        settle_days=settle_days,
        granted=granted,
        granted_basis=grant_basis,
        granted_until=grant_until,
        returns=returns,
    )
    if as_json:
        import orjson

        click.echo(orjson.dumps({"channel": str(channel), "items": channel.items}).decode())
    else:
        click.echo(f"已约定：{channel}，{len(channel.items)} 个目录项，{channel.term_days} 个工作日内送达。")
