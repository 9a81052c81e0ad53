"""Work behind the page: following the register, and simulating drafts. The daily run is on the timetable."""

from __future__ import annotations

from django_tasks import task

from xinheng.apps.clock import now
from xinheng.apps.timetable.tasks import QUEUE


@task()
def follow_register() -> None:
    """Evaluate again whom something new concerns."""
    from xinheng.apps.evaluation.following import follow

    follow(at=now())


@task(queue_name=QUEUE)  # one after the other with the daily run: both bring the lake up to the register
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
