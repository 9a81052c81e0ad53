"""Jobs and notices of one person, and nobody else's."""

from __future__ import annotations

from django.db.models import QuerySet

from xinheng.apps.accounts.models import Account
from xinheng.apps.jobs.models import Job, Notice


def jobs(*, visible_to: Account) -> QuerySet[Job]:
    """Return the jobs somebody asked for, the newest first."""
    return Job.objects.filter(account=visible_to).order_by("-pk")


def notices(*, visible_to: Account) -> QuerySet[Notice]:
    """Return somebody's notices, the newest first."""
    return Notice.objects.filter(account=visible_to).order_by("-pk")


def unseen(*, visible_to: Account) -> int:
    """Return how many notices somebody has not seen."""
    return notices(visible_to=visible_to).filter(seen_at=None).count()
