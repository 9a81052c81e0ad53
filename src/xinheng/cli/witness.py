"""xinheng witness: a province, an audit office or a university watches a log and co-signs what it has seen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from xinheng.cli.group import Group
from xinheng.cli.outcome import CannotDo
from xinheng.cli.serving import require_free, split_address

_FOLDER = click.argument("folder", metavar="目录", type=click.Path(path_type=Path, file_okay=False))


@click.group(cls=Group)
def witness() -> None:
    """见证服务：为台账的检查点联署，只签与所见历史一致的。"""


@witness.command()
@_FOLDER
@click.option("--name", required=True, metavar="名称", help="见证方的名称，如 witness.example.gov.cn/province")
@click.option("--profile", type=click.Choice(["standard", "gm"]), default="standard", help="密码方案，默认 standard")
def init(folder: Path, name: str, profile: str) -> None:
    """建立见证目录，生成密钥，显示交给台账一方的公钥。"""
    from xinheng.core.ledger.keys import scheme_named
    from xinheng.core.ledger.note import is_name
    from xinheng.core.ledger.signing import new_signer
    from xinheng.witness.service import KEY, LOGS

    if not is_name(name):
        raise CannotDo("request.bad-value", "名称不能含空格和加号。")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer = new_signer(name, scheme_named(profile), witness=True)
    try:
        handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotDo("witness.exists", f"“{folder}”里已有密钥，没有改动。") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{signer}\n")
    (folder / LOGS).write_text("# 一行一个所见证的台账：log 公钥\nquorum none\n", encoding="utf-8")
    click.echo(str(signer.verifier))


@witness.command("add-log")
@_FOLDER
@click.argument("key", metavar="公钥")
@click.option(
    "--succeeds", type=click.Path(path_type=Path, exists=True), metavar="证明文件", help="新台账承接旧台账的证明"
)
def add_log(folder: Path, key: str, succeeds: Path | None) -> None:
    """加入一个要见证的台账；公钥由台账一方用 xinheng ledger key 给出。服务重启后生效。"""
    from xinheng.core.ledger.keys import read_verifier
    from xinheng.core.ledger.trust import read_policy
    from xinheng.witness.service import LOGS, Witness

    path = folder / LOGS
    if succeeds is not None:
        old = Witness.of(folder).require_succession(succeeds.read_bytes(), read_verifier(key.strip()))
        click.echo(f"承接 {old.origin}，止于第 {old.size} 项，与本见证方所见一致。")
    text = f"log {key.strip()}\n" + path.read_text(encoding="utf-8")
    known = read_policy(text)
    path.write_text(text, encoding="utf-8")
    click.echo(f"已加入，共 {len(known.logs)} 个台账。")


@witness.command()
@_FOLDER
@click.option("--address", default="127.0.0.1:8100", help="监听地址，默认 127.0.0.1:8100")
def run(folder: Path, address: str) -> None:
    """启动见证服务，按 Ctrl-C 停止。"""
    from xinheng.witness.service import Witness

    host, port = split_address(address)
    require_free(host, port)
    known = Witness.of(folder)  # says now, not in a process of its own, what is wrong with the folder
    click.echo(f"见证服务 {known.signer.name}：http://{address}　见证 {len(known.logs)} 个台账，按 Ctrl-C 停止。")
    sys.stdout.flush()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1"]  # fmt: skip
    command += ["--blocking-threads", "2", "--no-access-log", "--log-level", "warning"]
    # This process becomes the server: whoever stops it stops all of it.
    os.execve(  # noqa: S606
        sys.executable,
        [*command, "xinheng.witness.application:application"],
        os.environ | {"XINHENG_WITNESS": str(folder.absolute())},
    )


@witness.command()
@_FOLDER
def status(folder: Path) -> None:
    """显示公钥和每个台账签到了哪里。"""
    from xinheng.witness.service import Witness

    known = Witness.of(folder)
    click.echo(f"公钥 {known.signer.verifier}")
    seen = dict(known.seen.all())
    for origin in known.logs:
        click.echo(f"{origin}：{f'签到第 {seen[origin]} 项' if origin in seen else '还没有签过'}")
