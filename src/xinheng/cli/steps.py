"""Progress in the terminal, step by step; none where a machine reads the output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Steps:
    """One bar, one step after the other."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    def step(self, text: str, total: int | None) -> Callable[[int], None]:
        """Begin a step; the function returned is told how much more is done."""
        if self._progress is None:
            return lambda done: None
        progress, task = self._progress, self._progress.add_task(text, total=total)
        return lambda done: progress.advance(task, done)


@contextmanager
def bar(*, quiet: bool = False) -> Iterator[Steps]:
    """Show progress while the work goes on."""
    if quiet:
        yield Steps(None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from xinheng.cli.screen import console

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        yield Steps(progress)
