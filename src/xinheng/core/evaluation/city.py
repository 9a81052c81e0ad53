"""A whole city, block by block: memory holds one block of organisations, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from xinheng.core.evaluation import frame, kernel
from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.plan import Plan


def evaluate_block(rows: pl.DataFrame, subjects: pl.DataFrame, plan: Plan, book: CodeBook) -> pl.DataFrame:
    """Return the results of one block: every subject of it with all of its evidence, both sorted by subject."""
    found = kernel.slots(rows, subjects.get_column("subject"), plan, book)
    wide = subjects.with_columns(pl.Series(name, values) for name, values in found.items())
    return frame.results(wide.lazy(), plan).collect()


def evaluate(blocks: Iterable[tuple[pl.DataFrame, pl.DataFrame]], plan: Plan, book: CodeBook) -> Iterator[pl.DataFrame]:
    """Yield the results of each (evidence, subjects) block."""
    for rows, subjects in blocks:
        yield evaluate_block(rows, subjects, plan, book)


def evaluate_with_polars(evidence: pl.LazyFrame, subjects: pl.LazyFrame, plan: Plan, book: CodeBook) -> pl.LazyFrame:
    """Return the results of a city as one lazy query: the same answers, for comparison and for engines without a kernel."""
    wide = subjects.join(frame.slots(evidence, plan, book), on="subject", how="left", maintain_order="left")
    return frame.results(wide.with_columns(pl.col(name).fill_null(0) for name in plan.slots), plan).sort("subject")
