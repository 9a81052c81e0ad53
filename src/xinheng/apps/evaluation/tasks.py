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


@task()
def simulate_draft(draft: int, by: int) -> None:
    """Run a draft over the whole city; nothing in force changes."""
    from xinheng.apps.accounts.models import Account
    from xinheng.apps.evaluation import drafting
    from xinheng.apps.evaluation.lake.exporting import export
    from xinheng.apps.evaluation.lake.place import place
    from xinheng.apps.evaluation.models import Draft

    at, lake = now(), place()
    export(lake, at=at)
    drafting.simulate(draft=Draft.objects.get(pk=draft), place=lake, by=Account.objects.get(pk=by), at=at, known_at=at)
