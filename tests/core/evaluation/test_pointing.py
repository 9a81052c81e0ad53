"""Points from tables: a block's results stay what they are when the next block uses the same room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from core.evaluation.cases import ON, method
from xinheng.core.evaluation import frame
from xinheng.core.evaluation.plan import Condition, Number, Step
from xinheng.core.evaluation.planning import plan
from xinheng.core.evaluation.pointing import Pointing, curve_of
from xinheng.core.evaluation.scoring import Operator


def block(made, count, seed):
    dice = np.random.default_rng(seed)
    slots = {name: dice.integers(-3, 40, count) * dice.integers(0, 2, count) for name in made.slots}
    about = {"kind": pl.lit("E"), "division": pl.lit("62"), "region": pl.lit(""), "applied": pl.lit(False)}
    return pl.DataFrame({"subject": np.arange(count)}).with_columns(**about), slots


@pytest.mark.parametrize("name", ["xh.comprehensive", "xh.risk"])
def test_blocks_of_any_size_equal_the_expressions_and_do_not_disturb_each_other(name):
    made = plan(method(name), ON)
    pointing = Pointing.of(made)
    blocks = [block(made, count, seed) for seed, count in enumerate((40_000, 1, 17_000, 0, 33_333))]
    told = [pointing.results(subjects, slots) for subjects, slots in blocks]
    for (subjects, slots), found in zip(blocks, told, strict=True):
        wide = subjects.with_columns(pl.Series(key, values) for key, values in slots.items())
        want = frame.results(wide.lazy(), made).collect()
        assert found.equals(want)
        short = pointing.results(subjects, slots, points=False)
        assert short.equals(want.drop(pl.selectors.starts_with("p_", "d_")))


@pytest.mark.parametrize("bound", [0, 1, 30, -7, 5_000_000, 2**45])
@pytest.mark.parametrize("operator", Operator)
def test_a_curve_says_what_its_steps_say_around_every_bound(bound, operator):
    number = Number((("n", 1),))
    steps = (
        Step((Condition(number, operator, bound),), 7),
        Step((Condition(number, Operator.GE, bound + 9_000),), -4),
        Step((Condition(number, Operator.LT, bound - 2), Condition(number, Operator.GT, bound - 6)), 3),
    )
    curve = curve_of(steps)
    near = sorted({bound + far + by for far in (-6, -2, 0, 9_000) for by in (-1, 0, 1)} | {-(2**50), 2**50})
    found = np.empty(len(near), dtype=np.int64)
    curve.into(found, {"n": np.array(near, dtype=np.int64)})
    want = [next((s.points for s in steps if all(c.operator.holds(n, c.bound) for c in s.conditions)), 0) for n in near]
    assert found.tolist() == want
    other = replace(steps[0], conditions=(Condition(Number((("m", 1),)), operator, bound),))
    assert curve_of((steps[1], other)) is None


@pytest.mark.parametrize("first", [-6, 0, 1, 4, 3_900, 40_000])
def test_a_table_says_what_its_steps_say_below_between_and_above_its_bounds(first):
    number = Number((("n", 1),))
    steps = tuple(
        Step((Condition(number, Operator.LT, first + by),), points) for by, points in ((0, -9), (3, 5), (150, 1))
    )
    curve = curve_of(steps)
    assert curve.table is not None
    near = np.array([*range(-8, 12), *range(first - 2, first + 153), -(2**50), 2**50])
    found = np.empty(len(near), dtype=np.int64)
    curve.into(found, {"n": near})
    assert found.tolist() == [next((s.points for s in steps if n < s.conditions[0].bound), 0) for n in near]
