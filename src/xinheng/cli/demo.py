"""xinheng demo: an invented city goes through the real intake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xinheng.cli.group import Command
from xinheng.cli.options import on_option

if TYPE_CHECKING:
    from xinheng.demo.ahead import Ahead


@click.command(cls=Command)
@click.option(
    "--organisations", metavar="数量", type=click.IntRange(100, 10_000_000), default=20_000, help="组织数量，默认 20000"
)
@click.option("--seed", metavar="种子", type=int, default=20260401, help="同一种子得到同一座城市")
@click.option("--if-missing", is_flag=True, help="已有演示城市或其他数据时什么也不做")
@click.option("--address", default="127.0.0.1:8000", help="网站地址，只用于显示")
@on_option
def demo(organisations: int, seed: int, if_missing: bool, address: str, on: date | None) -> None:
    """生成一座演示城市：虚构的组织和一年的报送，全部走真实的核验、入库流程。"""
    from xinheng.cli.register import is_new, open_register, set_up

    set_up()
    ahead = _begin_writing(organisations, seed, on) if is_new() else None
    try:
        open_register()
        from xinheng.cli.screen import console
        from xinheng.demo.build import run

        run(
            organisations=organisations,
            seed=seed,
            on=on,
            if_missing=if_missing,
            address=f"http://{address}",
            console=console(),
            ahead=ahead,
        )
    finally:
        if ahead is not None:
            ahead.stop()


def _begin_writing(organisations: int, seed: int, on: date | None) -> Ahead:
    """Have the files written while the tables are being made."""
    from django.conf import settings

    from xinheng.apps import clock
    from xinheng.demo.ahead import Ahead

    folder = Path(settings.XINHENG_VAR) / "demo" / "files"
    return Ahead(folder, organisations=organisations, seed=seed, on=on or clock.today())
