"""A run of regular work, in a queue of its own: nobody's file waits behind the night's work."""

from __future__ import annotations

from django_tasks import task

QUEUE = "regular"


@task(queue_name=QUEUE)
def take_turn(name: str) -> None:
    """Do one piece of regular work. The next run is asked for first, so that a fault does not end the chain."""
    from xinheng.apps.clock import now
    from xinheng.apps.timetable import actions, regular

    found = regular.named(name)
    if found is None:
        return  # an older version of the program knew it
    actions.ask(found, again=True)
    actions.run(found, at=now())
