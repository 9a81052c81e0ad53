"""Records (记录): one statement each, in versions that are written once and never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinheng.apps.intake.models import Submission
from xinheng.apps.privacy import privacy
from xinheng.apps.subjects.models import Subject


@privacy(public="id item", internal="key")
class Record(models.Model):
    """One statement: an item and the key that names it. What it says, and of whom, stands in its versions."""

    item = models.CharField(max_length=64)
    key = models.BinaryField(max_length=16)  # what names it: ``digests.key_digests``

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "item"], name="records_key"),)

    def __str__(self) -> str:
        return f"{self.item} #{self.pk}"


class LinkedBy(models.IntegerChoices):
    """What a statement was linked to its subject by. Never by name alone."""

    CODE = 1, "统一社会信用代码"
    CROSSWALK = 2, "旧代码对照"
    CODE_AND_NAME = 3, "旧代码与名称一致"
    PERSON = 4, "人工确认"


@privacy(
    public="id record item subject linked_by governing valid_from valid_to title organ shown_from shown_until shown_rule commitment",
    internal="submission sheet row canonical fingerprint salt",
)
class Version(models.Model):
    """What a submission said about a record. Visible exactly while its submission is.

    The current version of a record is the visible one with the greatest position; ``superseded_at`` is when a later one
    became visible. Neither is stored, so that nothing here is ever updated and a million rows appear in one instant.
    """

    # No constraint in the database on these three: checking a million parents cost as much as writing the rows. Nothing ever
    # deletes a record, a subject or an accepted submission, and ``integrity.dangling`` counts what should not be.
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions", db_constraint=False)
    item = models.CharField(max_length=64)
    subject = models.ForeignKey(
        Subject, null=True, on_delete=models.PROTECT, related_name="versions", db_constraint=False, db_index=False
    )
    linked_by = models.PositiveSmallIntegerField(null=True, choices=LinkedBy.choices)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions", db_constraint=False)
    sheet = models.CharField(max_length=100, null=True)  # a CSV has no sheets
    row = models.PositiveIntegerField()
    governing = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # first day it is no longer valid
    title = models.CharField(max_length=500, null=True)
    organ = models.CharField(max_length=18, null=True)  # code of the deciding body
    shown_from = models.DateField(null=True)
    shown_until = models.DateField(null=True)  # first day it is no longer shown; null with a rule: no end
    shown_rule = models.CharField(max_length=80, null=True)  # null: no window was computed
    canonical = models.TextField()
    fingerprint = models.BinaryField(max_length=32)  # SHA-256 of canonical: is it the same statement?
    salt = models.BinaryField(max_length=16)
    commitment = models.BinaryField(max_length=32)  # SHA-256 of salt and canonical: what the ledger holds

    class Meta:
        indexes = (
            models.Index(fields=["item", "governing"], name="records_by_day"),
            # With the title: whether another organ reported the same document is asked of each row handed in, and a subject
            # of many records lies all over the table.
            models.Index(fields=["subject", "title"], name="records_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.title or ''}"


@privacy(internal="id submission version sheet row")
class Confirmation(models.Model):
    """A submission said again what a version already says. Should that version be withdrawn, the statement still stands."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="confirmations", db_constraint=False
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="confirmations", db_constraint=False)
    sheet = models.CharField(max_length=100, null=True)
    row = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.submission_id} {self.row}"


class EventKind(models.TextChoices):
    """What happened to a record besides being told. Reports and corrections are its versions."""

    WITHDRAW = "withdraw", "撤回"
    RESTORE = "restore", "恢复"
    ANNOTATE = "annotate", "标注"
    EXPIRE = "expire", "到期"
    REVOKE = "revoke", "撤销"


@privacy(public="id record kind at text basis", internal="by facts")
class Event(models.Model):
    """One event in the life of a record, never changed."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True, default="")  # the public reason, or the annotation
    basis = models.CharField(max_length=200, blank=True, default="")
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class LinkState(models.TextChoices):
    """What became of a statement without a certain subject."""

    WAITING = "waiting", "待匹配"
    LINKED = "linked", "已匹配"
    UNLINKED = "unlinked", "已解除"


@privacy(internal="id version submission item told candidates state subject decided_at decided_by reason")
class LinkTask(models.Model):
    """A statement that waits for a person to say whose it is: never guessed, always reversible."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="link_task")
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="link_tasks")
    item = models.CharField(max_length=64)
    told = models.JSONField(default=dict)  # name and codes as the sender gave them
    candidates = models.JSONField(default=list)  # subject id, name, code, why
    state = models.CharField(max_length=8, choices=LinkState.choices, default=LinkState.WAITING)
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="records_link_decided",
                condition=Q(state=LinkState.WAITING, subject__isnull=True)
                | Q(state=LinkState.LINKED, subject__isnull=False, decided_by__isnull=False)
                | Q(state=LinkState.UNLINKED, decided_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.told}"


@privacy(public="id item organ month day n")
class Tally(models.Model):
    """So many records more (or fewer) may be shown from this day on, of an item, a deciding body and a month of decision.

    ``organ`` "*" counts all bodies together, month by month no more. Kept by ``records.counting``.
    """

    item = models.CharField(max_length=64)
    organ = models.CharField(max_length=18, blank=True, default="")
    month = models.DateField()
    day = models.DateField()
    n = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organ", "item", "month", "day"], name="records_tally_cell"),)
        indexes = (models.Index(fields=["item", "day"], name="records_tally_by_item"),)

    def __str__(self) -> str:
        return f"{self.item} {self.organ} {self.day} {self.n:+}"


@privacy(public="id position event folded subjects")
class Tallied(models.Model):
    """The one row that says which state of the register the counts are of."""

    position = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    folded = models.DateField(null=True)  # days up to this one are told apart no longer
    subjects = models.BigIntegerField(default=0)  # organisations the register knows

    class Meta:
        constraints = (models.CheckConstraint(name="records_tallied_one_row", condition=Q(id=1)),)

    def __str__(self) -> str:
        return f"{self.position}/{self.event}"
