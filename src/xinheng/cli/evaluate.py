"""xinheng evaluate: one organisation with its explanation, or the whole city."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xinheng.cli.group import Command
from xinheng.cli.options import Day, json_option

if TYPE_CHECKING:
    from xinheng.apps.evaluation.explaining import Explanation
    from xinheng.core.evaluation.model import Model

_STEPS = {"repair": "申请信用修复", "removal": "申请移出", "fulfilment": "履行义务、改正后更新记录"}


@click.command(cls=Command)
@click.option(
    "--model", "name", metavar="模型", default="xh.comprehensive", help="模型编号，如 xh.risk 或 xh.comprehensive@1"
)
@click.option("--file", "path", type=click.Path(path_type=Path), default=None, help="用这个模型文件（须先通过检查）")
@click.option("--as-of", "on", type=Day(), default=None, help="评价日，默认今天；只用当日已知的信息")
@click.option("--subject", "code", metavar="代码", default=None, help="只评价这一个组织，并说明理由")
@click.option(
    "--engine",
    metavar="引擎",
    default=None,
    help="计算引擎：local、polars、duckdb、spark 或 spark://主机:端口，默认 local",
)
@click.option("--dry-run", is_flag=True, help="只计算分布，不改变现行结果")
@json_option
def evaluate(
    name: str, path: Path | None, on: date | None, code: str | None, engine: str | None, dry_run: bool, as_json: bool
) -> None:
    """按模型评价全市组织，或者说明一个组织的结果。自然人不评价。"""
    if code is not None:
        from xinheng.core.evaluation.organisations import organisation_code

        organisation_code(code)  # a person's number goes no further than this
    from xinheng.cli.register import open_register

    open_register()
    from xinheng.apps import clock

    model = _model(name, path, on or clock.today())
    if code is None:
        from xinheng.cli.evaluate_city import run

        run(model, on=on, engine=engine, dry_run=dry_run or path is not None, as_json=as_json)
        return
    told = _explained(model, code, on)
    if as_json:
        import orjson

        from xinheng.apps.evaluation.telling import as_dict

        click.echo(orjson.dumps(as_dict(told), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(told)


def _model(name: str, path: Path | None, on: date) -> Model:
    from xinheng.apps.evaluation import catalogue
    from xinheng.apps.policy import current_policy
    from xinheng.core.evaluation.loading import ModelRefused, line_of, read_model

    if path is None:
        return catalogue.named(name, on=on)
    text = path.read_text(encoding="utf-8")
    try:
        return read_model(text, current_policy(), path.name)
    except ModelRefused as refused:
        for problem in refused.problems:
            line = line_of(text, problem.where)
            click.echo(f"{path}:{line} {problem.where}：{problem.chinese}（{problem.code}）", err=True)
        raise


def _explained(model: Model, code: str, on: date | None) -> Explanation:
    from xinheng.apps import clock
    from xinheng.apps.evaluation import explaining, queries, reading

    at = clock.now()
    day = on or clock.local_date(at)
    known = explaining.end_of_day(day, at)
    subject = reading.subject_of(code, as_of=known)
    method = explaining.method_for(model, on=day, at=known)
    return explaining.explain(
        subject=subject, method=method, on=day, at=known, applied=queries.applied(subject, model.id, at=known)
    )


def _show(told: Explanation) -> None:
    from xinheng.apps.evaluation.telling import WHY, name_of, title_of

    result, model = told.result, told.method.model
    click.echo(f"{told.subject.code}　{model.zh}（{model.key}）　评价日 {result.on}")
    if not model.in_force(result.on):
        click.echo("模型尚未批准生效，结果仅供参考。")
    if result.score is None:
        rule = next(r for r in model.no_results if r.id == result.no_result)
        click.echo(f"没有结果：{rule.zh}。没有结果不等于不好。")
        return
    band = next(b for b in model.bands if b.grade == result.grade)
    click.echo(
        f"得分 {result.score}　等级 {result.grade}（{band.zh}）"
        + (f"，按分数应为 {result.band}" if result.band != result.grade else "")
    )
    for fired in result.caps:
        click.echo(f"  限制等级：{name_of(told, fired.cap)}")
    for dimension in result.dimensions:
        zh = next(d.zh for d in model.dimensions if d.id == dimension.dimension)
        click.echo(f"{zh}　{dimension.total}（起点 {dimension.start}，变动 {dimension.delta:+d}）")
        for c in result.contributions:
            if model.indicator(c.indicator).dimension != dimension.dimension or not (c.points or c.scored.counted):
                continue
            click.echo(f"  {c.points:+5d}　{name_of(told, c.indicator)}{'（已封顶）' if c.scored.capped else ''}")
            for one in c.scored.counted:
                statement = told.statements.get(one.evidence.record)
                title = title_of(statement) if statement else ""
                click.echo(f"         {one.evidence.on}　{title}{'　按半计' if one.halved else ''}")
    told_of = [u for u in result.unused if u.record in told.statements]
    if told_of:
        click.echo("没有计入的记录：")
        for unused in told_of:
            click.echo(f"  {title_of(told.statements[unused.record])}：{WHY[unused.why]}")
    if told.acts:
        click.echo("可以怎样做：")
        for act in told.acts:
            since = f"{act.possible_from} 起可以" if act.possible_from and act.possible_from > result.on else "现在可以"
            click.echo(
                f"  {title_of(told.statements[act.record])}：{since}{_STEPS[act.kind]}，之后 {act.score} 分，{act.grade}"
            )
    for turn in told.turns:
        click.echo(
            f"  {turn.on} 起（随时间变化）：{turn.score} 分，{turn.grade}（{'、'.join(name_of(told, n) for n in turn.indicators)}）"
        )
    if told.method.off:
        click.echo(f"停用的指标：{'、'.join(told.method.off)}（xinheng evaluate --json 可看原因）")
