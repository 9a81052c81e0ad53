"""The city is evaluated once its year is in the register, so that every organisation has its results and their reasons."""

from __future__ import annotations

from datetime import datetime

from rich.progress import Progress

from xinheng.apps.evaluation import daily


def evaluate(*, at: datetime, progress: Progress | None) -> None:
    """Export the lake and run every model."""
    task = progress.add_task("评价全市组织", total=None) if progress is not None else None

    def told(what: str, done: int) -> None:
        if progress is not None and task is not None:
            progress.advance(task, done)

    daily.run(at=at, progress=told)
