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


@privacy(
    internal="id password last_login is_superuser username is_staff is_active date_joined groups user_permissions "
    "department post role",
    personal="first_name last_name email display_name",
)
class Account(AbstractUser):
    """A named officer. Every action is done by one."""

    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT)
    display_name = models.CharField(max_length=50, blank=True, default="")
    post = models.CharField(max_length=50, blank=True, default="")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.REPORTER)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="accounts_reporter_has_department",
                condition=~Q(role=Role.REPORTER) | Q(department__isnull=False) | Q(is_superuser=True),
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_centre(self) -> bool:
        """Whether this person works for the credit centre and sees every department's submissions."""
        return self.role in (Role.CENTRE, Role.ADMIN, Role.AUDITOR) or self.is_superuser
