"""xinheng exchange pull, package, take: what others send comes in, what they are to have goes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xinheng.cli.channels import channel_of, channel_option, counterpart_of
from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.outcome import GOOD, SOME_RETURNED
from xinheng.cli.progress import counting
from xinheng.cli.register import open_register

if TYPE_CHECKING:
    from xinheng.apps.exchange.taking import Taken


@click.command(cls=Command)
@click.argument("code", metavar="对方代码")
@channel_option
@json_option
def pull(code: str, name: str, as_json: bool) -> int:
    """从对方拉取新数据，逐页核对台账后入库；中断后再次运行会接着拉取。同时取回对方退回我方的数据。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import pulling
    from xinheng.apps.exchange.models import Channel, Direction
    from xinheng.apps.exchange.transport import post_to

    counterpart = counterpart_of(code)
    post, told = post_to(counterpart), {"rejections": 0}
    for channel in Channel.objects.filter(counterpart=counterpart, name=name).select_related("counterpart"):
        if channel.direction == Direction.IN:
            with counting("正在拉取", unit="项") as step:
                taken = pulling.pull(channel, post, clock=now, progress=lambda taken, s=step: s(taken.entries))
            told |= _as_json(taken)
        else:
            told["rejections"] = pulling.fetch_rejections(channel, post, clock=now)
    if as_json:
        import orjson

        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        if "size" in told:
            click.echo(_sentence(told))
        click.echo(f"对方新退回我方 {told['rejections']:,} 条。")
    return SOME_RETURNED if told.get("rejected") else GOOD


@click.command(cls=Command)
@click.argument("code", metavar="对方代码")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), metavar="目录", help="写到哪个目录")
@click.option("--from", "first", type=click.IntRange(0), metavar="序号", help="从台账第几项开始；不给则接着上次")
@channel_option
@json_option
def package(code: str, folder: Path, first: int | None, name: str, as_json: bool) -> None:
    """把台账中的新数据打成签名日包，供没有网络时携带。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import pulling

    written = pulling.package(channel_of(code, "out", name), folder, first=first, at=now())
    if as_json:
        import orjson

        click.echo(orjson.dumps({"files": [str(path) for path in written]}).decode())
    elif not written:
        click.echo("没有新数据。尚未进入检查点的数据要先运行 xinheng ledger checkpoint。")
    else:
        click.echo(f"已写出 {len(written)} 个日包：")
        for path in written:
            click.echo(f"  {path}")
        click.echo("请按文件名次序交给对方，对方运行 xinheng exchange take。")


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="文件...", type=click.Path(path_type=Path))
@json_option
def take(files: tuple[Path, ...], as_json: bool) -> int:
    """接收对方的日包：逐个核对签名、次序和台账，通过的入库，不通过的说明原因并记入日志。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import pulling
    from xinheng.core.refusal import Refusal

    with counting("正在接收", len(files), "个") as step:
        done = pulling.take_files(files, at=now(), progress=lambda taken: step(1))
    told = [
        {"file": str(path), "error": {"code": came.code, "message": str(came)}}
        if isinstance(came, Refusal)
        else {"file": str(path), **_as_json(came)}
        for path, came in done
    ]
    if as_json:
        import orjson

        click.echo(orjson.dumps({"files": told}, option=orjson.OPT_INDENT_2).decode())
    else:
        for one in told:
            error = one.get("error")
            what = f"拒收：{error['message']}（{error['code']}）" if error else _sentence(one)
            click.echo(f"{Path(one['file']).name}　{what}")
    return SOME_RETURNED if any("error" in one or one.get("rejected") for one in told) else GOOD


def _as_json(taken: Taken) -> dict[str, Any]:
    return {name: getattr(taken, name) for name in taken.__slots__}


def _sentence(told: dict[str, Any]) -> str:
    parts = [f"台账 {told['entries']:,} 项，数据 {told['statements']:,} 条"]
    if told["rejected"]:
        parts.append(f"其中退回 {told['rejected']:,} 条")
    if told["withdrawn"] or told["events"]:
        parts.append(f"撤回批次 {told['withdrawn']:,} 个，事件 {told['events']:,} 件")
    return "，".join(parts) + f"；已接收到第 {told['size']:,} 项，对方共 {told['whole']:,} 项。"
