"""Work behind the page: following the register, and the daily run over the city."""

from __future__ import annotations

from django_tasks import task

from xinheng.apps.clock import now


@task()
def follow_register() -> None:
    """Evaluate again whom something new concerns."""
    from xinheng.apps.evaluation.following import follow

    follow(at=now())


@task()
def evaluate_daily() -> None:
    """Bring the lake up to the register and evaluate the city by every model."""
    from xinheng.apps.evaluation.daily import run

    run(at=now())
