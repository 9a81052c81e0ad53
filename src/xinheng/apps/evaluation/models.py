"""Runs, results and their history, notices, applications: nothing here is overwritten."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xinheng.apps.privacy import privacy
from xinheng.apps.subjects.models import ORGANISATIONS, Subject


class RunState(models.TextChoices):
    """Where a run is."""

    RUNNING = "running", "计算中"
    DONE = "done", "已完成"
    HELD = "held", "等待复核"
    CONFIRMED = "confirmed", "复核后生效"
    SET_ASIDE = "set-aside", "复核后不用"
    FAILED = "failed", "没有完成"


@privacy(
    internal="id model version method_hash policy_digest engine on known_at position events state subjects counts digest "
    "folder why started_at finished_at by decided_by decided_at off"
)
class Run(models.Model):
    """One evaluation of the whole city: exactly which method, by what was known when, with which result."""

    model = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    method_hash = models.CharField(max_length=80)
    policy_digest = models.CharField(max_length=80)
    engine = models.CharField(max_length=20)
    on = models.DateField()  # 评价日
    known_at = models.DateTimeField()  # nothing told later was used
    position = models.BigIntegerField()  # of the register, at that instant
    events = models.BigIntegerField(default=0)  # the last event of a record that was known
    off = models.JSONField(default=dict)  # indicators that did not run, and why
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    subjects = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # grade → how many
    digest = models.CharField(max_length=80, blank=True, default="")  # over the result files
    folder = models.CharField(max_length=300, blank=True, default="")
    why = models.TextField(blank=True, default="")  # why it is held, or failed
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["model", "on"], name="evaluation_runs"),)

    def __str__(self) -> str:
        return f"{self.model}@{self.version} {self.on}"


class Cause(models.TextChoices):
    """Why an organisation was evaluated."""

    CITY = "city", "全市评价"
    EVENT = "event", "信息变化"


@privacy(
    public="id subject model version on score grade",
    internal="kind run at known_at band no_result caps points dimensions method_hash inputs_hash cause changes current position",
)
class Result(models.Model):
    """One result of one organisation. A new row only where it differs from the one before: the rows are its history.

    Bulk table: no constraints on the pointers, like the register's own (see decision 0007). Natural persons have no row: the
    database refuses their kind.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="results", db_constraint=False)
    kind = models.CharField(max_length=1)
    model = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="results", db_constraint=False)
    on = models.DateField()
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    position = models.BigIntegerField()
    score = models.IntegerField(null=True)
    grade = models.CharField(max_length=4)  # N: no result
    band = models.CharField(max_length=4)
    no_result = models.CharField(max_length=20, blank=True, default="")
    caps = models.JSONField(default=list)
    points = models.JSONField(default=dict)  # indicator → points, zeros left out
    dimensions = models.JSONField(default=dict)
    method_hash = models.CharField(max_length=80)
    inputs_hash = models.CharField(max_length=80, blank=True, default="")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    changes = models.JSONField(default=dict)  # indicator or cap → [before, after]
    current = models.BooleanField(null=True, default=None)  # True for the newest of a subject and model, else null

    class Meta:
        indexes = (
            models.Index(fields=["model", "current", "grade"], name="evaluation_by_grade"),
            models.Index(fields=["subject", "model", "at"], name="evaluation_history"),
        )
        constraints = (
            models.CheckConstraint(name="evaluation_organisations_only", condition=Q(kind__in=ORGANISATIONS)),
            models.UniqueConstraint(name="evaluation_one_current", fields=["subject", "model", "current"]),
            models.CheckConstraint(
                name="evaluation_no_result_no_score",
                condition=Q(grade="N", score__isnull=True) | (~Q(grade="N") & Q(score__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.grade}"


@privacy(internal="id subject model applied_at by ended_at ended_by reason")
class Application(models.Model):
    """A trader (个体工商户) asked to be evaluated, or no longer: without it, traders have no result."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=64)
    applied_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.subject_id} {self.model}"


class NoticeState(models.TextChoices):
    """Where a notice is."""

    WAITING = "waiting", "告知期内"
    OVER = "over", "告知期满"
    OBJECTED = "objected", "异议处理中"
    WITHDRAWN = "withdrawn", "结果已变化"


@privacy(internal="id subject model result told_at publish_from state")
class Notice(models.Model):
    """A bad result is told to its organisation before anyone else sees it (条例第三十九条)."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=64)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="notices", db_constraint=False)
    told_at = models.DateTimeField()
    publish_from = models.DateField()
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING)

    class Meta:
        indexes = (models.Index(fields=["subject", "model"], name="evaluation_notices"),)

    def __str__(self) -> str:
        return f"{self.subject_id} {self.state}"


class Outcome(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", "核查中"
    UPHELD = "upheld", "异议成立"
    REFUSED = "refused", "异议不成立"


@privacy(
    internal="id subject model result record text by at check_by answer_by outcome answer decided_by decided_at",
    personal="contact",
)
class Objection(models.Model):
    """An objection to a result, raised from its explanation. While it is open the result is not published."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=64)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="objections", db_constraint=False)
    record = models.BigIntegerField(null=True)  # the record objected to, where it is one
    text = models.TextField()
    contact = models.CharField(max_length=100, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    check_by = models.DateField()  # 平台核查
    answer_by = models.DateField()  # 信息提供单位核查
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.subject_id} {self.outcome}"


@privacy(internal="id subject digest made_by made_at expires_at ended_at reason seen_at")
class Key(models.Model):
    """A link by which an organisation sees its own results (查阅凭证), given to it by the centre. Only its hash is kept."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.subject_id}"


@privacy(public="id position events at", internal="asked")
class Mark(models.Model):
    """The one row that says how far single evaluations have followed the register."""

    position = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    asked = models.BooleanField(default=False)  # a following is already waiting: no second is asked for

    class Meta:
        constraints = (models.CheckConstraint(name="evaluation_mark_one_row", condition=Q(id=1)),)


class DraftState(models.TextChoices):
    """Where a draft of a model is."""

    DRAFT = "draft", "起草中"
    SIMULATED = "simulated", "已模拟"
    OFFERED = "offered", "待批准"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"


@privacy(
    internal="id model based_on text state made_by made_at changed_at simulation decided_by decided_at decided_text effective_from document notice_from"
)
class Draft(models.Model):
    """A model being worked on: copied, edited, simulated on the whole city, approved by a second person."""

    model = models.CharField(max_length=64)
    based_on = models.CharField(max_length=80)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    simulation = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_text = models.TextField(blank=True, default="")
    effective_from = models.DateField(null=True)
    document = models.CharField(max_length=200, blank=True, default="")
    notice_from = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="evaluation_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("made_by")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.state}"
