"""Which engine works through the city. All give the same whole numbers; they differ in speed and in how much they can hold."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl

from xinheng.apps.evaluation import relational
from xinheng.apps.evaluation.lake.blocks import Block, blocks
from xinheng.apps.evaluation.lake.manifest import Manifest
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.refusals import NoSuchEngine
from xinheng.core.evaluation import city
from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Plan


def evaluated(
    engine: str, place: Place, manifest: Manifest, plan: Plan, *, known_at: int, applied: Iterable[int]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield (results, subjects) of the city in the order of subjects, whatever the engine."""
    willing = list(applied)
    read = blocks(place, manifest, known_at=known_at, applied=willing)
    if engine == "local":
        local = city.Local.of(plan, manifest.book)
        yield from _side_by_side(read, lambda block: local.evaluate(block.evidence, _about(block)))
    elif engine == "polars":
        for block in read:
            yield _polars(block, plan, manifest.book), block.subjects
    elif engine == "duckdb" or relational.is_spark(engine):
        series = pl.Series("subject", willing, dtype=pl.Int64)
        found = relational.evaluate(engine, place, manifest, plan, known_at=known_at, applied=series)
        for block in read:
            yield (
                found.join(block.subjects.select("subject"), on="subject", how="semi", maintain_order="left"),
                block.subjects,
            )
    else:
        raise NoSuchEngine(engine=engine)


def _side_by_side(
    read: Iterator[Block], work: Callable[[Block], pl.DataFrame]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Work on some blocks at once, as many as the machine has cores, and yield the results in order."""
    at_once = max(os.cpu_count() or 1, 1)
    waiting: deque[tuple[Future[pl.DataFrame], Block]] = deque()
    with ThreadPoolExecutor(at_once) as pool:  # NumPy and Polars let go of the interpreter while they compute
        for block in read:
            waiting.append((pool.submit(work, block), block))
            if len(waiting) > at_once:
                done, about = waiting.popleft()
                yield done.result(), about.subjects
        while waiting:
            done, about = waiting.popleft()
            yield done.result(), about.subjects


def _about(block: Block) -> pl.DataFrame:
    return block.subjects.select("subject", "kind", "division", "region", "applied")


def _polars(block: Block, plan: Plan, book: CodeBook) -> pl.DataFrame:
    found = city.evaluate_with_polars(block.evidence.lazy(), _about(block).lazy(), plan, book)
    return found.collect(engine="streaming")
