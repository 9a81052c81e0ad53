"""Beginning, counting and ending a background job; telling people; forgetting files after a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.jobs.models import Job, JobState, Notice

KEPT_FOR = timedelta(days=1)


def begin(*, account: Account, kind: str, title: str, asked: Mapping[str, Any], total: int, at: datetime) -> Job:
    """Write down a job that is about to be done; files of jobs older than a day go."""
    forget_old(at=at)
    with transaction.atomic():
        job = Job.objects.create(account=account, kind=kind, title=title, asked=dict(asked), total=total, made_at=at)
        audit.record(f"job.{kind}", about=job, by=account, at=at, title=title, **dict(asked))
    return job


def step(job: Job, done: int) -> None:
    """Say how far a job is."""
    Job.objects.filter(pk=job.pk).update(done=done, state=JobState.RUNNING)


def end(*, job: Job, file_name: str, text: str, url: str, at: datetime, **facts: Any) -> None:
    """End a job well, and tell the person who asked."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, done=job.total, file_name=file_name, ended_at=at)
        tell(account=job.account, text=text, url=url, tone="is-good", at=at, **facts)


def fail(*, job: Job, text: str, at: datetime, **facts: Any) -> None:
    """End a job that did not come to its end, and tell the person who asked."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, ended_at=at)
        tell(account=job.account, text=text, url="", tone="is-bad", at=at, **facts)


def tell(*, account: Account, text: str, url: str, tone: str, at: datetime, **facts: Any) -> Notice:
    """Leave a notice for somebody: a sentence, and the facts in it."""
    return Notice.objects.create(account=account, text=text, facts=facts, url=url, tone=tone, at=at)


def see_all(*, account: Account, at: datetime) -> None:
    """Mark one's notices as seen."""
    Notice.objects.filter(account=account, seen_at=None).update(seen_at=at)


def folder() -> Path:
    """Return where the files of jobs lie, readable by the server alone."""
    path = Path(settings.XINHENG_VAR) / "jobs"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(job: Job) -> Path:
    """Return where the file of a job lies."""
    return folder() / f"{job.pk}{Path(job.file_name).suffix or '.xlsx'}"


def forget_old(*, at: datetime) -> int:
    """Delete jobs older than a day with their files; return how many."""
    old = list(Job.objects.filter(made_at__lt=at - KEPT_FOR))
    for job in old:
        path_of(job).unlink(missing_ok=True)
        job.delete()
    return len(old)
