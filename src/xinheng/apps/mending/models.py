"""Edits (修改): what an officer wrote into a cell of a returned row. Taking one back leaves it on record."""

from django.conf import settings
from django.db import models

from xinheng.apps.intake.models import ReturnedRow
from xinheng.apps.privacy import privacy


@privacy(internal="id row column text before by at undone_at")
class Edit(models.Model):
    """One change of one cell. The cells as they stand are those sent, with the edits that were not undone."""

    row = models.ForeignKey(ReturnedRow, on_delete=models.CASCADE, related_name="edits")
    column = models.CharField(max_length=200)  # the sender's title
    text = models.TextField(null=True)  # null: left blank
    before = models.TextField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.row} {self.column}"
