"""A bar that counts, on stderr, and only for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from xinheng.cli.screen import console


@contextmanager
def counting(what: str, total: int | None = None, unit: str = "行") -> Iterator[Callable[[int], None]]:
    """Yield a function to be told how many more are done."""
    terminal = console(stderr=True)
    if not terminal.is_terminal:
        yield lambda more: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    count = TextColumn(
        "{task.completed:,.0f} " + unit if total is None else "{task.completed:,.0f}/{task.total:,.0f} " + unit
    )
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *((BarColumn(),) if total else ()), count)
    with Progress(*columns, TimeElapsedColumn(), console=terminal, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
