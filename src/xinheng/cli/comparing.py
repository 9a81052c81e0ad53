"""xinheng reconcile compare: two files, ours and the counterpart's, without a database."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xinheng.cli.group import Command
from xinheng.cli.options import Answer, json_option, on_option, today
from xinheng.cli.outcome import GOOD, SOME_RETURNED

if TYPE_CHECKING:
    import polars as pl

    from xinheng.core.policy.model import Item, Policy
    from xinheng.core.reconciliation.differences import Difference
    from xinheng.core.reconciliation.tables import Compared

_SHOWN = 20
_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("ours", metavar="我方文件", type=_FILE)
@click.argument("theirs", metavar="对方文件", type=_FILE)
@click.option("--item", metavar="编号", required=True, help="目录项编号，如 adm.penalty")
@on_option
@json_option
@click.option("--out", metavar="文件", type=_FILE, help="写出全部差异（每行一个 JSON 对象，含两方内容）")
@click.option("--column", "answers", multiple=True, type=Answer(), help="指明对方文件中有歧义的列，可多次给出")
def compare(
    ours: Path,
    theirs: Path,
    item: str,
    on: date | None,
    as_json: bool,
    out: Path | None,
    answers: tuple[tuple[str, str], ...],
) -> int:
    """核对两个文件：谁缺了什么，哪些内容不一致，哪些重复。

    按目录的规范形式比较：日期写法、全角半角、金额单位、空值写法不同不算差异。退出码：0 一致，1 有差异，2 不能核对。
    """
    from xinheng.cli.policy_in_use import item_of, policy_in_use
    from xinheng.core.reconciliation.tables import TableSide
    from xinheng.core.reconciliation.tables import compare as compared

    day, policy = on or today(), policy_in_use()
    found_item, key = item_of(policy, item, day), os.urandom(32)
    sides = [TableSide(item, _read(path, found_item, policy, day, dict(answers)), key) for path in (ours, theirs)]
    result = compared(*sides, on=day)
    if out is not None:
        _write(out, result.found)
    told = _as_json(item, day, result)
    if as_json:
        import orjson

        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(found_item, result, out)
    return SOME_RETURNED if result.found else GOOD


def _read(path: Path, item: Item, policy: Policy, day: date, answers: dict[str, str]) -> pl.DataFrame:
    import polars as pl

    from xinheng.cli.progress import counting
    from xinheng.core.intake.headers import known_headers
    from xinheng.core.intake.reading import open_source
    from xinheng.core.reconciliation.canonical import Form
    from xinheng.core.reconciliation.foreign import Foreign

    source = open_source(path, known_headers=known_headers(policy))
    blocks = []
    with counting(f"正在读取 {path.name}") as step:
        for table in source.tables():
            for block in Foreign(table, item, policy, on=day, form=Form.of(item), answers=answers).statements():
                blocks.append(block)
                step(block.height)
    return pl.concat(blocks)


def _as_json(item: str, day: date, result: Compared) -> dict[str, Any]:
    from xinheng.core.reconciliation.differences import counts

    return {
        "item": item,
        "on": day.isoformat(),
        "here": result.here.count,
        "there": result.there.count,
        "agreed": not result.found,
        "counts": counts(result.found),
        "differences": [_difference(difference) for difference in result.found[:1000]],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    told = difference.as_json()
    return told | {"fields": [{"name": f.name, "here": f.here, "there": f.there} for f in difference.fields]}


def _write(out: Path, found: list[Difference]) -> None:
    import orjson

    with out.open("wb") as file:
        for difference in found:
            file.write(orjson.dumps(_difference(difference), option=orjson.OPT_APPEND_NEWLINE))


def _show(item: Item, result: Compared, out: Path | None) -> None:
    from xinheng.cli.screen import plain
    from xinheng.core.reconciliation.differences import counts
    from xinheng.core.reconciliation.words import KINDS

    click.echo(f"{item.zh}（{item.id}）：我方 {result.here.count:,} 条，对方 {result.there.count:,} 条。")
    if not result.found:
        click.echo("两方一致。")
        return
    for kind, count in counts(result.found).items():
        click.echo(f"  {KINDS[kind]}　{count:,}")
    for difference in result.found[:_SHOWN]:
        click.echo(f"· {KINDS[difference.kind.value]}　{difference.name.hex()}")
        for field in difference.fields:
            zh = item.field(field.name).zh
            click.echo(f"    {zh}：我方“{plain(field.here)}”，对方“{plain(field.there)}”")
    if len(result.found) > _SHOWN:
        click.echo(f"……另有 {len(result.found) - _SHOWN:,} 条。" + ("" if out else "加 --out 文件 可写出全部。"))
    if out:
        click.echo(f"全部差异已写入 {out}。")
