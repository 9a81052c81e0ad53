"""Fresh processes, interleaved rounds, medians: the machine's moods fall on all contestants alike."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """Median seconds, all seconds, greatest peak memory, and what the job reported about itself."""

    name: str
    seconds: float
    all_seconds: tuple[float, ...]
    peak_mb: float
    result: dict

    def row(self, against: float | None = None) -> str:
        """Return a line for a Markdown table."""
        ratio = f"{self.seconds / against:.2f} ×" if against else "–"
        spread = f"{min(self.all_seconds):.2f}–{max(self.all_seconds):.2f}"
        facts = "; ".join(f"{k} {v}" for k, v in self.result.items())
        return f"| {self.name} | {self.seconds:.2f} | {spread} | {ratio} | {self.peak_mb:.0f} | {facts} |"


def rounds(jobs: Sequence[tuple[str, str, dict]], *, times: int = 3, python: str = sys.executable) -> dict[str, Figure]:
    """Run each job (name, "module:function", arguments) ``times`` times, one after another in turn."""
    seconds: dict[str, list[float]] = {name: [] for name, _, _ in jobs}
    peaks: dict[str, float] = {}
    results: dict[str, dict] = {}
    for _ in range(times):
        for name, target, arguments in jobs:
            answer = subprocess.run(
                [python, "-m", "benchmarks.measure", target, json.dumps(arguments)],
                capture_output=True,
                text=True,
                check=False,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(["src", "."])},
            )
            if answer.returncode != 0:
                sys.exit(f"{name} failed:\n{answer.stderr[-3000:]}")
            told = json.loads(answer.stdout.strip().splitlines()[-1])
            seconds[name].append(told["seconds"])
            peaks[name] = max(peaks.get(name, 0.0), told["peak_mb"])
            results[name] = told["result"]
            print(f"  {name}: {told['seconds']:.2f} s, {told['peak_mb']:.0f} MB", file=sys.stderr)
    return {
        name: Figure(name, statistics.median(s), tuple(s), peaks[name], results[name]) for name, s in seconds.items()
    }


HEADER = "| job | seconds (median) | spread | ratio | peak MB | |\n|---|---|---|---|---|---|"


def _peak_mb() -> float:
    """Return the peak memory of this process. What ``getrusage`` tells begins at the size of the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process its peak memory")


def timed(work: Callable[[], dict]) -> dict:
    """Run the work and tell its seconds; imports have been paid before."""
    begin = time.perf_counter()
    result = work()
    return {"seconds": time.perf_counter() - begin, "result": result}


def main() -> None:
    """Run one job in this process and print what it took. A job prepares and returns the work to be timed."""
    module, _, function = sys.argv[1].partition(":")
    job = getattr(__import__(module, fromlist=[function]), function)
    told = timed(job(**json.loads(sys.argv[2])))
    told["peak_mb"] = _peak_mb()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
