"""Run every benchmark, or those named: ``python -m benchmarks check workbook``. Tables in Markdown on standard output."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = (
    "check",
    "reading",
    "workbook",
    "accept",
    "ledger",
    "reconcile",
    "evaluate",
    "applying",
    "exporting",
    "search",
    "web",
)


def main() -> None:
    """Run the named benchmarks one after another."""
    wanted = sys.argv[1:] or NAMES
    if unknown := set(wanted) - set(NAMES):
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    for name in wanted:
        print(f"\n## {name}\n", flush=True)
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
