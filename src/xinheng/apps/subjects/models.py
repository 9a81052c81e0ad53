"""Subjects (信用主体): organisations with a permanent id of ours, and the dated codes and names they go by."""

from django.db import models
from django.db.models import Q

from xinheng.apps.intake.models import Submission
from xinheng.apps.privacy import privacy
from xinheng.core.policy.model import SubjectKind

ORGANISATIONS = tuple(kind.value for kind in SubjectKind if kind is not SubjectKind.PERSON)


class Origin(models.TextChoices):
    """How we came to know a subject."""

    REGISTERED = "registered", "登记"
    REPORTED = "reported", "报送"


class Scheme(models.TextChoices):
    """What kind of code an identifier is."""

    USCC = "uscc", "统一社会信用代码"
    REGNO = "regno", "工商注册号"
    ORGCODE = "orgcode", "组织机构代码"
    TAX = "tax_no", "税务登记号"
    INSTITUTION = "institution_no", "事业单位证书号"
    SOCIAL_ORG = "social_org_no", "社会组织登记证号"


@privacy(public="id kind code origin", internal="submission")
class Subject(models.Model):
    """One organisation. An id once given is never taken back; whether it is known to anyone, its visible codes say.

    ``code`` is the unified code it was first told under: it keeps two officers from creating the same subject twice.
    Natural persons are never subjects here: the database refuses their kind.
    """

    kind = models.CharField(max_length=1, blank=True, default="")
    code = models.CharField(max_length=18, unique=True, null=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(name="subjects_organisations_only", condition=Q(kind__in=("", *ORGANISATIONS))),
        )

    def __str__(self) -> str:
        return self.code or f"#{self.pk}"


@privacy(public="id subject scheme value valid_from valid_to", internal="submission")
class Identifier(models.Model):
    """A code of a subject, with the days it is good for (half-open). Told by a submission, visible with it."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=16, choices=Scheme.choices)
    value = models.CharField(max_length=64)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["value", "scheme"], name="subjects_by_code"),)

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


@privacy(public="id subject name folded stem initials registered valid_from", internal="submission")
class Name(models.Model):
    """A name of a subject from a day on. The newest registered name is the current one; the others are former names.

    ``stem`` and ``initials`` are what a name is found by from its beginning (``keys``); null: found by no name at all. Their
    indexes compare characters by number whatever the database's language, and are made by the migration.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200)
    stem = models.CharField(max_length=40, null=True)
    initials = models.CharField(max_length=40, null=True)
    registered = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["folded"], name="subjects_by_name"),)

    def __str__(self) -> str:
        return self.name
