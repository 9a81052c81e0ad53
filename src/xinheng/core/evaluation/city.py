"""A whole city, block by block: memory holds one block of organisations, however many there are."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from xinheng.core.evaluation import frame
from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.kernel import Kernel
from xinheng.core.evaluation.plan import Plan
from xinheng.core.evaluation.pointing import Pointing


@dataclass(frozen=True)
class Local:
    """The local engine: a kernel for the sums, tables for points and grades."""

    kernel: Kernel
    pointing: Pointing

    @classmethod
    def of(cls, plan: Plan, book: CodeBook) -> Local:
        """Make the engine of a plan."""
        return cls(Kernel.of(plan, book), Pointing.of(plan))

    def evaluate(self, rows: pl.DataFrame, subjects: pl.DataFrame, *, points: bool = True) -> pl.DataFrame:
        """Return the results of one block: every subject of it with all of its evidence, both sorted by subject.

        Without ``points``: score, grade, caps and what else is one column, not those of each dimension and indicator.
        """
        slots = self.kernel.slots(rows, subjects.get_column("subject"))
        return self.pointing.results(subjects, slots, points=points)


def evaluate_with_polars(evidence: pl.LazyFrame, subjects: pl.LazyFrame, plan: Plan, book: CodeBook) -> pl.LazyFrame:
    """Return the results of a city as one lazy query: the same answers, for comparison and for engines without a kernel."""
    wide = subjects.join(frame.slots(evidence, plan, book), on="subject", how="left", maintain_order="left")
    return frame.results(wide.with_columns(pl.col(name).fill_null(0) for name in plan.slots), plan).sort("subject")
