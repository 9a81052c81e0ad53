"""xinheng reindex: what names are found by, worked out anew."""

from __future__ import annotations

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.register import open_register


@click.command(cls=Command)
@json_option
def reindex(as_json: bool) -> None:
    """重建名称检索：区划名录、繁简或拼音对照表有变化，或从旧版本升级之后运行一次。"""
    open_register()
    import orjson

    from xinheng.apps.subjects.index import rebuild

    done = rebuild()
    click.echo(orjson.dumps({"names": done}).decode() if as_json else f"已重建 {done:,} 个名称的检索。")
