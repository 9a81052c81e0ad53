"""Registers what all pages share with Django."""

from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from xinheng.apps.timetable import Regular, register


class PagesConfig(AppConfig):
    """The frame, the look and the words of all pages."""

    name = "xinheng.pages"

    def ready(self) -> None:
        """Put the night's build on the timetable."""
        register(
            Regular(
                name="build-opendata",
                title=gettext_lazy("生成开放数据，移除期满的记录"),
                work="xinheng.pages.opendata.regular.build_due",
                daily=time(0, 5),
            )
        )
