"""Background jobs (后台任务) somebody asked for, and notices (通知) that tell of what has ended."""

from django.conf import settings
from django.db import models

from xinheng.apps.privacy import privacy


class JobState(models.TextChoices):
    """Where a job is."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"


@privacy(internal="id account kind title asked state done total file_name made_at ended_at")
class Job(models.Model):
    """One piece of work. What it makes is a file that is kept for a day."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    asked = models.JSONField(default=dict)  # what it was asked for, so that it is done just so
    state = models.CharField(max_length=7, choices=JobState.choices, default=JobState.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


@privacy(internal="id account at text facts url tone seen_at")
class Notice(models.Model):
    """A word to one person about something that has ended or been decided."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField()
    text = models.CharField(
        max_length=300
    )  # a sentence with {facts} to be put in, so that each reader has it in the own language
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True, default="")
    tone = models.CharField(max_length=10, blank=True, default="")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["account", "seen_at"], name="jobs_unseen"),)

    def __str__(self) -> str:
        return self.text
