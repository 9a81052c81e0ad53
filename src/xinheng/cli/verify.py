"""xinheng verify: the self-contained verifier, under the same roof."""

from __future__ import annotations

from pathlib import Path

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option


@click.command(cls=Command)
@click.argument("proof", metavar="证明文件", type=click.Path(path_type=Path))
@click.option("--trust", type=click.Path(path_type=Path), help="信任策略文件：台账和见证方的公钥，以及要求几家见证")
@click.option("--log", multiple=True, metavar="公钥", help="台账公钥（可多次）")
@click.option("--witness", multiple=True, metavar="公钥", help="见证方公钥（可多次）")
@click.option("--least", type=int, metavar="数量", help="至少几家见证；默认全部")
@json_option
def verify(
    proof: Path, trust: Path | None, log: tuple[str, ...], witness: tuple[str, ...], least: int | None, as_json: bool
) -> int:
    """验证一个证明文件：只用公钥，不联网，不需要数据库。

    退出码：0 成立，1 不成立，2 不能读取。同样的程序也可单独使用：python3 verify_alone.py。
    """
    from xinheng.verify_alone import main

    arguments = [str(proof)]
    arguments += ["--trust", str(trust)] if trust else []
    for name, values in (("--log", log), ("--witness", witness)):
        for value in values:
            arguments += [name, value]
    arguments += ["--least", str(least)] if least is not None else []
    return int(main(arguments + ["--json"] * as_json))
