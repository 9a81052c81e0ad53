"""xinheng opendata: packages of what is public, for anybody."""

from __future__ import annotations

from datetime import date

import click

from xinheng.cli.group import Command, Group
from xinheng.cli.options import json_option, on_option
from xinheng.cli.register import open_register


@click.group(cls=Group)
def opendata() -> None:
    """开放数据：把公示中的记录做成任何人可以下载的数据包。"""


@opendata.command(cls=Command)
@click.option("--item", metavar="目录项", help="只做这一项，默认全部公示项")
@click.option("--whole", is_flag=True, help="全部重做，不在上次的基础上更新")
@on_option
@json_option
def build(item: str | None, whole: bool, on: date | None, as_json: bool) -> None:
    """生成或更新数据包：只处理上次以来变动的记录，期满的立即移除。宜每天零点后运行一次。"""
    open_register()
    import orjson

    from xinheng.apps.clock import today
    from xinheng.pages.opendata import building

    day = on or today()
    wanted = [i for i in building.open_items(day) if item in (None, i.id)]
    if not wanted:
        raise click.UsageError(f"没有可以开放的目录项“{item}”。")
    for one in wanted:
        built = building.build(one, on=day, whole=whole)
        if as_json:
            told = {name: getattr(built, name) for name in built.__slots__}
            click.echo(orjson.dumps(told).decode())
        else:
            how = "重做" if built.whole else f"更新，查看 {built.looked_at:,} 条"
            click.echo(f"{one.id:<22} {built.rows:>9,} 行　移除 {built.removed:,}　（{how}）")
