"""Departments that report or decide, and the accounts of the people who act for them."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from xinheng.apps.privacy import privacy


@privacy(public="id code name short region parent effective_from effective_to")
class Department(models.Model):
    """A body that reports or decides (部门), as the policy names it."""

    code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    short = models.CharField(max_length=50, blank=True, default="")
    region = models.CharField(max_length=20, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.short or self.name


class Role(models.TextChoices):
    """What a person does here."""

    REPORTER = "reporter", "报送员"
    CENTRE = "centre", "信用中心"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "系统管理"
    MACHINE = "machine", "接口"
    OWNER = "owner", "组织"


@privacy(
    internal="id password last_login is_superuser username is_staff is_active date_joined groups user_permissions "
    "department post role items sign_on subject",
    personal="first_name last_name email display_name",
)
class Account(AbstractUser):
    """A named officer. Every action is done by one."""

    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT)
    display_name = models.CharField(max_length=50, blank=True, default="")
    post = models.CharField(max_length=50, blank=True, default="")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.REPORTER)
    items = models.JSONField(
        default=list, blank=True
    )  # patterns of items the post answers for; empty: the department's
    sign_on = models.BooleanField(default=False)  # may come in through the city's identity provider

    # The one organisation an owner acts for. Bound once: another organisation is another account.
    subject = models.ForeignKey("subjects.Subject", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="accounts_owner_has_subject_alone",
                condition=Q(role=Role.OWNER, subject__isnull=False, department__isnull=True, is_superuser=False)
                | (~Q(role=Role.OWNER) & Q(subject__isnull=True)),
            ),
            models.CheckConstraint(
                name="accounts_reporter_has_department",
                condition=~Q(role=Role.REPORTER) | Q(department__isnull=False) | Q(is_superuser=True),
            ),
            models.CheckConstraint(
                name="accounts_machine_has_department",
                condition=~Q(role=Role.MACHINE) | Q(department__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_centre(self) -> bool:
        """Whether this person works for the credit centre, or audits it, and sees every department's submissions."""
        return self.role in (Role.CENTRE, Role.AUDITOR)


@privacy(internal="id account role department post items effective_from effective_to")
class Appointment(models.Model):
    """Who held which post from when to when (任职). The account itself carries the present one."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=10, choices=Role.choices)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=50, blank=True, default="")
    items = models.JSONField(default=list)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)  # first day it is no longer held

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="accounts_one_present_appointment", fields=["account"], condition=Q(effective_to__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.get_role_display()}"


class InvitationKind(models.TextChoices):
    """What an invitation is for."""

    JOIN = "join", "开通账号"
    RESET = "reset", "重设密码"


@privacy(internal="id account kind digest made_by made_at expires_at used_at revoked_at")
class Invitation(models.Model):
    """A link that is good once and for some days: whoever holds it sets the password of one account.

    Only the hash of what the link says is kept: reading the database opens no door.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=5, choices=InvitationKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.account}"


@privacy(internal="id name failures last_at locks locked_until")
class SignInTrouble(models.Model):
    """Wrong passwords and codes under one name, whether an account has it or not: the answer tells nobody which."""

    name = models.CharField(max_length=150, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    locks = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


@privacy(
    internal="id account name prefix digest purposes answers_for made_by made_at expires_at revoked_at last_used_at last_used_for"
)
class ApiKey(models.Model):
    """The key of a department's own system: for one department, some items, some purposes, until a day.

    Its account carries department and items, so that the one table of rights holds for machines too. The key itself is shown
    once, when it is made; what is kept is its hash.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="api_key")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    purposes = models.JSONField(default=list)  # actions of the table of rights
    answers_for = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")  # the officer who certifies
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_for = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(name="accounts_key_ends", condition=Q(expires_at__gt=models.F("made_at"))),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}…"
