"""One line for each action: written in the same transaction as what it tells of, never changed."""

from django.conf import settings
from django.db import models

from xinheng.apps.privacy import privacy


@privacy(internal="id at by action about_type about_id facts rule policy_digest")
class Event(models.Model):
    """Who did what to which thing, when, under which rule and policy."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    about_type = models.CharField(max_length=40)
    about_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    rule = models.CharField(max_length=100, blank=True, default="")
    policy_digest = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["about_type", "about_id"], name="audit_about"),)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.action} {self.about_type} {self.about_id}"
