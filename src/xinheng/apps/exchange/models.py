"""Counterparts, the channels agreed with them, what travelled, and the runs that compare both sides."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinheng.apps.accounts.models import Department
from xinheng.apps.intake.models import Submission
from xinheng.apps.privacy import privacy


class Way(models.TextChoices):
    """How we reach a counterpart."""

    HTTP = "http", "网络"
    FILES = "files", "文件交换"
    TABLE = "table", "读取对方数据表"


@privacy(public="id code name key way active", internal="public address source epoch met_at")
class Counterpart(models.Model):
    """Another node or system (对方): a province, a district, a department. Known by its public keys, never by its address."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=200, blank=True, default="")  # signs its messages; empty for a mere table
    public = models.CharField(max_length=64, blank=True, default="")  # X25519, hexadecimal: makes the pair key
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
    public="id counterpart direction name items term_days settle_days position agreed_position agreed_at",
    internal="granted granted_basis granted_until department event keeper kept_until taken_to",
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
    granted = models.JSONField(default=dict)  # item → names of personal fields
    granted_basis = models.CharField(max_length=200, blank=True, default="")
    granted_until = models.DateField(null=True)  # first day they do not travel any more
    term_days = models.PositiveSmallIntegerField(default=1)  # working days a statement may be under way
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT
    )  # answers for what comes in; owns tasks
    position = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    keeper = models.CharField(max_length=32, blank=True, default="")  # who is bringing the sums up now
    kept_until = models.DateTimeField(null=True)  # a dead keeper is taken over after this
    taken_to = models.BigIntegerField(default=0)  # of what they send: entries of their log taken in
    agreed_position = models.BigIntegerField(default=0)  # of our register, in the last run without differences
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["counterpart", "direction", "name"], name="exchange_channel"),
            models.CheckConstraint(
                name="exchange_grant_has_basis",
                condition=Q(granted={}) | ~Q(granted_basis="") & Q(granted_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.counterpart}·{self.get_direction_display()}"


@privacy(internal="id channel item form bits count low high active")
class Tree(models.Model):
    """Sums of one item of a channel, kept up as records come and go. Halves of sums are hexadecimal: databases lack 64 bits."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="trees")
    item = models.CharField(max_length=64)
    form = models.CharField(max_length=16)  # digest of the form compared in
    bits = models.PositiveSmallIntegerField()  # length of the ranges that leaves hold; pages hold those of 8 bits
    count = models.BigIntegerField(default=0)
    low = models.CharField(max_length=16, default="0" * 16)
    high = models.CharField(max_length=16, default="0" * 16)
    active = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["channel", "item"], condition=Q(active=True), name="exchange_one_active_tree"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel_id} {self.item}"


@privacy(internal="id tree prefix sums")
class Page(models.Model):
    """The sums of all leaves of one range of 8 bits."""

    tree = models.ForeignKey(Tree, on_delete=models.CASCADE, related_name="pages", db_index=False)
    prefix = models.PositiveSmallIntegerField()
    sums = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tree", "prefix"], name="exchange_page"),)

    def __str__(self) -> str:
        return f"{self.tree_id} {self.prefix}"


@privacy(internal="id tree prefix held")
class Leaf(models.Model):
    """The elements of one small range, packed, in order."""

    tree = models.ForeignKey(Tree, on_delete=models.CASCADE, related_name="leaves", db_index=False)
    prefix = models.BigIntegerField()
    held = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tree", "prefix"], name="exchange_leaf"),)

    def __str__(self) -> str:
        return f"{self.tree_id} {self.prefix}"


@privacy(public="id channel ref at first_entry last_entry declared arrived", internal="sha256 way submission refused")
class Arrival(models.Model):
    """What came in one go (交付): entries of their log, taken in under a submission of ours. Never changed but counted."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="arrivals")
    ref = models.CharField(max_length=80)  # their reference of the submission it was there
    at = models.DateTimeField()
    way = models.CharField(max_length=5, choices=Way.choices)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    declared = models.BigIntegerField()  # statements they said there are
    arrived = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="arrivals")
    refused = models.CharField(max_length=80, blank=True, default="")  # code, where the whole could not be used

    class Meta:
        constraints = (models.UniqueConstraint(fields=["channel", "first_entry"], name="exchange_arrival"),)

    def __str__(self) -> str:
        return f"{self.channel} {self.ref}"


@privacy(public="id channel arrival item name code at")
class Rejection(models.Model):
    """A statement that came and was sent back by our checks: its name and the code of the reason, for the one who sent it."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="rejections")
    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="rejections")
    item = models.CharField(max_length=64)
    name = models.BinaryField(max_length=16, db_index=True)
    code = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item} {self.code}"


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


@privacy(internal="id counterpart nonce at")
class Heard(models.Model):
    """A message once heard is not heard again: its nonce is remembered for as long as it could be repeated."""

    counterpart = models.ForeignKey(Counterpart, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["counterpart", "nonce"], name="exchange_heard_once"),)

    def __str__(self) -> str:
        return self.nonce


@privacy(internal="id counterpart session channel step asked answer position event at statement")
class Session(models.Model):
    """A conversation in which we answer: as of which state, and how far it is. Steps come in order, each once."""

    counterpart = models.ForeignKey(Counterpart, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=32)
    step = models.PositiveIntegerField(default=0)
    asked = models.CharField(
        max_length=64, blank=True, default=""
    )  # SHA-256 of the last question: a lost answer may be asked again
    answer = models.BinaryField(default=b"")
    position = models.BigIntegerField()
    event = models.BigIntegerField()
    at = models.DateTimeField()
    statement = models.TextField(blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["counterpart", "session"], name="exchange_session"),)

    def __str__(self) -> str:
        return self.session
