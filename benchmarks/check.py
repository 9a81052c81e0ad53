"""Check penalty files of a million rows and more: read, all rules, findings. Peers run the same rules in the same rounds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.measure import HEADER, rounds

ON = date(2026, 4, 1)
FOLDER = Path("var/benchmarks")
_IN_MEMORY = 100_000  # rows of a block where the frame is in memory anyway; the peers get the whole frame


def _file(rows: int, encoding: str = "utf-8") -> Path:
    """Make the file once; it is seeded, so it is the same on every machine."""
    from xinheng.demo.bulk import write_penalties

    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"penalties-{rows}-{encoding}.csv"
    if not path.exists():
        print(f"  making {path.name}", file=sys.stderr)
        write_penalties(path, rows, encoding=encoding)
    return path


def bare_read(path: str) -> Callable[[], dict]:
    """Polars' own read_csv of the same file, all text."""
    return lambda: {"rows": pl.read_csv(path, infer_schema=False).height}


def bare_transcoding(path: str) -> Callable[[], dict]:
    """Python's decoding of GB18030 and encoding to UTF-8, in blocks."""

    def work() -> dict:
        import codecs

        decoder, size = codecs.getincrementaldecoder("gb18030")(), 0
        with open(path, "rb") as file:
            while block := file.read(1 << 24):
                size += len(decoder.decode(block).encode())
        return {"bytes": size}

    return work


def ours(path: str) -> Callable[[], dict]:
    """Open, read, map, normalise, check, count."""
    from xinheng.core.intake.check import all_checks
    from xinheng.core.intake.engine import check_source
    from xinheng.core.intake.headers import known_headers
    from xinheng.core.intake.reading import open_source
    from xinheng.core.policy import default_policy

    policy = default_policy()
    all_checks()  # modules, like every import paid before the clock runs

    def work() -> dict:
        checking = check_source(open_source(Path(path), known_headers=known_headers(policy)), policy, on=ON)
        for block in checking:
            del block  # as the command does: or it is kept until the next one has been checked
        report = checking.report
        return {"rows": report.rows, "returned": report.returned, "findings": sum(report.counts.values())}

    return work


def our_rules(path: str) -> Callable[[], dict]:
    """The same without reading: the frame is in memory already, as it is for dataframely and pandera."""
    from xinheng.core.intake.engine import check_source
    from xinheng.core.intake.table import ROW, FrameTable
    from xinheng.core.policy import default_policy

    policy, frame = default_policy(), pl.read_csv(path, infer_schema=False)

    class InMemory(FrameTable):
        def blocks(self):
            for at in range(0, self.frame.height, _IN_MEMORY):
                part = self.frame.slice(at, _IN_MEMORY)
                yield part.with_row_index(ROW, offset=at + 2).with_columns(pl.col(ROW).cast(pl.UInt32))

    class Source:
        format, encoding, size, notes = "csv", "utf-8", 0, []

        def tables(self):
            yield InMemory(frame)

    def work() -> dict:
        checking = check_source(Source(), policy, on=ON, item_id="adm.penalty")
        for _ in checking:
            pass
        return {"findings": sum(checking.report.counts.values())}

    return work


def main() -> None:
    """Run all rounds and print Markdown tables."""
    million = str(_file(1_000_000))
    found = rounds(
        [
            ("Polars read_csv, bare", "benchmarks.check:bare_read", {"path": million}),
            ("xinheng: read, rules, findings", "benchmarks.check:ours", {"path": million}),
            ("xinheng: rules and findings only", "benchmarks.check:our_rules", {"path": million}),
            ("dataframely filter, our kernels", "benchmarks.peers:run_dataframely", {"path": million}),
            ("pandera lazy, our kernels", "benchmarks.peers:run_pandera", {"path": million}),
        ]
    )
    base = found["Polars read_csv, bare"].seconds
    print(f"### 1 M × 26 penalty rows, CSV, 3 % bad\n\n{HEADER}")
    for figure in found.values():
        print(figure.row(base))
    rules, whole = found["xinheng: rules and findings only"].seconds, found["xinheng: read, rules, findings"].seconds
    for peer in ("dataframely filter, our kernels", "pandera lazy, our kernels"):
        print(f"\n{peer} takes {found[peer].seconds / rules:.2f} × our rules.")
    per_row = rounds(
        [
            ("plain Python + python-stdnum", "benchmarks.peers:run_plain", {"path": million, "rows": 50_000}),
            ("pydantic per row", "benchmarks.peers:run_pydantic", {"path": million, "rows": 50_000}),
            ("frictionless", "benchmarks.peers:run_frictionless", {"path": million, "rows": 10_000}),
        ]
    )
    print(f"\n### Row by row, scaled to 1 M\n\n{HEADER}")
    for figure in per_row.values():
        print(figure.row(), f"\n{figure.name}: {figure.seconds * 1e6 / figure.result['rows'] / whole:.0f} × ours")
    ten = str(_file(10_000_000))
    print(f"\n### Memory at 10 M rows\n\n{HEADER}")
    for figure in rounds([("xinheng, 10 M rows", "benchmarks.check:ours", {"path": ten})], times=1).values():
        print(figure.row())
    gb = str(_file(1_000_000, "gb18030"))
    coded = rounds(
        [
            ("Python transcoding, bare", "benchmarks.check:bare_transcoding", {"path": gb}),
            ("xinheng, GB18030", "benchmarks.check:ours", {"path": gb}),
        ]
    )
    print(f"\n### The same in GB18030\n\n{HEADER}")
    for figure in coded.values():
        print(figure.row(coded["Python transcoding, bare"].seconds))


if __name__ == "__main__":
    main()
