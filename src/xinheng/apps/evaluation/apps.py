"""Registers this app with Django, and listens for what changes the register."""

from datetime import time, timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from xinheng.apps.timetable import Regular, register


class EvaluationConfig(AppConfig):
    """Evaluations."""

    name = "xinheng.apps.evaluation"

    def ready(self) -> None:
        """Let every change of the register ask for a new evaluation of whom it concerns; put the daily run on the timetable."""
        from xinheng.apps.evaluation import following

        following.listen()
        register(
            Regular(
                name="export-lake",
                title=gettext_lazy("更新评价数据"),
                work="xinheng.apps.evaluation.daily.keep_lake",
                every=timedelta(hours=1),
                at_start=False,
            ),
            Regular(
                name="evaluate-city",
                title=gettext_lazy("每日全市评价"),
                work="xinheng.apps.evaluation.daily.of_day",
                daily=time(2, 30),  # after the day's hand-ins, before the first officer comes
                at_start=False,
            ),
        )
