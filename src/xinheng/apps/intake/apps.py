"""Registers this app with Django."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from xinheng.apps.timetable import Regular, register


class IntakeConfig(AppConfig):
    """Submissions: one hand-in by one officer, from receipt to register."""

    name = "xinheng.apps.intake"

    def ready(self) -> None:
        """Register the start-up checks, and the work that comes again and again."""
        from xinheng.apps.intake import checks  # noqa: F401

        register(
            Regular(
                name="recover-submissions",
                title=gettext_lazy("接续中断的报送处理"),
                work="xinheng.apps.intake.tasks.recover",
                every=timedelta(minutes=5),
            ),
            Regular(
                name="erase-originals",
                title=gettext_lazy("按期清除原始文件和退回行"),
                work="xinheng.apps.intake.tasks.erase_due",
                every=timedelta(hours=6),
            ),
        )
