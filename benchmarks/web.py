"""Pages and look-ups a second: Granian, persistent connections, sixteen clients on the same machine (wrk), beside Litestar.

    python -m benchmarks web                       a demo city of 6,000 organisations in a folder of its own
    python -m benchmarks.web /path/to/var          a folder with a city in it

"Kept" asks the same addresses over and over, "made anew" each address once: what the making of an answer costs. "A day's mix" asks for
organisations the way people do, the few often and the many seldom (Zipf), for lists and the first page between, while submissions of ten rows
are handed in and accepted all the time.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS, CLIENTS = 4, 16
WRITING = 16  # seconds
_numbers = itertools.count(1)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(target: str, var: Path, *, workers: int = 1, interface: str = "wsgi") -> Iterator[str]:
    """Serve an application on this folder's register."""
    port = free_port()
    environment = os.environ | {
        "XINHENG_VAR": str(var),
        "XINHENG_BENCH_DATABASE": str(var / "xinheng.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "xinheng.project.settings",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
    }
    threads = ["--blocking-threads", "2"] if interface == "wsgi" else []
    command = ["granian", "--interface", interface, "--port", str(port), "--workers", str(workers), *threads, "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--log-level", "error", target], env=environment, start_new_session=True
    )
    try:
        base = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not _answers(base):  # the port is open long before the workers have read the catalogue
            if time.monotonic() > deadline:
                raise RuntimeError(f"{target} did not answer within a minute")
            time.sleep(0.1)
        yield base
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _answers(base: str) -> bool:
    try:
        urllib.request.urlopen(base, timeout=30).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def asked(base: str, paths: Sequence[str], *, anew: bool = False) -> tuple[float, float, int]:
    """Return requests a second, the 99th percentile in milliseconds, and how many answers were not 2xx."""
    with tempfile.TemporaryDirectory(prefix="xinheng-wrk-") as folder:
        script = Path(folder) / "paths.lua"
        told = ",".join(f'"{path}"' for path in paths)
        mark = f'"&_={next(_numbers)}." .. n' if anew else '""'
        script.write_text(
            f"local paths = {{{told}}}\nlocal n = 0\nrequest = function()\n  n = n + 1\n"
            f"  return wrk.format('GET', paths[(n % #paths) + 1] .. {mark})\nend\n"
        )
        run = subprocess.run(
            ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--latency", "-s", str(script), base],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", run)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", run).groups()
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", run)
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], int(wrong[1]) if wrong else 0


def addresses(var: Path) -> tuple[list[str], list[str]]:
    """Return codes of organisations on record, and pages of all kinds, in an order drawn once."""
    with sqlite3.connect(f"file:{var / 'xinheng.sqlite3'}?mode=ro", uri=True) as register:
        codes = [c for (c,) in register.execute("SELECT code FROM subjects_subject WHERE code IS NOT NULL ORDER BY id")]
        records = [
            r
            for (r,) in register.execute(
                "SELECT record_id FROM records_version WHERE item = 'adm.licence' AND shown_until > '2099' LIMIT 200"
            )
        ]
    picked = codes[:: max(1, len(codes) // 300)]
    pages = [f"/s/{code}?" for code in picked] + [f"/r/{record}?" for record in records[::2]]
    pages += ["/?", "/penalties/?", "/licences/?", "/lists/?", "/statistics/?"] * 10
    random.Random(7).shuffle(pages)  # people do not all ask for the dearest pages one after another
    return codes, pages


@contextmanager
def written(var: Path) -> Iterator[Callable[[], int]]:
    """Hand submissions in beside what is measured; the function waits for the end and says how many."""
    environment = os.environ | {"XINHENG_VAR": str(var), "PYTHONPATH": os.pathsep.join(["src", "."])}
    command = [sys.executable, "-m", "benchmarks.web_writer", str(WRITING), "0.5"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield lambda: int(process.communicate(timeout=60)[0])
    finally:
        process.kill()


def days_mix(codes: Sequence[str], pages: Sequence[str]) -> list[str]:
    """Return five thousand addresses: four out of five an organisation's page, drawn by Zipf's law; seeded."""
    dice = random.Random(7)
    weights = [1 / rank for rank in range(1, len(codes) + 1)]
    drawn = iter(dice.choices(codes, weights, k=5_000))
    lists = [page for page in pages if not page.startswith("/s/")]
    return [f"/s/{next(drawn)}?" if n % 5 else dice.choice(lists) for n in range(5_000)]


def main(var: str = "") -> None:
    """Print the table."""
    if var:
        _measure(Path(var))
        return
    with tempfile.TemporaryDirectory(prefix="xinheng-web-") as folder:
        demo = [sys.executable, "-m", "xinheng.cli", "demo", "--organisations", "6000"]
        subprocess.run(demo, env=os.environ | {"XINHENG_VAR": folder}, check=True, stdout=subprocess.DEVNULL)
        _measure(Path(folder))


class _Rows(list[tuple[str, tuple[float, float, int]]]):
    """The measured rows; each is told at once, so that a long run is not lost with its end."""

    def append(self, row: tuple[str, tuple[float, float, int]]) -> None:
        print(*row, file=sys.stderr, flush=True)
        super().append(row)


def _measure(var: Path) -> None:
    codes, pages = addresses(var)
    look_ups = [f"/api/v1/subjects/{code}" for code in codes]
    ours = "xinheng.project.wsgi:application"
    rows = _Rows()
    with served(ours, var, workers=2) as base:
        few = pages[::6]
        for _ in range(2):
            asked(base, few)  # every page once, in both workers
        rows.append(("pages, kept, 2 workers", asked(base, few)))
        rows.append(("pages, made anew, 2 workers", asked(base, pages, anew=True)))
        rows.append(("search results, 2 workers", asked(base, [f"/search/?q={w}" for w in SOUGHT])))
    with written(var) as writer, served(ours, var, workers=2) as base:
        mix = days_mix(codes, pages)
        asked(base, mix)  # the kept pages of a day that began before
        rows.append(("a day's mix, 2 workers, beside acceptances", asked(base, mix)))
        changes = writer()
    with served(ours, var) as base:
        few = look_ups[:500]
        asked(base, few)
        rows.append(("look-up, kept, 1 worker", asked(base, few)))
        rows.append(("look-up, made anew, 1 worker", asked(base, look_ups[500:])))
    with served("benchmarks.peer_web:app", var, interface="asgi") as base:
        for path, name in (("all", "the same rows undecided"), ("one", "one row")):
            asked(base, [f"/{path}/{code}" for code in codes[:500]])
            rows.append(
                (f"Litestar + msgspec, {name}, 1 worker", asked(base, [f"/{path}/{code}" for code in codes[500:]]))
            )
    bare = rows[-1][1][0]
    print(f"{changes} submissions of ten rows were accepted in {WRITING} seconds beside the mix.")
    print("| | requests/s | p99 ms | not 2xx | against Litestar |\n|---|---|---|---|---|")
    for name, (rate, p99, wrong) in rows:
        ratio = f"{rate / bare:.0%}" if "look-up" in name else "–"
        print(f"| {name} | {rate:,.0f} | {p99:.1f} | {wrong} | {ratio} |")


SOUGHT = ["%E7%A7%91%E6%8A%80", "%E8%B4%B8%E6%98%93", "hc", "%E6%B5%B7%E5%B7%9D", "%E6%B7%B1%E5%9C%B3"]


if __name__ == "__main__":
    main(*sys.argv[1:])
