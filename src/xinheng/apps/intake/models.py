"""Submissions: one hand-in by one officer, from receipt to register, and what went back to the sender."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinheng.apps.accounts.models import Department
from xinheng.apps.privacy import privacy


class State(models.TextChoices):
    """Where a submission is on its way."""

    RECEIVED = "received", "已接收"
    CHECKING = "checking", "校验中"
    CHECKED = "checked", "已校验"
    CERTIFIED = "certified", "已确认"
    ACCEPTED = "accepted", "已入库"
    REPLACED = "replaced", "已被替换"
    WITHDRAWN = "withdrawn", "已撤回"
    REFUSED = "refused", "不能使用"
    FAILED = "failed", "处理失败"


class Kind(models.TextChoices):
    """What is handed in."""

    NORMAL = "normal", "数据报送"
    MENDED = "mended", "修改后再报"
    ZERO = "zero", "零报送"
    DECISION = "decision", "中心处理"  # versions the centre's own decisions make: a link, the return of a confirmed row


@privacy(public="id position at")
class Register(models.Model):
    """The one row that orders what becomes visible: acceptances and withdrawals take turns on it."""

    position = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)  # of the last change: the register's own time never runs backwards

    class Meta:
        constraints = (models.CheckConstraint(name="intake_register_one_row", condition=Q(id=1)),)


@privacy(
    public="id ref item department format counts policy_digest checked_on kind period position accepted_at withdrawn_at "
    "withdrawn_position receipt receipt_hash rows state",
    internal="officer file_name file_sha256 size channel encoding options report received_at checking_at checked_at "
    "certified_at certifier refused_at replaces mends progress stage lease leased_until planned_position error_code error_message "
    "withdrawn_because notices original_erased_at original_erased_by",
)
class Submission(models.Model):
    """One hand-in (报送批次). Its rows are visible in the register from ``accepted_at`` until ``withdrawn_at``, all at once."""

    again = False  # set by ``receive`` on what it returns: this file was handed in before

    ref = models.CharField(max_length=40, unique=True, null=True)  # SZ-20261123-000123
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.NORMAL)
    item = models.CharField(max_length=64, blank=True, default="")  # known after checking where headers tell it
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    channel = models.CharField(max_length=16, default="page")  # page api cli demo province
    file_name = models.CharField(max_length=255, blank=True, default="")
    file_sha256 = models.CharField(max_length=64, blank=True, default="")
    size = models.BigIntegerField(default=0)
    format = models.CharField(max_length=16, blank=True, default="")
    encoding = models.CharField(max_length=32, blank=True, default="")
    original_erased_at = models.DateTimeField(null=True)  # the file is gone, by the rule beside; its hash stays
    original_erased_by = models.CharField(max_length=100, blank=True, default="")
    period = models.CharField(max_length=10, blank=True, default="")  # of a zero report: 2026-11
    options = models.JSONField(default=dict)  # what the sender answered: item told, ambiguous headers settled
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    mends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="mended_by")

    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    stage = models.CharField(max_length=20, blank=True, default="")  # reading, writing, rolling-back …
    progress = models.BigIntegerField(default=0)  # rows done so far
    rows = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # rows new, versions, unchanged, returned, waiting …
    report = models.JSONField(default=dict)  # the answer to the sender, as ``xinheng check --json`` prints it
    notices = models.JSONField(default=list)  # told to the sender: another officer reported the same meanwhile …
    policy_digest = models.CharField(max_length=80, blank=True, default="")
    checked_on = models.DateField(null=True)
    error_code = models.CharField(max_length=60, blank=True, default="")
    error_message = models.TextField(blank=True, default="")

    # A worker holds a submission for as long as it keeps renewing the lease; a dead one's is taken over.
    lease = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    planned_position = models.BigIntegerField(null=True)  # register position the staged rows were planned against

    received_at = models.DateTimeField()
    checking_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    certified_at = models.DateTimeField(null=True)
    certifier = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    position = models.BigIntegerField(null=True, unique=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_position = models.BigIntegerField(null=True, unique=True)
    withdrawn_because = models.TextField(blank=True, default="")
    refused_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=40, blank=True, default="")
    receipt_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=["department", "item", "received_at"], name="intake_by_department"),
            models.Index(fields=["file_sha256"], name="intake_by_file"),
            models.Index(fields=["accepted_at"], name="intake_by_acceptance"),
            # When did anything of an item change last? Asked by every list that was made before.
            models.Index(fields=["item", "position"], name="intake_item_came"),
            models.Index(fields=["item", "withdrawn_position"], name="intake_item_went"),
        )
        constraints = (
            models.CheckConstraint(
                name="intake_accepted_has_position",
                condition=Q(accepted_at__isnull=True, position__isnull=True)
                | Q(accepted_at__isnull=False, position__isnull=False, certified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="intake_withdrawn_was_accepted",
                condition=Q(withdrawn_at__isnull=True, withdrawn_position__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_position__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(name="intake_zero_has_period", condition=~Q(kind=Kind.ZERO) | ~Q(period="")),
            models.CheckConstraint(
                name="intake_erased_by_a_rule",
                condition=Q(original_erased_at__isnull=True, original_erased_by="")
                | Q(original_erased_at__isnull=False) & ~Q(original_erased_by=""),
            ),
            models.CheckConstraint(name="intake_state_known", condition=Q(state__in=State.values)),
        )

    def __str__(self) -> str:
        return self.ref or f"#{self.pk}"


@privacy(internal="id submission sheet row cells findings sealed mended_by")
class ReturnedRow(models.Model):
    """A row that went back to its sender, so that it can be mended on a page and handed in alone.

    Rows stopped at the person gate keep no cells (``sealed``); the others lose theirs when their time is over.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="returned_rows")
    sheet = models.CharField(max_length=100, blank=True, default="")
    row = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)  # the sender's header → the cell as sent
    findings = models.JSONField(default=list)
    sealed = models.BooleanField(default=False)
    mended_by = models.ForeignKey(Submission, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.submission_id} {self.sheet} {self.row}"


@privacy(internal="id submission header count")
class Quarantine(models.Model):
    """A column outside the catalogue: its title and how many cells it held. The cells themselves are not kept."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="quarantine")
    header = models.CharField(max_length=200)
    count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.header
