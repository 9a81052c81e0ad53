"""A large submission is killed with -9 again and again, at moments spread over its whole length, until it has come through.

``python -m benchmarks.kill [rows [kills]]``, with ``DATABASE_URL`` for a PostgreSQL. After each kill a reader looks: it must see all
rows or none. At the end every good row must be there exactly once, and word for word what an undisturbed check would accept.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from benchmarks.check import _file

COMMAND = [sys.executable, "-m", "xinheng.cli"]
DEPARTMENT = "1144039999110001XG"


def _run(*told: str) -> dict:
    done = subprocess.run([*COMMAND, *told], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{told[0]} failed: {done.stdout[-500:]} {done.stderr[-2000:]}")
    return json.loads(done.stdout) if "--json" in told else {}


def _looked(*, whole: bool = False) -> dict[str, int]:
    """What a reader sees, asked by a process of its own."""
    code = (
        "import json, sys; from xinheng.cli.register import open_register; open_register(make_tables=False)\n"
        "from xinheng.apps.intake.models import Submission\n"
        "from xinheng.apps.records.models import Record, Version\n"
        "from xinheng.apps.records.integrity import dangling\n"
        "seen = Version.objects.filter(submission__accepted_at__isnull=False)\n"
        "told = {'visible': seen.count(), 'submissions': Submission.objects.count()}\n"
        "if len(sys.argv) > 1:\n"
        "    told |= {'staged': Version.objects.count(), 'records': Record.objects.count(),\n"
        "             'keys': seen.values('record').distinct().count(), 'dangling': sum(dangling().values())}\n"
        "print(json.dumps(told))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *(["whole"] if whole else [])], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(rows: int = 1_000_000, kills: int = 12) -> None:
    """Kill, look, go on; print a line for each kill and the verdict."""
    path = _file(rows)
    with tempfile.TemporaryDirectory(prefix="xinheng-kill-") as folder:
        os.environ |= {"XINHENG_VAR": folder, "XINHENG_DAY": "2026-04-01", "XINHENG_NEWS": "0"}
        _run("user", "add", "bench", "--name", "李某", "--department", DEPARTMENT)
        submit = ("submit", str(path), "--department", DEPARTMENT, "--officer", "bench", "--certify", "--json")
        print("| kill | after s | during | a reader sees |\n|---|---|---|---|")
        luck, span = random.Random(7), rows / 16_000
        for number in range(kills):
            # By turns the sender tries again, and the restarted server takes up what was left.
            told = ("recover", "--alone") if number % 3 else submit
            process = subprocess.Popen([*COMMAND, *told], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait = span * luck.random() + 1.5
            time.sleep(wait)
            over = process.poll() is not None
            process.send_signal(signal.SIGKILL)
            process.wait()
            seen = _looked()
            print(
                f"| {number + 1} | {wait:.1f} | {told[0]}{' (had ended)' if over else ''} | {seen['visible']:,} |",
                flush=True,
            )
        begin = time.perf_counter()
        _run("recover", "--alone")
        done = _run(*submit)  # the same file again is the same submission
        seen = _looked(whole=True)
        good = done["counts"]["new"]
        fair = seen["visible"] == seen["keys"] == seen["records"] == seen["staged"] == good
        print(f"\nthen undisturbed, {time.perf_counter() - begin:.0f} s: {seen}, {good:,} rows accepted")
        if not fair or seen["submissions"] != 1 or seen["dangling"]:
            sys.exit("LOST OR DOUBLED")
        print("every good row is there once")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
