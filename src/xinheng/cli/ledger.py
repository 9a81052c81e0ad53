"""xinheng ledger: keep the log up, look at it, prove from it, verify it whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from xinheng.cli.group import Group
from xinheng.cli.options import json_option
from xinheng.cli.outcome import GOOD, SOME_RETURNED, CannotDo
from xinheng.cli.register import officer_of, open_register


@click.group(cls=Group)
def ledger() -> None:
    """台账：检查点、证明、核对。"""


@ledger.command()
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=1.0, help="多久看一次，默认 1 秒")
def run(seconds: float) -> None:
    """持续定序、请见证、发布，直到被停止；xinheng serve 会自动运行它。"""
    open_register()
    from xinheng.apps.ledger.running import run as keep_up

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keep_up(stopped=stop.wait, seconds=seconds)


@ledger.command()
@json_option
def checkpoint(as_json: bool) -> None:
    """把已入库的全部定序，生成并发布检查点，然后显示它。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.ledger.files import tree_files
    from xinheng.apps.ledger.publishing import publish
    from xinheng.apps.ledger.running import name_policy
    from xinheng.apps.ledger.sequencer import sequence

    name_policy()
    with bar("定序") as step:
        sequence(at=now(), progress=lambda count: step("条目", count))
    told = publish(at=now())
    note = tree_files().published()
    if as_json:
        _print_json({"published": told.published, "missing": told.missing, "checkpoint": note})
        return
    for name, why in told.missing.items():
        click.echo(f"见证方 {name} 还没有签名：{why}", err=True)
    if not told.published and told.checkpoint is not None:
        click.echo("见证不足，新的检查点已生成但还没有发布；下面是此前发布的。", err=True)
    click.echo(note or "还没有发布过检查点。", nl=note is None)


@ledger.command()
@json_option
def status(as_json: bool) -> int:
    """显示台账的大小、检查点、见证和是否停止。"""
    open_register()
    from xinheng.apps.ledger.queries import status as look

    told = look()
    if as_json:
        _print_json(told.as_dict())
    else:
        click.echo("\n".join(told.lines()))
    return SOME_RETURNED if told.halted else GOOD


@ledger.command()
@click.option("--record", type=int, metavar="编号", help="证明一条记录（当前版本）及其全部内容在台账中")
@click.option("--subject", metavar="代码", help="证明一个主体名下的全部记录，或名下没有记录")
@click.option("--succession", is_flag=True, help="证明本台账承接自哪一个旧台账，交给见证方和交换对方")
@click.option("--withhold", is_flag=True, help="与 --subject 同用：不出示内容，只出示条数和承诺值")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="写到文件；不给则显示")
def proof(record: int | None, subject: str | None, succession: bool, withhold: bool, out: Path | None) -> None:
    """生成证明文件，任何人可用 xinheng verify 或网页离线验证。"""
    if sum((record is not None, subject is not None, succession)) != 1:
        raise CannotDo("request.missing", "请在 --record、--subject 和 --succession 中给出一个。")
    open_register()
    from xinheng.apps.ledger import proofs
    from xinheng.apps.records import queries

    newest = proofs.newest()
    if succession:
        made = proofs.succession_proof(newest)
    elif record is not None:
        version = queries.current().filter(record=record).first()
        if version is None:
            raise CannotDo("record.unknown", f"没有编号为 {record} 的有效记录。")
        made = proofs.record_proof(version, newest)
    else:
        made = proofs.subject_proof(str(subject), newest, disclose=lambda version: not withhold)
    if out is None:
        click.echo(str(made), nl=False)
    else:
        out.write_text(str(made), encoding="utf-8")
        click.echo(f"证明已写入 {out}。验证：xinheng verify {out}")


@ledger.command()
@json_option
def verify(as_json: bool) -> int:
    """从登记库重新计算全部承诺值、条目、根、主体映射和签名，逐一核对。"""
    open_register()
    from xinheng.apps.ledger.verifying import verify as look

    with bar("核对") as step:
        done = look(progress=step)
    if as_json:
        _print_json({name: getattr(done, name) for name in done.__slots__} | {"good": done.good})
    else:
        click.echo(
            f"条目 {done.leaves}，重算承诺值 {done.contents}，已清除 {done.erased}，"
            f"检查点 {done.checkpoints}，主体映射 {done.maps}，文件 {done.tiles}。"
        )
        for what in done.wrong:
            click.echo(f"✗ {what}")
        click.echo("全部相符。" if done.good else f"有 {len(done.wrong)} 处不符。")
    return GOOD if done.good else SOME_RETURNED


@ledger.command()
@click.confirmation_option("--yes", prompt="将从登记库重建哈希树并与已签名的检查点核对，继续吗？", help="不再询问")
def rebuild() -> None:
    """从登记库重建哈希树文件；与任何已签名的检查点不符时拒绝，什么也不改。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.ledger.rebuilding import rebuild as make_anew

    with bar("重建") as step:
        size = make_anew(by=None, at=now(), progress=lambda count: step("条目", count))
    click.echo(f"已重建 {size} 项，与全部已签名的检查点相符。")


@ledger.command("begin-anew")
@click.option("--because", required=True, metavar="理由", help="为什么另起；写入新台账的第一项，公开可见")
@click.option(
    "--checkpoint", type=click.Path(path_type=Path, exists=True), help="旧台账最后的检查点，不给则用本机保存的"
)
@click.confirmation_option("--yes", prompt="将封存旧台账、以新名称另起，继续吗？", help="不再询问")
def begin_anew(because: str, checkpoint: Path | None) -> None:
    """恢复备份放弃了已发布的数据、台账停止之后，另起一个承接它的新台账。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.ledger.succeeding import begin_anew as begin

    note = checkpoint.read_text(encoding="utf-8") if checkpoint else None
    ended = begin(because=because, by=None, at=now(), note=note)
    click.echo(
        f"旧台账 {ended.origin} 止于第 {ended.size} 项，密钥和文件已封存在 var/ledger/ended/{ended.pk}-{ended.size}。接着请：\n"
        "1. 运行 xinheng ledger checkpoint，发布新台账的第一个检查点（要见证的，先做第 2 步）；\n"
        "2. 把 xinheng ledger key 的新公钥和 xinheng ledger proof --succession 的证明交给各见证方，由其运行\n"
        "   xinheng witness add-log 目录 新公钥 --succeeds 证明文件；\n"
        "3. 把新名片和同一份证明交给交换对方，由其重新认识本节点；\n"
        "4. 公布新公钥。旧台账的证明仍可用旧公钥核对。"
    )


@ledger.command()
@click.option("--trust", is_flag=True, help="输出可交给他人的信任策略文件（台账和见证方的公钥）")
def key(trust: bool) -> None:
    """显示台账的公钥。"""
    open_register()
    from xinheng.apps.ledger.keyring import log_verifier
    from xinheng.apps.ledger.queries import trust_text

    click.echo(trust_text() if trust else str(log_verifier()), nl=not trust)


_rpc = click.option("--rpc", required=True, metavar="网址", help="区块链节点的 JSON-RPC 地址")
_contract = click.option("--contract", metavar="地址", help="存证合约的地址")


@ledger.command()
@_rpc
@_contract
@click.option(
    "--key-file", required=True, type=click.Path(path_type=Path, exists=True), help="账户私钥文件（十六进制）"
)
@json_option
def anchor(rpc: str, contract: str | None, key_file: Path, as_json: bool) -> None:
    """把最新发布的检查点存证到 EVM 链；不给 --contract 时先部署合约。需要 xinheng[chain]。"""
    open_register()
    from dataclasses import replace

    from xinheng.apps.ledger.keyring import log_signer, log_verifier
    from xinheng.apps.ledger.proofs import newest
    from xinheng.chain.anchoring import Chain
    from xinheng.core.ledger.checkpoint import open_checkpoint

    head, _, _ = open_checkpoint(newest().note, log_verifier())
    secret = key_file.read_text(encoding="ascii").strip()
    chain = Chain(rpc, secret, contract or "", log_signer().scheme.hashing)
    if not contract:
        chain = replace(chain, contract=chain.deploy())
    receipt = chain.anchor(head)
    if as_json:
        _print_json({name: getattr(receipt, name) for name in receipt.__slots__})
    else:
        click.echo(
            f"已存证第 {receipt.size} 项：合约 {receipt.contract}，交易 {receipt.transaction}，区块 {receipt.block}。"
        )


@ledger.command()
@click.argument("checkpoint", metavar="检查点文件", type=click.Path(path_type=Path, exists=True))
@_rpc
@click.option("--contract", required=True, metavar="地址", help="存证合约的地址")
@click.option("--log", required=True, metavar="公钥", help="台账公钥")
def anchored(checkpoint: Path, rpc: str, contract: str, log: str) -> None:
    """核对一个检查点文件与链上存证是否一致；不需要登记库。"""
    from datetime import UTC, datetime

    from xinheng.chain.anchoring import Chain
    from xinheng.core.ledger.checkpoint import open_checkpoint
    from xinheng.core.ledger.keys import read_verifier

    verifier = read_verifier(log)
    head, _, _ = open_checkpoint(checkpoint.read_bytes(), verifier)
    at = Chain(rpc, contract=contract, hashing=verifier.scheme.hashing).require_anchored(head)
    click.echo(f"一致：第 {head.size} 项的检查点于 {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC 存证。")


@ledger.group(cls=Group)
def erase() -> None:
    """依法清除一条记录的内容：一人提出，另一人批准；台账和其他证明照常有效。"""


_officer = click.option("--by", "username", required=True, metavar="账号", help="办理人的登录名（信用中心）")


@erase.command("ask")
@click.option("--record", required=True, type=int, metavar="编号", help="登记库的记录编号")
@click.option("--basis", required=True, metavar="依据", help="法律依据：文件和条款，或判决、决定的文号")
@click.option("--basis-on", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="依据的日期")
@click.option("--because", required=True, metavar="理由", help="理由，不写记录内容和个人信息")
@_officer
def erase_ask(record: int, basis: str, basis_on: Any, because: str, username: str) -> None:
    """提出清除一条记录；批准之前不改变任何内容。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.ledger import erasing
    from xinheng.apps.records.models import Record

    found = Record.objects.filter(pk=record).first()
    if found is None:
        raise CannotDo("record.unknown", f"没有编号为 {record} 的记录。")
    told = {"basis": basis, "basis_on": basis_on.date(), "because": because}
    made = erasing.ask(record=found, **told, by=officer_of(username), at=now())
    click.echo(f"已提出第 {made.pk} 号清除申请。由另一位同事批准：xinheng ledger erase approve {made.pk} --by 账号")


@erase.command("approve")
@click.argument("number", metavar="申请号", type=int)
@_officer
@click.confirmation_option("--yes", prompt="清除后内容不能恢复，确定批准吗？", help="不再询问")
def erase_approve(number: int, username: str) -> None:
    """批准他人提出的申请，并立即清除。"""
    made = _erasure(number)
    from xinheng.apps.clock import now
    from xinheng.apps.ledger import erasing

    erasing.approve(erasure=made, by=officer_of(username), at=now())
    click.echo(f"记录 {made.record_id} 的内容已清除。台账和其他记录的证明不受影响，可用 xinheng ledger verify 核对。")


@erase.command("refuse")
@click.argument("number", metavar="申请号", type=int)
@click.option("--because", required=True, metavar="理由", help="为什么不同意")
@_officer
def erase_refuse(number: int, because: str, username: str) -> None:
    """不同意他人提出的申请。"""
    made = _erasure(number)
    from xinheng.apps.clock import now
    from xinheng.apps.ledger import erasing

    erasing.refuse(erasure=made, decision=because, by=officer_of(username), at=now())
    click.echo(f"已答复第 {number} 号申请，记录不变。")


@erase.command("list")
@json_option
def erase_list(as_json: bool) -> None:
    """列出申请和结果。"""
    open_register()
    from xinheng.apps.ledger.models import Erasure

    found = Erasure.objects.select_related("asked_by", "decided_by").order_by("pk")
    rows = [
        {
            "number": one.pk,
            "record": one.record_id,
            "item": one.item,
            "state": one.state,
            "basis": one.basis,
            "basis_on": one.basis_on.isoformat(),
            "asked_by": one.asked_by.username,
            "decided_by": one.decided_by.username if one.decided_by else None,
        }
        for one in found
    ]
    if as_json:
        _print_json(rows)
        return
    lines = [
        f"{one.pk}　记录 {one.record_id}　{one.get_state_display()}　{one.basis}（{one.basis_on}）　{one.asked_by}"
        for one in found
    ]
    click.echo("\n".join(lines) or "还没有清除申请。")


def _erasure(number: int) -> Any:
    open_register()
    from xinheng.apps.ledger.models import Erasure

    found = Erasure.objects.filter(pk=number).first()
    if found is None:
        raise CannotDo("erasure.unknown", f"没有第 {number} 号清除申请。可用 xinheng ledger erase list 查看。")
    return found


@contextmanager
def bar(title: str) -> Iterator[Callable[[str, int], None]]:
    """Show how far the work is, where somebody is looking."""
    from xinheng.cli.screen import console

    terminal = console(stderr=True)
    if not terminal.is_terminal:
        yield lambda what, count: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    counts: dict[str, int] = {}
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=terminal, transient=True) as bar:  # fmt: skip
        task = bar.add_task(title)

        def step(what: str, count: int) -> None:
            counts[what] = counts.get(what, 0) + count
            bar.update(task, description=f"{title}　" + "，".join(f"{k} {v:,}" for k, v in counts.items()))

        yield step


def _print_json(told: Any) -> None:
    import orjson

    click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
