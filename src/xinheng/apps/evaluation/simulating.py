"""What a changed model would do to the whole city, before anyone adopts it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from xinheng.apps.evaluation import queries, runs
from xinheng.apps.evaluation.lake.place import Place
from xinheng.core.calendar.months import add_months
from xinheng.core.evaluation.distribution import psi
from xinheng.core.evaluation.model import NO_RESULT, Model

_YOUNG = 24  # months: a new firm, for the fairness report
_EXAMPLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What was found."""

    model: str
    on: str
    digest: str
    counts: dict[str, int]
    before: dict[str, int]  # grades now in force; empty without any
    psi: float
    moved: dict[str, int]  # "B → C" → organisations
    better: int
    worse: int
    same: int
    reasons: list[list[Any]]  # indicator, points more or less in all, organisations
    groups: dict[str, dict[str, dict[str, int]]]
    parity: dict[str, dict[str, float]]  # group → share of the worst grades, before and after
    stability: float  # share of organisations whose grade stays when one record in twenty is lost
    examples: list[list[Any]]  # subject, before, after


def simulate(*, place: Place, model: Model, on: date, known_at: datetime, folder: str) -> dict[str, Any]:
    """Evaluate the city by a draft, and compare with the results in force under the same model id."""
    computed = runs.compute(place=place, model=model, on=on, known_at=known_at, folder=folder, engine="local")
    results = runs.read(place, folder).collect()
    before = _before(place, model)
    grades = dict(enumerate(model.grades))
    now = results.select(
        "subject",
        after=pl.col("place").replace_strict(grades, default=NO_RESULT, return_dtype=pl.String),
        **{name: pl.col(name) for name in results.columns if name.startswith("p_")},
    )
    both = now.join(before, on="subject", how="inner", suffix="_before") if before is not None else None
    old = _counts(before, "before") if before is not None else {}
    moved, better, worse, same = _moves(both, model) if both is not None else ({}, 0, 0, now.height)
    made = Simulation(
        model=model.key,
        on=on.isoformat(),
        digest=computed.digest,
        counts=computed.tally.counts,
        before=old,
        psi=round(psi(old, computed.tally.counts, model.grades), 4) if old else 0.0,
        moved=moved,
        better=better,
        worse=worse,
        same=same,
        reasons=_reasons(both) if both is not None else [],
        groups=computed.tally.groups,
        parity=_parity(place, computed, results, model, on),
        stability=_stability(place, computed, results),
        examples=_examples(both, model) if both is not None else [],
    )
    return asdict(made)


def _before(place: Place, model: Model) -> pl.DataFrame | None:
    run = queries.last_run(model.id)
    if run is None:
        return None
    from xinheng.apps.evaluation import catalogue

    was = catalogue.named(f"{run.model}@{run.version}", on=run.on)
    grades = dict(enumerate(was.grades))
    told = runs.read(place, run.folder).collect()
    return told.select(
        "subject",
        before=pl.col("place").replace_strict(grades, default=NO_RESULT, return_dtype=pl.String),
        **{name: pl.col(name) for name in told.columns if name.startswith("p_")},
    )


def _counts(frame: pl.DataFrame, name: str) -> dict[str, int]:
    return dict(frame.group_by(name).len().iter_rows())


def _moves(both: pl.DataFrame, model: Model) -> tuple[dict[str, int], int, int, int]:
    place = {grade: n for n, grade in enumerate(model.grades)}
    moved: dict[str, int] = {}
    better = worse = same = 0
    for was, now, count in both.group_by("before", "after").len().sort("len", descending=True).iter_rows():
        if was == now:
            same += count
            continue
        moved[f"{was} → {now}"] = count
        if was in place and now in place:
            better, worse = (better + count, worse) if place[now] < place[was] else (better, worse + count)
    return moved, better, worse, same


def _reasons(both: pl.DataFrame) -> list[list[Any]]:
    """Return which indicators move organisations, and how far in all."""
    names = [name for name in both.columns if name.startswith("p_") and not name.endswith("_before")]
    told = []
    for name in names:
        was = pl.col(f"{name}_before").fill_null(0) if f"{name}_before" in both.columns else pl.lit(0)
        difference = pl.col(name).fill_null(0) - was
        total, count = both.select(difference.sum().alias("a"), (difference != 0).sum().alias("b")).row(0)
        if count:
            told.append([name.removeprefix("p_"), total, count])
    return sorted(told, key=lambda row: -row[2])


def _examples(both: pl.DataFrame, model: Model) -> list[list[Any]]:
    """Return some organisations whose grade changes, the farthest first."""
    place = {grade: n for n, grade in enumerate((*model.grades, NO_RESULT))}
    changed = both.filter(pl.col("before") != pl.col("after")).select("subject", "before", "after")
    rows = sorted(changed.rows(), key=lambda r: (-abs(place.get(r[2], 0) - place.get(r[1], 0)), r[0]))
    return [list(row) for row in rows[:_EXAMPLES]]


def _parity(
    place: Place, computed: runs.Computed, results: pl.DataFrame, model: Model, on: date
) -> dict[str, dict[str, float]]:
    """Return the share of bad grades among new firms, small firms and all, so that a burden on the young or small shows."""
    bad = [model.grades.index(grade) for grade in (model.bad_grades or model.grades[-2:])]
    about = _about(place, computed, on)
    told = (
        results.select("subject", "place").join(about, on="subject", how="left").filter(pl.col("place").is_not_null())
    )
    groups = {"all": pl.lit(True), "new": pl.col("young"), "small": pl.col("size") == "S"}
    return {
        name: {
            "organisations": told.filter(chosen).height,
            "bad": round(told.filter(chosen).select(pl.col("place").is_in(bad).mean()).item() or 0.0, 5),
        }
        for name, chosen in groups.items()
    }


def _about(place: Place, computed: runs.Computed, on: date) -> pl.DataFrame:
    from xinheng.apps.evaluation.lake.blocks import blocks
    from xinheng.core.evaluation.knowledge import micros
    from xinheng.core.evaluation.method import REGISTRATION
    from xinheng.core.evaluation.months import day_number

    registration = [n for n, word in enumerate(computed.manifest.book.words) if word[0] == REGISTRATION]
    since = day_number(add_months(on, -_YOUNG))
    parts = []
    for block in blocks(place, computed.manifest, known_at=micros(computed.known_at)):
        founded = block.evidence.filter(pl.col("code").is_in(registration)).group_by("subject").agg(pl.col("on").max())
        parts.append(
            block.subjects.select("subject", "size")
            .join(founded, on="subject", how="left")
            .select("subject", "size", young=(pl.col("on") > since).fill_null(False))
        )
    return pl.concat(parts)


def _stability(place: Place, computed: runs.Computed, results: pl.DataFrame) -> float:
    """Return how many keep their grade when every twentieth record is missing: a model must not hang on single records."""
    from xinheng.apps.evaluation.lake.blocks import blocks
    from xinheng.core.evaluation.city import Local
    from xinheng.core.evaluation.knowledge import micros
    from xinheng.core.evaluation.method import REGISTRATION

    local = Local.of(computed.plan, computed.manifest.book)
    registration = [n for n, word in enumerate(computed.manifest.book.words) if word[0] == REGISTRATION]
    same = total = 0
    for block in blocks(place, computed.manifest, known_at=micros(computed.known_at)):
        lost = (
            block.evidence.with_row_index("n")
            .filter((pl.col("n") % 20 != 7) | pl.col("code").is_in(registration))
            .drop("n")
        )
        about = block.subjects.select("subject", "kind", "division", "region", "applied")
        again = local.evaluate(lost, about, points=False)
        both = again.select("subject", "place").join(results.select("subject", was="place"), on="subject")
        same += both.filter(pl.col("place").eq_missing(pl.col("was"))).height
        total += both.height
    return round(same / total, 5) if total else 1.0
