"""The last run of each piece of regular work. It is about the machine, not about anybody: it may be overwritten."""

from django.db import models

from xinheng.apps.privacy import privacy


@privacy(internal="name began_at ended_at well said")
class LastRun(models.Model):
    """When a piece of regular work last ran, and how it ended."""

    name = models.CharField(max_length=50, primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # empty: under way, or its process died
    well = models.BooleanField(default=False)
    said = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return self.name
