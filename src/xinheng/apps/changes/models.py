"""Change proposals (目录变更建议) and what was decided about them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xinheng.apps.accounts.models import Department
from xinheng.apps.privacy import privacy


class ChangeState(models.TextChoices):
    """Where a proposal is."""

    PROPOSED = "proposed", "待审定"
    APPROVED = "approved", "已审定"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已收回"


@privacy(
    public="id item title reason basis edits table effective_from state report decided_at decision policy_before policy_after",
    internal="department proposed_by proposed_at reported_at decided_by",
)
class Change(models.Model):
    """One proposal. ``table`` is the whole new edition as the policy writes it; approved ones are written where the loader reads."""

    item = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    reason = models.TextField()
    basis = models.CharField(max_length=300)  # document and article it rests on
    edits = models.JSONField(default=dict)
    table = models.TextField(default="")  # TOML
    effective_from = models.DateField()
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    report = models.JSONField(default=dict)  # effects, differences, trial on recent records
    reported_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True, default="")
    policy_before = models.CharField(max_length=80, blank=True, default="")
    policy_after = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="changes_decided_by_another",
                condition=~Q(state__in=("approved", "refused"))
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.UniqueConstraint(
                name="changes_one_edition_a_day", fields=["item", "effective_from"], condition=Q(state="approved")
            ),
        )

    @property
    def is_new(self) -> bool:
        """Whether it proposes a wholly new item, not another edition of one."""
        return bool(self.edits.get("new"))

    def __str__(self) -> str:
        return self.title
