"""Reconciling five million against five million statements: what is exchanged and how long it takes, for 10 to 10,000 differences;
and, beside reladiff on the same PostgreSQL, when nothing has been kept up but each row's hash.

``python -m benchmarks reconcile`` or ``python -m benchmarks.reconcile ROWS sqlite|postgres``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson

ROWS = 5_000_000
DIFFERENCES = (10, 100, 1_000, 10_000)
SHOWN = 100  # differences in the comparison with reladiff: a quarter missing, the rest changed


@contextmanager
def installation(database: str) -> Iterator[str]:
    """Set up an empty register in a folder of its own; yield PostgreSQL's address, or nothing."""
    import django

    with ExitStack() as stack:
        os.environ["XINHENG_VAR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="xinheng-bench-"))
        os.environ.pop("DATABASE_URL", None)
        if database == "postgres":
            sys.path.insert(0, "tests")
            from support.postgres import postgres

            os.environ["DATABASE_URL"] = stack.enter_context(postgres())
        os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        stack.callback(connections.close_all)
        yield os.environ.get("DATABASE_URL", "")


def channel(code: str) -> Any:
    """Return a channel to keep a tree in."""
    from django.utils import timezone

    from xinheng.apps.exchange.models import Channel, Counterpart, Way

    other = Counterpart.objects.create(code=code, name=code, way=Way.TABLE, met_at=timezone.now())
    return Channel.objects.create(counterpart=other, direction="out", items=["adm.penalty"])


def made_up(rows: int) -> np.ndarray:
    """Return statements with names and fingerprints drawn at random, in order."""
    from xinheng.core.reconciliation import leaves

    dice = np.random.default_rng(20260401)
    held = np.zeros(rows, dtype=leaves.ELEMENT)
    held["name"] = dice.bytes(16 * rows) and np.frombuffer(dice.bytes(16 * rows), dtype="V16")
    held["low"], held["high"] = (np.frombuffer(dice.bytes(8 * rows), dtype="<u8") for _ in range(2))
    held["record"] = np.arange(rows)
    return leaves.in_order(held)


def changed(held: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which records differ there, their names, and what they say there: a quarter is missing, the rest says otherwise."""
    dice = np.random.default_rng(seed)
    which = dice.choice(len(held), count, replace=False)
    kept = which[count // 4 :]
    fresh = held[kept].copy()
    fresh["low"] = np.frombuffer(dice.bytes(8 * len(kept)), dtype="<u8")
    fresh["high"] = np.frombuffer(dice.bytes(8 * len(kept)), dtype="<u8")
    names = np.frombuffer(held["name"][which].tobytes(), dtype=np.uint8).reshape(-1, 16)
    return held["record"][which], names, fresh


def talk(here: Any, there: Any) -> tuple[int, int, int]:
    """Find the differences by messages as they travel; return differences, bytes both ways, rounds."""
    from xinheng.core.reconciliation import messages
    from xinheng.core.reconciliation.descent import Inquiry, first_asks

    item = "adm.penalty"
    roots = {item: here.root()}, {item: there.root()}
    inquiry = Inquiry({item: here}, first_asks(*roots))
    spent, rounds = 0, 0
    while inquiry.open:
        question = zlib.compress(orjson.dumps(messages.asks_out(inquiry.open)), 1)
        asks = messages.asks_in(orjson.loads(zlib.decompress(question)))
        answer = zlib.compress(orjson.dumps(messages.answers_out([ask.answered_by(there) for ask in asks])), 1)
        inquiry.take(messages.answers_in(orjson.loads(zlib.decompress(answer)), inquiry.open))
        spent, rounds = spent + len(question) + len(answer), rounds + 1
    ours, theirs = here.find(inquiry.ours(item))[0], there.find(inquiry.theirs(item))[0]
    return len({*map(int, ours.at), *map(int, theirs.at)}), spent, rounds


def median(work: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Return the median of the seconds, and the last result."""
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return sorted(seconds)[times // 2], result


def warm(held: np.ndarray, database: str) -> tuple[Any, Any]:
    """Print what a run costs when sums have been kept up; return the channels, whose trees differ by the last number."""
    from xinheng.apps.exchange import trees

    ours, theirs = channel("here"), channel("there")
    none = np.zeros(0, dtype=np.int64), np.zeros((0, 16), dtype=np.uint8)
    begin = time.perf_counter()
    trees.bring_up(ours, "adm.penalty", "f", touched=none[0], names=none[1], fresh=held)
    built = time.perf_counter() - begin
    trees.bring_up(theirs, "adm.penalty", "f", touched=none[0], names=none[1], fresh=held)
    print(f"\n{len(held):,} statements a side, {database}; a side's sums written in {built:.1f} s\n")
    print("| differences | warm run, ms | rounds | bytes, both ways | keeping the sums up for as many changes, ms |")
    print("|---|---|---|---|---|")
    for count in DIFFERENCES:
        touched, names, fresh = changed(held, count, seed=count)
        begin = time.perf_counter()
        trees.bring_up(theirs, "adm.penalty", "f", touched=touched, names=names, fresh=fresh)
        kept = time.perf_counter() - begin
        seconds, (found, spent, rounds) = median(lambda: talk(side(ours), side(theirs)))
        assert found == count, (found, count)
        print(f"| {count:,} | {seconds * 1000:.0f} | {rounds} | {spent:,} | {kept * 1000:.0f} |", flush=True)
        was = held[np.isin(held["record"], touched)]
        trees.bring_up(theirs, "adm.penalty", "f", touched=touched, names=names, fresh=was)
    return ours, theirs


def side(of: Any) -> Any:
    """Return the kept side of a channel."""
    from xinheng.apps.exchange import trees

    return trees.TreeSide(trees.active(of, "adm.penalty"))


def cold(ours: Any, theirs: Any) -> int:
    """Find the differences from the stored hash of each row alone: every sum is added up again, on both sides."""
    from xinheng.apps.exchange import trees
    from xinheng.apps.exchange.recounting import RecountedSide

    return talk(*(RecountedSide(trees.active(of, "adm.penalty")) for of in (ours, theirs)))[0]


def tables(url: str, held: np.ndarray, touched: np.ndarray, fresh: np.ndarray) -> None:
    """Load the same statements into two tables for reladiff: a number, five columns of text, and the hash of the row."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("a", "b"):
            connection.execute(
                f"CREATE TABLE {name} (id bigint, c1 text, c2 text, c3 text, c4 text, c5 text, h bigint)"
            )
            now = held
            if name == "b":
                now = np.concatenate((held[~np.isin(held["record"], touched)], fresh))
                now = now[np.argsort(now["record"])]
            with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for start in range(0, len(now), 100_000):
                    part = now[start : start + 100_000]
                    rows = zip(part["record"].tolist(), part["low"].astype("<i8").tolist(), strict=True)
                    copy.write(
                        "".join(
                            f"{i}\t名{h & 65535}\t{h}\t文号{i}\t2026-04-{h % 28 + 1:02d}\t{h & 1023}.5\t{h}\n"
                            for i, h in rows
                        )
                    )
            connection.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (id)")
            connection.execute(f"ANALYZE {name}")


def reladiff(url: str, columns: tuple[str, ...]) -> int:
    """Run reladiff over the two tables; return how many rows it names."""
    from urllib.parse import parse_qsl, urlsplit

    parts = urlsplit(url)
    host = dict(parse_qsl(parts.query)).get("host", parts.hostname or "")
    address = f"postgresql://{parts.username}@{host.replace('/', '%2F')}{parts.path}"
    command = [str(Path(sys.executable).with_name("reladiff")), address, "public.a", address, "public.b", "-k", "id"]
    for column in columns:
        command += ["-c", column]
    done = subprocess.run([*command, "--threads", "2"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"reladiff: {done.stderr[-2000:]}")
    if "ERROR" in done.stderr + done.stdout:
        sys.exit(f"reladiff: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return len({line[1:].split(",")[0].strip() for line in done.stdout.splitlines() if line[:1] in ("+", "-")})


def against_reladiff(url: str, held: np.ndarray, ours: Any, theirs: Any) -> None:
    """Print the cold figures beside reladiff's."""
    from xinheng.apps.exchange import trees

    touched, names, fresh = changed(held, SHOWN, seed=1)
    trees.bring_up(theirs, "adm.penalty", "f", touched=touched, names=names, fresh=fresh)
    tables(url, held, touched, fresh)
    jobs: dict[str, Callable[[], int]] = {
        "ours, cold: every sum again from the stored row hashes": lambda: cold(ours, theirs),
        "reladiff 0.6, hash column, 2 threads": lambda: reladiff(url, ("h",)),
        "reladiff 0.6, five columns, 2 threads": lambda: reladiff(url, ("c1", "c2", "c3", "c4", "c5")),
        "ours, warm": lambda: talk(side(ours), side(theirs))[0],
    }
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    found: dict[str, int] = {}
    for _ in range(3):
        for name, job in jobs.items():
            begin = time.perf_counter()
            found[name] = job()
            seconds[name].append(time.perf_counter() - begin)
    base = sorted(seconds["ours, cold: every sum again from the stored row hashes"])[1]
    print(f"\n{SHOWN} differences, PostgreSQL, medians of three rounds in turn\n")
    print("| | s | spread | against ours, cold | rows found |\n|---|---|---|---|---|")
    for name, all_ in seconds.items():
        middle = sorted(all_)[1]
        print(f"| {name} | {middle:.2f} | {min(all_):.2f}–{max(all_):.2f} | {middle / base:.2f} × | {found[name]} |")


def keeping(rows: int, database: str) -> None:
    """Print what it costs to bring a channel's sums up after real penalty rows were accepted, beside accepting them."""
    from django.utils import timezone

    from benchmarks import accept
    from xinheng.apps.exchange import keeping as sums

    accept._installation(database)
    accept._register(rows)
    of = channel("there")
    of.due = True  # no worker is asked: it is done here
    of.save()
    sums.catch_up(of)
    told = accept._stage(rows)
    begun, cpu = time.perf_counter(), time.process_time()
    sums.catch_up(of)
    spent, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(
        f"\n{told['new']:,} penalties, {database}, {timezone.now():%Y-%m-%d}: accepted at {told['rows/s']:,} rows/s; ",
        end="",
    )
    print(
        f"one channel's sums brought up in {spent:.2f} s ({cpu:.2f} s of it our CPU): {told['new'] / spent:,.0f} rows/s"
    )


def main(rows: str | int = ROWS, *databases: str) -> None:
    """Print the figures for both databases."""
    for database in databases or ("sqlite", "postgres"):
        if not databases:  # each in a process of its own: Django knows one database
            subprocess.run([sys.executable, "-m", "benchmarks.reconcile", str(rows), database], check=True)
            subprocess.run([sys.executable, "-m", "benchmarks.reconcile", "100000", f"keeping-{database}"], check=True)
            continue
        if database.startswith("keeping-"):
            keeping(int(rows), database.removeprefix("keeping-"))
            continue
        with installation(database) as url:
            held = made_up(int(rows))
            ours, theirs = warm(held, database)
            if url:
                against_reladiff(url, held, ours, theirs)


if __name__ == "__main__":
    main(*sys.argv[1:])
