"""The ledger's own tables: turns fix what follows what, runs say which leaf is which, checkpoints what was signed.

Who writes what: the accepting transaction writes turns; the sequencer writes runs, checkpoints and the head, in one transaction;
publishing writes cosignatures and the instant of publication. Tiles and the subject map lie beside the database, in files
that can be made anew from it. docs/formats/ledger.md says what a crash at each step leaves.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xinheng.apps.privacy import privacy


class TurnKind(models.IntegerChoices):
    """Kinds of turns: those of the entries, without versions, which follow their batch."""

    EVENT = 2, "事件"
    POLICY = 3, "政策数据"
    BATCH = 4, "批次入库"
    WITHDRAWAL = 5, "批次撤回"
    CUT = 6, "检查点"
    SUCCESSION = 7, "承接旧台账"


@privacy(public="id turn position policy checkpoint halted", internal="halted_at")
class Head(models.Model):
    """The one row that orders turns and checkpoints. Who holds it writes alone."""

    turn = models.BigIntegerField(default=0)  # the last one taken
    position = models.BigIntegerField(default=0)  # of the register, at that turn
    policy = models.CharField(max_length=80, blank=True, default="")  # policy data named last
    checkpoint = models.BigIntegerField(default=0)  # number of the last one; compare-and-swap happens on this
    halted = models.TextField(blank=True, default="")  # why sequencing has stopped: a fork
    halted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(name="ledger_head_one_row", condition=Q(id=1)),)


@privacy(public="number kind at position commitment versions", internal="submission event said salt")
class Turn(models.Model):
    """A place in the order of the log, taken in the transaction of what it tells of."""

    number = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=TurnKind.choices)
    at = models.DateTimeField()
    position = models.BigIntegerField()  # of the register, this turn included
    # No constraints in the database: see decision 0007; nothing deletes what these point to.
    submission = models.BigIntegerField(null=True, db_index=True)
    event = models.BigIntegerField(null=True, unique=True)
    versions = models.BigIntegerField(default=0)  # entries that follow a batch
    said = models.TextField(blank=True, default="")  # canonical JSON, or the policy's digest; empty once erased
    salt = models.BinaryField(max_length=16, null=True)  # of an event; null once erased
    commitment = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="ledger_turn_event_committed",
                condition=~Q(kind=TurnKind.EVENT) | Q(event__isnull=False, commitment__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_turn_of_submission",
                condition=~Q(kind__in=(TurnKind.BATCH, TurnKind.WITHDRAWAL)) | Q(submission__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"


@privacy(public="first_leaf leaves turn first_version")
class Run(models.Model):
    """Leaves that follow each other and whose versions have ids that follow each other; one leaf without a version else."""

    first_leaf = models.BigIntegerField(primary_key=True)
    leaves = models.BigIntegerField()
    turn = models.BigIntegerField(db_index=True)
    first_version = models.BigIntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.first_leaf}+{self.leaves}"


@privacy(public="number turn size root map_root subjects note made_at published_at")
class Checkpoint(models.Model):
    """A signed tree head. Published once enough witnesses have co-signed; never changed otherwise."""

    number = models.BigIntegerField(primary_key=True)
    turn = models.BigIntegerField(unique=True)  # the cut it ends with
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    map_root = models.BinaryField(max_length=32)
    subjects = models.BigIntegerField()
    note = models.TextField()  # as the log signed it
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.number} {self.size}"


@privacy(public="id checkpoint witness line at")
class Cosignature(models.Model):
    """A witness's line under a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)  # as the trust policy calls it
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["checkpoint", "witness"], name="ledger_cosigned_once"),)

    def __str__(self) -> str:
        return f"{self.witness} {self.checkpoint_id}"


class ErasureState(models.TextChoices):
    """Where a request to erase is."""

    ASKED = "asked", "待批准"
    DONE = "done", "已清除"
    REFUSED = "refused", "不同意"
    TAKEN_BACK = "taken-back", "已收回"


@privacy(
    public="id record item state basis basis_on", internal="because asked_by asked_at decided_by decided_at decision"
)
class Erasure(models.Model):
    """A request to erase a record, with the law it rests on. A second person decides; what was erased is not told here."""

    # No constraint in the database on the record: see decision 0007; records are never deleted.
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="erasures", db_constraint=False)
    item = models.CharField(max_length=64)
    basis = models.CharField(max_length=300)  # document and article
    basis_on = models.DateField()  # day of that document: of the judgement, the decision, or in force from
    because = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ErasureState.choices, default=ErasureState.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="ledger_erasure_decided_by_another",
                condition=~Q(state__in=("done", "refused"))
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
            models.CheckConstraint(name="ledger_erasure_has_basis", condition=~Q(basis="") & ~Q(because="")),
            models.UniqueConstraint(name="ledger_erasure_asked_once", fields=["record"], condition=Q(state="asked")),
        )

    def __str__(self) -> str:
        return f"#{self.pk} {self.record_id}"


@privacy(public="id origin key size note at because")
class Ended(models.Model):
    """A log that ended here, with the last checkpoint the world saw of it. What lay on the disk is under ``ledger/ended``."""

    origin = models.CharField(max_length=200)
    key = models.CharField(max_length=300)
    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()
    because = models.TextField()

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"
