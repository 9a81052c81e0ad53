"""Evaluate a city by the 32-indicator comprehensive model: our kernel, Polars, DuckDB, Spark and the bare read of the same lake.

``python -m benchmarks evaluate`` runs 1 M organisations; with XINHENG_BENCH_CITY=4000000 the full city of 100 M records. Lakes are
made once under ``var/benchmarks`` and used again. XINHENG_BENCH_PEERS names the peers that run beside us.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.measure import HEADER, rounds

ON = date(2026, 11, 25)
FOLDER = Path("var/benchmarks")
_PER_PART, _EACH = 50_000, 24  # organisations of a part; records of an organisation beside its registration
_AT = 1_764_000_000_000_000
# kind → share of the records; the rest of the model's kinds are rare. Licences are in the lake, but in no indicator.
_COMMON = {
    "licence": 0.20, "inspection": 0.14, "annual_report": 0.12, "si_arrears": 0.06, "hf_arrears": 0.04, "penalty": 0.08,
    "tax_grade": 0.07, "labour_grade": 0.03, "pledge_check": 0.06, "debtor": 0.05, "change": 0.05, "tax_arrears": 0.02,
}  # fmt: skip


def _method() -> Any:
    from xinheng.core.evaluation.loading import model_named
    from xinheng.core.evaluation.method import Method
    from xinheng.core.evaluation.words_of_evidence import vocabulary_of
    from xinheng.core.policy import default_policy

    policy = default_policy()
    # Every one of the 32 indicators is on: the catalogue of a city would leave some out.
    return Method(model=model_named(policy, "xh.comprehensive", on=ON), kinds=vocabulary_of(policy).kinds)


def _plan() -> Any:
    from xinheng.core.evaluation.planning import plan

    return plan(_method(), ON)


def _words() -> tuple[list[tuple[str, str, str, bool]], np.ndarray]:
    """Return the words of the lake, the registration first, and how likely each is."""
    method = _method()
    kinds = sorted({take.kind for take in method.model.takes()} | set(_COMMON))
    words, weights = [("registration", "existing", "", False)], [0.0]
    rest = (1 - sum(_COMMON.values())) / max(len(kinds) - len(_COMMON), 1)
    for name in kinds:
        if name == "registration":
            continue
        levels = [level.id for level in method.kinds[name].levels] or [""]
        fields = ["market", "environment", "fire", "transport"] if method.kinds[name].domain else [""]
        share = _COMMON.get(name, rest) / (len(levels) * len(fields))
        words += [(name, level, field, False) for level in levels for field in fields]
        weights += [share] * (len(levels) * len(fields))
    chances = np.array(weights)
    return words, chances / chances.sum()


def lake(organisations: int) -> str:
    """Make a lake of this many organisations, 25 records each, and return its folder."""
    from xinheng.apps.evaluation.lake import manifest as manifests
    from xinheng.apps.evaluation.lake.manifest import Manifest, Part
    from xinheng.apps.evaluation.lake.place import Place

    folder = FOLDER / f"lake-{organisations}"
    place = Place(str(folder.absolute()))
    if manifests.load(place) is not None:
        return place.url
    print(f"  making {folder}", file=sys.stderr)
    words, chances = _words()
    parts = []
    for number, first in enumerate(range(0, organisations, _PER_PART)):
        count = min(_PER_PART, organisations - first)
        evidence, subjects = _part(number, first, count, len(words), chances)
        name = f"b-{number:05d}"
        size = place.write_frame(f"evidence/{name}.parquet", evidence)
        place.write_frame(f"past/{name}.parquet", evidence.head(0))
        place.write_frame(f"subjects/{name}.parquet", subjects)
        parts.append(
            Part(
                name=name, first=first, last=first + count - 1, subjects=count, rows=evidence.height, past=0, bytes=size
            )
        )
    manifests.save(
        place,
        Manifest(
            meaning="benchmark", policy="benchmark", position=1, events=0, at=_AT, latest=_AT, words=words, parts=parts
        ),
    )
    return place.url


def _part(number: int, first: int, count: int, words: int, chances: np.ndarray) -> tuple[pl.DataFrame, pl.DataFrame]:
    from xinheng.core.evaluation.columns import LAKE, SUBJECT_ROWS
    from xinheng.core.evaluation.knowledge import FOREVER
    from xinheng.core.evaluation.months import NEVER, day_number

    dice = np.random.default_rng([20260401, number])
    today = day_number(ON)
    each = dice.poisson(_EACH, count)
    subject = np.repeat(np.arange(first, first + count), each)
    rows = len(subject)
    on = today - (dice.random(rows) ** 1.5 * 2_500).astype(np.int32)
    open_ended = dice.random(rows) < 0.6
    until = np.where(open_ended, NEVER, on + dice.integers(10, 1_500, rows))
    stops = np.where(dice.random(rows) < 0.7, NEVER, on + dice.integers(90, 1_200, rows))
    value = np.where(dice.random(rows) < 0.5, dice.integers(2021, 2026, rows), dice.integers(0, 10**9, rows))
    registered = {
        "subject": np.arange(first, first + count),
        "code": np.zeros(count, dtype=np.int32),
        "on": today - dice.integers(30, 9_000, count),
        "until": np.full(count, NEVER),
        "stops": np.full(count, NEVER),
        "value": np.zeros(count, dtype=np.int64),
    }
    told = {
        "subject": subject,
        "code": dice.choice(words, rows, p=chances),
        "on": on,
        "until": until,
        "stops": stops,
        "value": value,
    }
    both = {name: np.concatenate([registered[name], told[name]]) for name in told}
    total = len(both["subject"])
    both |= {
        "since": _AT - dice.integers(0, 400, total) * 86_400_000_000,
        "known_until": np.full(total, FOREVER),
        "record": np.arange(total) + first * 64,
    }
    evidence = pl.DataFrame({name: pl.Series(both[name], dtype=kind) for name, kind in LAKE.items()})
    regions = np.array([f"4403{n:02d}" for n in range(3, 12)])
    subjects = pl.DataFrame(
        {
            "subject": np.arange(first, first + count),
            "kind": np.where(dice.random(count) < 0.95, "E", "O"),
            "division": np.array(["62", "52", "65", "72", "26"])[dice.integers(0, 5, count)],
            "region": regions[dice.integers(0, 9, count)],
            "size": np.array(["S", "M", "L"])[dice.integers(0, 3, count)],
            "since": np.full(count, 0),
            "known_until": np.full(count, FOREVER),
        },
        schema=SUBJECT_ROWS,
    )
    return evidence.sort("subject", "on", "code"), subjects


def _open(folder: str) -> tuple[Any, Any]:
    from xinheng.apps.evaluation.lake.manifest import load
    from xinheng.apps.evaluation.lake.place import Place

    place = Place(folder)
    return place, load(place)


def _told(results: Iterator[pl.DataFrame]) -> dict:
    """Sum the scores and count the grades: what every engine must agree on."""
    total, count, grades = 0, 0, np.zeros(8, dtype=np.int64)
    for part in results:
        scores = part.get_column("score").drop_nulls()
        total, count = total + int(scores.sum()), count + part.height
        grades += np.bincount(part.get_column("place").drop_nulls().to_numpy(), minlength=8)
    return {"organisations": count, "scores": total, "grades": "/".join(map(str, grades[:6].tolist()))}


def bare_read(folder: str) -> Callable[[], dict]:
    """Polars reads the evidence columns an evaluation needs, part by part, and adds each up: nothing else."""
    from xinheng.core.evaluation.columns import EVIDENCE

    place, manifest = _open(folder)

    def work() -> dict:
        rows = 0
        for part in manifest.parts:
            frame = place.scan(f"evidence/{part.name}.parquet").select(EVIDENCE.names()).collect()
            rows += frame.height
            frame.sum()
        return {"records": rows}

    return work


def kernel(folder: str) -> Callable[[], dict]:
    """Our local engine, as ``xinheng evaluate`` runs it."""
    from xinheng.apps.evaluation.engines import evaluated

    place, manifest = _open(folder)
    made = _plan()
    return lambda: _told(r for r, _ in evaluated("local", place, manifest, made, known_at=_AT, applied=()))


def whole_run(folder: str) -> Callable[[], dict]:
    """The same with what a run leaves behind: result files and the digest over them."""
    from hashlib import sha256

    from xinheng.apps.evaluation.engines import evaluated
    from xinheng.apps.evaluation.lake.place import Place

    place, manifest = _open(folder)
    made = _plan()

    def work() -> dict:
        with tempfile.TemporaryDirectory(dir=FOLDER) as there:
            target, digest = Place(there), sha256()
            found = evaluated("local", place, manifest, made, known_at=_AT, applied=())
            for number, (results, _) in enumerate(found):
                digest.update(results.write_csv(include_header=False).encode())
                target.write_frame(f"{number:05d}.parquet", results)
        return {"digest": digest.hexdigest()[:12]}

    return work


def polars(folder: str) -> Callable[[], dict]:
    """The same plan as one lazy Polars query, streaming."""
    from xinheng.core.evaluation import city

    place, manifest = _open(folder)
    made = _plan()

    def work() -> dict:
        evidence = pl.scan_parquet(place.path("evidence/*.parquet")).drop("since", "known_until", "record")
        subjects = pl.scan_parquet(place.path("subjects/*.parquet")).with_columns(applied=pl.lit(False))
        found = city.evaluate_with_polars(evidence, subjects, made, manifest.book)
        return _told(iter([found.collect(engine="streaming")]))

    return work


def relational(folder: str, engine: str) -> Callable[[], dict]:
    """The same plan by Ibis on DuckDB or Spark. Starting Spark is not counted."""
    from xinheng.apps.evaluation import relational as other

    place, manifest = _open(folder)
    made = _plan()
    if engine != "duckdb":
        other.spark_session(engine).range(10).count()  # a warm session: what a cluster that stays up costs
    willing = pl.Series("subject", [], dtype=pl.Int64)
    return lambda: _told(iter([other.evaluate(engine, place, manifest, made, known_at=_AT, applied=willing)]))


def one(organisations: int) -> Callable[[], dict]:
    """One organisation after the other out of a register: read, evaluated, explained, with what it can do and when."""
    city = (FOLDER / f"register-{organisations}").absolute()
    environment = os.environ | {"XINHENG_VAR": str(city), "XINHENG_DAY": ON.isoformat()}
    if not (city / "xinheng.sqlite3").exists():
        city.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "xinheng.cli", "demo", "--organisations", str(organisations)]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    os.environ |= {"XINHENG_VAR": str(city), "XINHENG_DAY": ON.isoformat()}
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    import django

    django.setup()
    from xinheng.apps.clock import now
    from xinheng.apps.evaluation import explaining
    from xinheng.apps.evaluation.models import Result

    at, method = now(), None
    found = Result.objects.filter(model="xh.comprehensive", current=True, score__isnull=False).select_related("subject")
    subjects = [result.subject for result in found.order_by("score")[:200]]  # the most to explain first
    method = explaining.method_for(_method().model, on=ON, at=at)
    explaining.explain(subject=subjects[0], method=method, on=ON, at=at)

    def work() -> dict:
        took, records = [], 0
        for subject in subjects:
            begin = time.perf_counter()
            told = explaining.explain(subject=subject, method=method, on=ON, at=at)
            took.append((time.perf_counter() - begin) * 1000)
            records += len(told.statements)
        took.sort()
        middle, late = took[len(took) // 2], took[int(len(took) * 0.99)]
        return {"p50 ms": round(middle, 1), "p99 ms": round(late, 1), "records each": round(records / len(subjects), 1)}

    return work


def jobs(folder: str, *, others: bool, spark: bool) -> list[tuple[str, str, dict]]:
    """Return the contestants."""
    told = [
        ("bare Parquet read", "benchmarks.evaluate:bare_read", {"folder": folder}),
        ("xinheng: kernel", "benchmarks.evaluate:kernel", {"folder": folder}),
        ("xinheng: kernel, result files, digest", "benchmarks.evaluate:whole_run", {"folder": folder}),
    ]
    if others:
        told += [
            ("Polars streaming, same plan", "benchmarks.evaluate:polars", {"folder": folder}),
            ("Ibis → DuckDB, same plan", "benchmarks.evaluate:relational", {"folder": folder, "engine": "duckdb"}),
        ]
    if spark:
        told.append(
            (
                "Ibis → Spark local[2], same plan",
                "benchmarks.evaluate:relational",
                {"folder": folder, "engine": "local[2]"},
            )
        )
    return told


def main() -> None:
    """Run the contestants on one city, then show how our cost grows with it."""
    organisations = int(os.environ.get("XINHENG_BENCH_CITY", "1000000"))
    times = int(os.environ.get("XINHENG_BENCH_ROUNDS", "3"))
    peers = os.environ.get("XINHENG_BENCH_PEERS", "duckdb spark").split()
    folder = lake(organisations)
    found = rounds(jobs(folder, others="duckdb" in peers, spark="spark" in peers), times=times)
    base = found["bare Parquet read"].seconds
    print(f"### {organisations:,} organisations, 25 records each, 32 indicators\n\n{HEADER}")
    for figure in found.values():
        print(figure.row(base))
    answers = {tuple(f.result.items()) for f in found.values() if "scores" in f.result}
    print(f"\nAll engines agree: {'yes' if len(answers) == 1 else f'NO: {answers}'}.")
    ours = found["xinheng: kernel"].seconds
    for name, figure in found.items():
        if "same plan" in name:
            print(f"\n{name} takes {figure.seconds / ours:.1f} × ours.")
    print(f"\n### Growth\n\n{HEADER}")
    sizes = [n for n in (40_000, 400_000, organisations) if n <= organisations]
    grown = rounds([(f"{n:,}", "benchmarks.evaluate:kernel", {"folder": lake(n)}) for n in sizes], times=times)
    for figure in grown.values():
        print(figure.row())
    alone = rounds([("200 organisations, one by one", "benchmarks.evaluate:one", {"organisations": 3_000})], times=1)
    print(f"\n### One organisation with its explanation\n\n{HEADER}")
    for figure in alone.values():
        print(figure.row())


if __name__ == "__main__":
    begin = time.perf_counter()
    main()
    print(f"\n{time.perf_counter() - begin:.0f} s", file=sys.stderr)
