"""From a table of numbers to points: 32 numbers of each organisation fall into bins, bins give points, points are added up.

``python -m benchmarks applying``: our step from slots to grades beside toad and optbinning, which are given the very bins and points of the
same table and must come to the same scores. Once the score alone is asked for (ours gives the grade with it), once the points of each
number, too; optbinning does not give those. XINHENG_BENCH_TABLE organisations (1 M), XINHENG_BENCH_ROUNDS rounds (5).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.measure import HEADER, rounds

_BLOCK = 50_000
COLUMNS, BINS = 32, 6  # as many as the comprehensive model has indicators
_BOUNDS = (1, 2, 4, 8, 16)  # BINS - 1 of them: a number below the first is in the first bin


def _points() -> np.ndarray:
    """Return the points of each bin of each column: whole numbers from -60 to 40."""
    return np.random.default_rng(20260402).integers(-60, 41, (COLUMNS, BINS))


def _table(rows: int) -> dict[str, np.ndarray]:
    """Return the numbers: small counts, most of them nought, as they are in a city."""
    dice = np.random.default_rng(20260403)
    return {
        f"n{column:02d}": dice.geometric(0.25, rows) * (dice.random(rows) < 0.3).astype(np.int64)
        for column in range(COLUMNS)
    }


def _told(scores: Any) -> dict:
    told = np.rint(np.asarray(scores, dtype=np.float64)).astype(np.int64)
    return {"organisations": len(told), "sum": int(told.sum()), "squares": int((told * told).sum())}


def _with_points(told: dict, first: Any, last: Any) -> dict:
    """Add the points of the first and the last number, so that these must agree, too."""
    return told | {"first": int(np.rint(np.asarray(first)).sum()), "last": int(np.rint(np.asarray(last)).sum())}


def ours(rows: int, cores: int, points: bool) -> Callable[[], dict]:
    """Our step as the local engine takes it: score and grade, with ``points`` those of each indicator, block by block, one block a core."""
    from concurrent.futures import ThreadPoolExecutor

    import polars as pl

    from xinheng.core.evaluation.pointing import Pointing

    pointing, table = Pointing.of(_plan()), pl.DataFrame(_table(rows)).with_row_index("subject")
    about = table.select("subject", kind=pl.lit("E"), division=pl.lit(""), region=pl.lit(""), applied=pl.lit(False))
    names = [name for name in table.columns if name != "subject"]

    def block(start: int) -> pl.DataFrame:
        part = table.slice(start, _BLOCK)
        slots = {name: part.get_column(name).to_numpy() for name in names}
        given = slots | {"contested": np.zeros(part.height, dtype=np.int64)}
        return pointing.results(about.slice(start, _BLOCK), given, points=points)

    block(0)  # what is made once is made: every contestant works through a little first

    def work() -> dict:
        with ThreadPoolExecutor(cores) as pool:
            told = pl.concat(pool.map(block, range(0, rows, _BLOCK)))
        scores = _told(told.get_column("score").to_numpy())
        return (
            _with_points(scores, told.get_column("p_i00"), told.get_column(f"p_i{COLUMNS - 1}")) if points else scores
        )

    return work


def _plan() -> Any:
    from xinheng.core.evaluation.plan import Condition, Number, Plan, PlannedDimension, PlannedIndicator, Step
    from xinheng.core.evaluation.scoring import Operator

    points = _points()
    indicators = []
    for column in range(COLUMNS):
        number = Number(((f"n{column:02d}", 1),))
        steps = [
            Step((Condition(number, Operator.LT, bound),), int(points[column, place]))
            for place, bound in enumerate(_BOUNDS)
        ]
        last = Step((Condition(number, Operator.GE, _BOUNDS[-1]),), int(points[column, -1]))
        indicators.append(PlannedIndicator(id=f"i{column:02d}", dimension="all", points=(*steps, last)))
    return Plan(
        on=0,
        slots={},
        indicators=tuple(indicators),
        dimensions=(PlannedDimension(id="all", start=0, least=-100_000, most=100_000),),
        caps=(),
        bands=((300, 0), (100, 1), (-100, 2), (-300, 3), (-100_000, 4)),
        no_results=(),
        nobody="",
        concerned=(),
        kinds=("E",),
        on_application=(),
        divisions=(),
        regions=(),
        unscoped=True,
    )


def toad(rows: int, points: bool) -> Callable[[], dict]:
    """toad's ScoreCard with our bins and points, loaded the way it documents; ``points``: its ``return_sub``."""
    import pandas as pd
    from toad import ScoreCard

    of_bins, edges = _points(), ("-inf", *map(str, _BOUNDS), "inf")
    card = {
        f"n{column:02d}": {
            f"[{low} ~ {high})": float(of_bins[column, place]) for place, (low, high) in enumerate(pairs)
        }
        for column in range(COLUMNS)
        for pairs in [list(pairwise(edges))]
    }
    scorer, table = ScoreCard(card=card), pd.DataFrame(_table(rows))
    scorer.predict(table.head(_BLOCK))

    def with_points() -> dict:
        scores, each = scorer.predict(table, return_sub=True)
        return _with_points(_told(scores), each["n00"], each[f"n{COLUMNS - 1}"])

    return with_points if points else lambda: _told(scorer.predict(table))


def optbinning(rows: int) -> Callable[[], dict]:
    """optbinning's Scorecard, fitted on a small sample with our bounds fixed; then our points are put into its table."""
    import pandas as pd
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    names = [f"n{column:02d}" for column in range(COLUMNS)]
    sample = pd.DataFrame(_table(20_000))
    # As continuous splits between whole numbers. Fixed and without limits of size, so that no bin is merged away.
    fixed = {
        name: {
            "user_splits": [bound - 0.5 for bound in _BOUNDS],
            "user_splits_fixed": [True] * len(_BOUNDS),
            "min_bin_size": None,
            "max_n_prebins": BINS,
            "min_prebin_size": 1e-6,
            "monotonic_trend": None,
        }
        for name in names
    }
    process = BinningProcess(names, binning_fit_params=fixed)
    scorer = Scorecard(binning_process=process, estimator=LogisticRegression())
    scorer.fit(sample, np.random.default_rng(1).integers(0, 2, len(sample)))
    told = scorer._df_scorecard.reset_index(drop=True)
    assert len(told) == COLUMNS * (BINS + 2), (
        f"{len(told)} rows: not {BINS} bins with special and missing for each column"
    )
    assert list(told["Variable"].unique()) == names
    scorer._df_scorecard = told.assign(Points=np.hstack([_points(), np.zeros((COLUMNS, 2))]).ravel().astype(np.float64))
    scorer.intercept_ = 0.0
    table = pd.DataFrame(_table(rows))
    scorer.score(table.head(_BLOCK))
    return lambda: _told(scorer.score(table))


def compare(*, points: bool) -> None:
    """Run them on one table; they must agree on every sum and square."""
    rows = int(os.environ.get("XINHENG_BENCH_TABLE", "1000000"))
    times = int(os.environ.get("XINHENG_BENCH_ROUNDS", "5"))
    asked = {"rows": rows, "points": points}
    jobs = [
        ("xinheng, one core", "benchmarks.applying:ours", asked | {"cores": 1}),
        ("the same, two cores", "benchmarks.applying:ours", asked | {"cores": 2}),
        ("toad ScoreCard.predict", "benchmarks.applying:toad", asked),
    ]
    if not points:
        jobs.append(("optbinning Scorecard.score", "benchmarks.applying:optbinning", {"rows": rows}))
    found = rounds(jobs, times=times)
    base = next(iter(found.values()))
    what = "score and the points of each number" if points else "score"
    print(f"### {rows:,} organisations, {COLUMNS} numbers in {BINS} bins: {what}\n\n{HEADER}")
    for figure in found.values():
        print(figure.row(base.seconds))
    answers = {tuple(figure.result.items()) for figure in found.values()}
    print(f"\nAll agree: {'yes' if len(answers) == 1 else f'NO: {answers}'}.\n")


def main() -> None:
    """Ask for the score alone, then for the points of each number with it."""
    for points in (False, True):
        compare(points=points)


if __name__ == "__main__":
    main()
