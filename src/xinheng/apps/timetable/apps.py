"""Registers this app with Django."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from xinheng.apps.timetable.regular import Regular, register


class TimetableConfig(AppConfig):
    """Work that comes again and again."""

    name = "xinheng.apps.timetable"

    def ready(self) -> None:
        """Put its own work on the timetable."""
        register(
            Regular(
                name="forget-tasks",
                title=gettext_lazy("清理一周前的任务记录"),
                work="xinheng.apps.timetable.actions.forget_tasks",
                daily=time(3, 40),
                at_start=False,
            )
        )
