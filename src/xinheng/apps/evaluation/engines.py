"""Which engine works through the city. All give the same whole numbers; they differ in speed and in how much they can hold."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from xinheng.apps.evaluation.lake.blocks import Block
from xinheng.core.evaluation import city
from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Plan
from xinheng.core.refusal import Refusal


class NoSuchEngine(Refusal):
    """No engine of this name."""

    code = "evaluation.no-such-engine"
    message = "没有名为“{engine}”的计算引擎。可用：local、polars、duckdb、spark、spark://主机:端口。"


class EngineMissing(Refusal):
    """The engine is not installed."""

    code = "evaluation.engine-missing"
    message = "计算引擎“{engine}”没有安装。请运行 pip install 'xinheng[{extra}]' 后重试{more}。"


def evaluated(engine: str, blocks: Iterator[Block], plan: Plan, book: CodeBook) -> Iterator[tuple[pl.DataFrame, Block]]:
    """Yield the results of each block with the block, whatever the engine."""
    work = _engine(engine)
    for block in blocks:
        yield work(block, plan, book), block


def _engine(name: str):
    if name == "local":
        return _local
    if name == "polars":
        return _polars
    if name == "duckdb" or name == "spark" or name.startswith(("spark://", "local[")):
        from xinheng.apps.evaluation import relational

        return relational.engine(name)
    raise NoSuchEngine(engine=name)


def _about(block: Block) -> pl.DataFrame:
    return block.subjects.select("subject", "kind", "division", "applied")


def _local(block: Block, plan: Plan, book: CodeBook) -> pl.DataFrame:
    return city.evaluate_block(block.evidence, _about(block), plan, book)


def _polars(block: Block, plan: Plan, book: CodeBook) -> pl.DataFrame:
    return city.evaluate_with_polars(block.evidence.lazy(), _about(block).lazy(), plan, book).collect(
        engine="streaming"
    )
