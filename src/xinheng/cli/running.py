"""xinheng reconcile run, serve, status, statement: comparing with another node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xinheng.cli.channels import channel_of, channel_option, direction_option
from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.outcome import GOOD, SOME_RETURNED, CannotDo
from xinheng.cli.progress import counting
from xinheng.cli.register import open_register

if TYPE_CHECKING:
    from xinheng.apps.exchange.models import Channel, Run

_FOLDER = click.Path(path_type=Path, file_okay=False)
_SHOWN = 20


@click.command(cls=Command)
@click.argument("code", metavar="对方代码")
@direction_option
@channel_option
@click.option(
    "--files", "folder", type=_FOLDER, metavar="目录", help="没有网络：在这个目录里写出请求、读取答复，多次运行直到完成"
)
@click.option("--recompute", is_flag=True, help="两方都从登记库重新计算，不用平时累计的汇总（慢，用于审计）")
@json_option
def run(code: str, direction: str | None, name: str, folder: Path | None, recompute: bool, as_json: bool) -> int:
    """与对方对账。退出码：0 一致，1 有差异或等待对方文件，2 未能完成。"""
    open_register()
    channel = channel_of(code, direction, name)
    with counting("正在对账", unit="条") as step:
        done = _run(channel, folder, recompute, step)
    if as_json:
        import orjson

        click.echo(orjson.dumps(told(done), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(done, folder)
    return GOOD if done.state == "agreed" else SOME_RETURNED


def _run(channel: Channel, folder: Path | None, recompute: bool, step: Any) -> Run:
    from xinheng.apps.clock import now
    from xinheng.apps.exchange import transport
    from xinheng.apps.exchange.models import RunState, Way
    from xinheng.apps.exchange.tabling import run_table

    way = channel.counterpart.way
    if way == Way.TABLE:
        return run_table(channel=channel, by=None, clock=now, anew=recompute, progress=step)
    if folder is not None:
        waiting = channel.runs.filter(state=RunState.WAITING).order_by("-pk").first()
        if waiting is not None and transport.question_file(folder, waiting, waiting.talk["step"]).exists():
            return transport.go_on_files(folder, waiting, at=now())
        return transport.begin_files(folder, channel=channel, by=None, at=now(), anew=recompute, progress=step)
    if way == Way.FILES:
        raise CannotDo("request.missing", "与这个对方之间没有网络，请加 --files 目录，用文件对账。")
    post = transport.post_to(channel.counterpart)
    return transport.run_over(post, channel=channel, by=None, clock=now, anew=recompute, progress=step)


@click.command(cls=Command)
@click.option("--files", "folder", required=True, type=_FOLDER, metavar="目录", help="对方请求文件所在的目录")
@json_option
def serve(folder: Path, as_json: bool) -> int:
    """答复目录里对方的对账请求（网络上的请求由 xinheng serve 启动的网站答复）。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.exchange.transport import answer_file, serve_files

    done = serve_files(folder, at=now())
    if as_json:
        import orjson

        rows = [{"file": str(path), "error": refusal.code if refusal else None} for path, refusal in done]
        click.echo(orjson.dumps({"files": rows}).decode())
    elif not done:
        click.echo("没有待答复的请求。")
    else:
        for path, refusal in done:
            what = (
                f"拒收：{refusal}（{refusal.code}）" if refusal else f"已答复，请把 {answer_file(path).name} 送回对方。"
            )
            click.echo(f"{path.name}　{what}")
    return SOME_RETURNED if any(refusal for _, refusal in done) else GOOD


@click.command(cls=Command)
@click.option("--check", is_flag=True, help="重新相加，检查平时累计的汇总是否正确")
@json_option
def status(check: bool, as_json: bool) -> int:
    """各对方的对账情况：一致到哪个位置，最近一次对账，未办结差异。"""
    open_register()
    from xinheng.apps.clock import today
    from xinheng.apps.exchange.queries import standing
    from xinheng.apps.exchange.recounting import wrong_sums

    rows = standing(on=today())
    for row in rows if check else ():
        if wrong := wrong_sums(row.channel):
            raise CannotDo(
                "reconcile.sums-wrong",
                f"{row.title}：{'、'.join(wrong)} 的汇总与逐条相加不符，数据库可能被改动过。请用 xinheng reconcile run --recompute 重新计算并对账。",
            )
    if as_json:
        import orjson

        click.echo(orjson.dumps({"channels": [row.as_json() for row in rows]}, option=orjson.OPT_INDENT_2).decode())
    elif not rows:
        click.echo("还没有登记交换约定。先用 xinheng exchange meet 登记对方，再用 xinheng exchange agree 约定。")
    for row in rows if not as_json else ():
        click.echo(f"{row.title}：{row.sentence}")
    return SOME_RETURNED if any(row.open_tasks for row in rows) else GOOD


@click.command(cls=Command)
@click.argument("ref", metavar="对账编号")
@click.option("--out", "folder", required=True, type=_FOLDER, metavar="目录", help="写到哪个目录")
def statement(ref: str, folder: Path) -> None:
    """导出一次对账的对账单（双方签名）和差异清单，任何人可用 xinheng reconcile verify 验证。"""
    open_register()
    from xinheng.apps.exchange.models import Run

    found = Run.objects.filter(ref__startswith=ref).exclude(statement="")[:2]
    if len(found) != 1:
        raise CannotDo("run.unknown", f"没有编号为“{ref}”的已完成对账，或编号不够长。")
    folder.mkdir(parents=True, exist_ok=True)
    note, file = folder / f"{found[0].ref}.statement", folder / f"{found[0].ref}.differences"
    note.write_text(found[0].statement, encoding="utf-8")
    file.write_bytes(bytes(found[0].found))
    click.echo(f"对账单：{note}\n差异清单：{file}")


def told(run: Run) -> dict[str, Any]:
    """Return a run as JSON."""
    return {
        "run": run.ref,
        "counterpart": run.channel.counterpart.code,
        "state": run.state,
        "position": run.position,
        "there_position": run.there_position,
        "held": run.held,
        "counts": run.counts,
        "rounds": run.rounds,
        "bytes": {"sent": run.sent, "received": run.received},
        "seconds": round(run.seconds, 3),
    }


def _show(run: Run, folder: Path | None) -> None:
    from xinheng.apps.exchange.results import differences_of
    from xinheng.apps.exchange.transport import question_file
    from xinheng.core.reconciliation.words import KINDS

    click.echo(f"{run.channel}　对账编号 {run.ref}")
    if run.state == "waiting" and folder is not None:
        name = question_file(folder, run, run.talk["step"]).name
        click.echo(f"请把 {name} 送给对方（xinheng reconcile serve --files），带回答复后在同一目录再次运行本命令。")
        return
    here, there = (sum(pair[i] for pair in run.held.values()) for i in (0, 1))
    click.echo(f"我方 {here:,} 条（位置 {run.position}），对方 {there:,} 条（位置 {run.there_position}）。")
    if run.state == "agreed":
        click.echo("两方一致，对账单已由双方签名。" if run.rounds else "两方一致，对账单已签名。")
    for kind, count in run.counts.items():
        click.echo(f"  {KINDS[kind]}　{count:,}")
    for row in differences_of(run)[:_SHOWN]:
        more = "、".join(str(f) for f in row.get("fields", ())) or row.get("code", "")
        click.echo(f"· {KINDS[str(row['kind'])]}　{row['item']}　{row['name']}　{more}")
    click.echo(f"往返 {run.rounds} 次，发送 {run.sent:,} 字节，接收 {run.received:,} 字节，用时 {run.seconds:.2f} 秒。")
