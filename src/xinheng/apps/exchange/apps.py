"""Registers this app with Django."""

from datetime import time, timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from xinheng.apps.timetable import Regular, register


class ExchangeConfig(AppConfig):
    """Exchange and reconciliation with other nodes."""

    name = "xinheng.apps.exchange"

    def ready(self) -> None:
        """Put the work that comes again and again on the timetable."""
        register(
            Regular(
                name="pull",
                title=gettext_lazy("从其他平台拉取新数据和退回"),
                work="xinheng.apps.exchange.regularly.pull_all",
                every=timedelta(minutes=15),
                at_start=False,
            ),
            Regular(
                name="reconcile",
                title=gettext_lazy("逐个通道对账"),
                work="xinheng.apps.exchange.regularly.reconcile_all",
                daily=time(2, 20),
                at_start=False,
            ),
        )
