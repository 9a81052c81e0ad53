"""Counterparts, and the channels agreed with them: what travels, in which direction, until when."""

from django.db import models
from django.db.models import Q

from xinheng.apps.accounts.models import Department
from xinheng.apps.privacy import privacy


class Way(models.TextChoices):
    """How we reach a counterpart."""

    HTTP = "http", "网络"
    FILES = "files", "文件交换"
    TABLE = "table", "读取对方数据表"


@privacy(public="id code name key log way active", internal="public address source epoch met_at")
class Counterpart(models.Model):
    """Another node or system (对方): a province, a district, a department. Known by its public keys, never by its address."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, blank=True, default="")  # signs its messages; empty for a mere table
    public = models.CharField(max_length=64, blank=True, default="")  # X25519, hexadecimal: makes the pair key
    log = models.CharField(max_length=200, blank=True, default="")  # signs its checkpoints
    epoch = models.PositiveIntegerField(default=1)  # counted up to change the pair key
    way = models.CharField(max_length=5, choices=Way.choices)
    address = models.CharField(max_length=300, blank=True, default="")
    source = models.JSONField(default=dict)  # of a table: item → file or query
    active = models.BooleanField(default=True)
    met_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="exchange_node_has_keys", condition=Q(way=Way.TABLE) | ~Q(key="") & ~Q(public="")
            ),
        )

    def __str__(self) -> str:
        return self.name


class Direction(models.TextChoices):
    """Whose statements a channel is about."""

    OUT = "out", "我方报送对方"
    IN = "in", "对方报送我方"


@privacy(
    public="id counterpart direction name items returns term_days settle_days position agreed_position agreed_at",
    internal="granted granted_basis granted_until department event keeper due kept_until shared_to",
)
class Channel(models.Model):
    """What is agreed with a counterpart (交换约定): which items travel in which direction, and when they must have arrived.

    ``position`` and ``event`` say up to where the sums of this channel have been kept up. Personal fields travel only where
    ``granted`` names them, with its basis, until its day.
    """

    counterpart = models.ForeignKey(Counterpart, on_delete=models.PROTECT, related_name="channels")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    name = models.SlugField(max_length=40, default="main")  # the same on both sides
    items = models.JSONField(default=list)
    # What comes in has come back (总对总回流): a statement that was ours is told to its department and never replaces the original.
    returns = models.BooleanField(default=False)
    shared_to = models.BigIntegerField(default=0)  # entries of our log they have fetched, or were handed
    granted = models.JSONField(default=dict)  # item → names of personal fields
    granted_basis = models.CharField(max_length=200, blank=True, default="")
    granted_until = models.DateField(null=True)  # first day they do not travel any more
    term_days = models.PositiveSmallIntegerField(default=1)  # working days a statement may be under way
    settle_days = models.PositiveSmallIntegerField(default=3)  # working days to settle a difference
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT
    )  # answers for what comes in; owns tasks
    position = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    keeper = models.CharField(max_length=32, blank=True, default="")  # who is bringing the sums up now
    due = models.BooleanField(default=False)  # the register has moved, and somebody was asked to bring the sums up
    kept_until = models.DateTimeField(null=True)  # a dead keeper is taken over after this
    agreed_position = models.BigIntegerField(default=0)  # of our register, in the last run without differences
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["counterpart", "direction", "name"], name="exchange_channel_once"),
            models.CheckConstraint(
                name="exchange_grant_has_basis",
                condition=Q(granted={}) | ~Q(granted_basis="") & Q(granted_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.counterpart}·{self.get_direction_display()}"
