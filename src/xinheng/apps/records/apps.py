"""Registers this app with Django."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from xinheng.apps.timetable import Regular, register


class RecordsConfig(AppConfig):
    """Records: statements and their versions, never overwritten."""

    name = "xinheng.apps.records"

    def ready(self) -> None:
        """Put the upkeep of counts on the timetable."""
        register(
            Regular(
                name="keep-counts",
                title=gettext_lazy("补记公示条数，合并已过去的日期"),
                work="xinheng.apps.records.counting.keeping.keep",
                daily=time(0, 2),
            )
        )
