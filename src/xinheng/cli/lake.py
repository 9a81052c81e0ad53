"""xinheng lake: write the lake evaluations read, and check it against the register."""

from __future__ import annotations

import click

from xinheng.cli.group import Group
from xinheng.cli.options import json_option
from xinheng.cli.outcome import GOOD, SOME_RETURNED


@click.group(cls=Group)
def lake() -> None:
    """评价数据（数据湖）：从登记库导出，随时可以重建。"""


@lake.command()
@click.option("--rebuild", is_flag=True, help="全部重新导出；默认只导出有变化的组织")
@json_option
def export(rebuild: bool, as_json: bool) -> None:
    """把评价数据更新到登记库的当前位置。"""
    from xinheng.cli.register import open_register

    open_register()
    from xinheng.apps import clock
    from xinheng.apps.evaluation.lake.exporting import export as write
    from xinheng.apps.evaluation.lake.place import place
    from xinheng.cli.steps import bar

    with bar(quiet=as_json) as progress:
        done = write(place(), at=clock.now(), rebuild=rebuild, progress=progress.step("导出评价数据", None))
    made = done.manifest
    if as_json:
        import orjson

        told = {
            "whole": done.whole,
            "subjects": done.subjects,
            "rows": done.rows,
            "position": made.position,
            "parts": len(made.parts),
            "deltas": len(made.deltas),
            "total_rows": made.rows,
        }
        click.echo(orjson.dumps(told).decode())
        return
    how = "全部重新导出" if done.whole else "只导出有变化的"
    click.echo(f"{how}：{done.subjects:,} 个组织，{done.rows:,} 条证据；已到登记库位置 {made.position}。")


@lake.command()
@click.option("--sample", type=click.IntRange(1), default=None, help="只抽查大约这么多个组织，默认全部")
@json_option
def verify(sample: int | None, as_json: bool) -> int:
    """与登记库逐条比对；有不一致时退出码为 1。"""
    from xinheng.cli.register import open_register

    open_register()
    from xinheng.apps.evaluation.lake.manifest import load
    from xinheng.apps.evaluation.lake.place import place
    from xinheng.apps.evaluation.lake.verifying import verify as compare
    from xinheng.apps.evaluation.refusals import NoLake

    lake = place()
    manifest = load(lake)
    if manifest is None:
        raise NoLake
    found = compare(lake, manifest, sample=sample)
    if as_json:
        import orjson

        told = {
            "compared": found.compared,
            "rows": found.rows,
            "differing": list(found.differing),
            "waiting": found.waiting,
        }
        click.echo(orjson.dumps(told).decode())
    elif found.good:
        click.echo(
            f"一致：比对了 {found.compared:,} 个组织的 {found.rows:,} 条证据。另有 {found.waiting:,} 个组织有新信息，待下次导出。"
        )
    else:
        click.echo(
            f"不一致：{len(found.differing)} 个组织（内部编号 {'、'.join(map(str, found.differing))}）。请运行 xinheng lake export --rebuild。"
        )
    return GOOD if found.good else SOME_RETURNED
