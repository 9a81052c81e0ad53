"""Runs that compare both sides, and the differences they leave to be settled."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinheng.apps.accounts.models import Department
from xinheng.apps.exchange.models.counterparts import Channel, Way
from xinheng.apps.privacy import privacy


class RunState(models.TextChoices):
    """How far a run is."""

    OPEN = "open", "进行中"
    WAITING = "waiting", "等待对方文件"
    AGREED = "agreed", "一致"
    DIFFERS = "differs", "有差异"
    FAILED = "failed", "未完成"


@privacy(
    public="id ref channel state started_at finished_at position there_position counts held statement found",
    internal="by way talk rounds sent received seconds error_code error",
)
class Run(models.Model):
    """One comparison (对账). ``talk`` holds where the conversation stands, so that it can go on after days, from files."""

    ref = models.CharField(max_length=32, unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="runs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.OPEN)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    position = models.BigIntegerField(default=0)
    there_position = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # kind → number
    held = models.JSONField(default=dict)  # item → [here, there]
    statement = models.TextField(blank=True, default="")  # the signed note
    found = models.BinaryField(default=b"")  # the file of differences
    talk = models.JSONField(default=dict)
    rounds = models.PositiveIntegerField(default=0)
    sent = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error_code = models.CharField(max_length=80, blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["channel", "started_at"], name="exchange_runs"),)

    def __str__(self) -> str:
        return self.ref


@privacy(
    public="id channel item name kind opened_on due_on closed_at first_run last_run closed_run code fields",
    internal="owner here there delivery note",
)
class Task(models.Model):
    """A difference to be settled (差异任务). It closes only when a new run no longer shows it."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="tasks")
    item = models.CharField(max_length=64)
    name = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80, blank=True, default="")
    delivery = models.CharField(max_length=80, blank=True, default="")
    fields = models.JSONField(default=list)  # names of those that differ
    here = models.JSONField(default=dict)  # content, as compared
    there = models.JSONField(default=dict)
    owner = models.ForeignKey(Department, null=True, on_delete=models.PROTECT)
    opened_on = models.DateField()
    due_on = models.DateField()
    first_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="opened")
    last_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="shown")
    closed_run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="closed")
    closed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")  # what the owner found out

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "item", "name"], condition=Q(closed_run=None), name="exchange_one_open_task"
            ),
            models.CheckConstraint(
                name="exchange_closed_by_a_run",
                condition=Q(closed_run__isnull=True, closed_at__isnull=True)
                | Q(closed_run__isnull=False, closed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.kind}"
