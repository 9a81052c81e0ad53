"""xinheng reconcile verify: a statement, the public keys of both sides, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.outcome import GOOD, SOME_RETURNED, CannotDo

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("statement", metavar="对账单", type=_FILE)
@click.option(
    "--key", "keys", multiple=True, required=True, metavar="公钥", help="双方的公钥（名片中的 key），各给一次"
)
@click.option("--differences", type=_FILE, metavar="文件", help="差异清单：一并验证它完整、未被增删")
@json_option
def verify(statement: Path, keys: tuple[str, ...], differences: Path | None, as_json: bool) -> int:
    """验证一份对账单：双方签名是否有效，差异清单能否解释两方合计之差。

    只用公钥，不联网，不需要任何一方的数据库。退出码：0 成立，1 不成立，2 不能读取。
    """
    from xinheng.core.ledger import note as notes
    from xinheng.core.ledger.keys import read_verifier
    from xinheng.core.reconciliation.statement import read_statement, require_explained
    from xinheng.core.refusal import Refusal

    verifiers = [read_verifier(key) for key in keys]
    try:
        note = notes.parse(statement.read_bytes())
        told = read_statement(note.text)
        signed = {signature.name for signature in notes.opened(note, verifiers)}
        if differences is not None:
            require_explained(told, differences.read_bytes())
    except Refusal as refusal:
        if as_json:
            import orjson

            click.echo(orjson.dumps({"holds": False, "code": refusal.code, "reason": str(refusal)}).decode())
        else:
            click.echo(f"不成立：{refusal}")
        return SOME_RETURNED
    table = told.there.name.startswith("table:")
    wanted = {told.here.name} if table else {told.here.name, told.there.name}
    if unknown := wanted - {verifier.name for verifier in verifiers}:
        raise CannotDo("key.missing", f"还缺 {'、'.join(sorted(unknown))} 的公钥，请加 --key。")
    holds = wanted <= signed
    if as_json:
        import orjson

        facts = {"holds": holds, "agreed": told.agrees, "run": told.run, "at": told.at.isoformat()}
        facts |= {"signed": sorted(signed), "differences": told.differences, "kinds": dict(told.kinds)}
        click.echo(orjson.dumps(facts, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(told, signed, wanted - signed, checked=differences is not None, table=table)
    return GOOD if holds else SOME_RETURNED


def _show(told, signed, missing, *, checked: bool, table: bool) -> None:  # type: ignore[no-untyped-def]
    from xinheng.core.reconciliation.words import KINDS

    if missing:
        click.echo(f"不成立：缺少 {'、'.join(sorted(missing))} 的签名。")
        return
    click.echo(f"成立：{'、'.join(sorted(signed))} 于 {told.at:%Y-%m-%d %H:%M} 签名。")
    click.echo(f"{told.here.name} 位置 {told.here.position}，{told.there.name} 位置 {told.there.position}：")
    for held in told.held:
        click.echo(f"  {held.item}　{held.here.count:,} 条 / {held.there.count:,} 条")
    if told.agrees:
        click.echo("两方一致。")
    for kind, count in told.kinds:
        click.echo(f"  {KINDS[kind]}　{count:,}")
    if checked:
        click.echo("差异清单完整：两方合计之差恰由清单解释，没有遗漏，也没有虚构。")
    if table:
        click.echo("对方没有节点，只有我方签名；对方数据的摘要记在单中。")
