"""xinheng demo: an invented city goes through the real intake."""

from __future__ import annotations

from datetime import date

import click

from xinheng.cli.group import Command
from xinheng.cli.options import on_option


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
    from xinheng.cli.register import open_register

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
    )
