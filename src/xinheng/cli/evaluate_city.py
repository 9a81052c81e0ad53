"""The city's run on the command line, with progress and the distribution it came to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from xinheng.core.evaluation.model import Model


def run(model: Model, *, on: date | None, engine: str | None, dry_run: bool, as_json: bool) -> None:
    """Bring the lake up to the register and evaluate everyone the model is for."""
    from xinheng.apps import clock
    from xinheng.apps.evaluation import actions, following
    from xinheng.apps.evaluation.explaining import end_of_day
    from xinheng.apps.evaluation.lake.exporting import export
    from xinheng.apps.evaluation.lake.place import place
    from xinheng.apps.evaluation.runs import compute
    from xinheng.apps.subjects.models import Subject
    from xinheng.cli.steps import bar

    at, lake = clock.now(), place()
    with bar(quiet=as_json) as progress:
        total = Subject.objects.count()
        step = progress.step("更新评价数据", None)
        exported = export(lake, at=at, progress=step)
        step = progress.step(f"评价 {model.zh}", total)
        if dry_run:
            day = on or clock.local_date(at)
            computed = compute(
                place=lake, model=model, on=day, known_at=end_of_day(day, at), engine=engine, progress=step
            )
            told: dict[str, Any] = {"run": None, "state": "dry-run", "digest": computed.digest}
            counts, off = computed.tally.counts, dict(computed.method.off)
        else:
            made = actions.evaluate_city(place=lake, model=model, on=on, engine=engine, by=None, at=at, progress=step)
            following.advance(register=exported.manifest.position, event=exported.manifest.events, at=at)
            told = {"run": made.pk, "state": made.state, "digest": made.digest, "why": made.why}
            counts, off = made.counts["all"], made.off
    told |= {"model": model.key, "counts": counts, "switched_off": off}
    if as_json:
        import orjson

        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return
    _show(model, told, counts)


def _show(model: Model, told: dict[str, Any], counts: dict[str, int]) -> None:
    graded = sum(counts.get(grade, 0) for grade in model.grades)
    click.echo(f"{model.zh}（{model.key}）")
    for band in model.bands:
        count = counts.get(band.grade, 0)
        click.echo(f"  {band.grade:<3}{band.zh}　{count:>9,}　{count / graded if graded else 0:6.1%}")
    click.echo(f"  没有结果　{counts.get('N', 0):>9,}")
    if told.get("why"):
        click.echo(f"本次结果暂不生效，等待人工复核：{told['why']}")
    click.echo(f"结果摘要 {told['digest']}")
