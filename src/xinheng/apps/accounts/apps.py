"""Registers this app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts and departments: who may act, for whom."""

    name = "xinheng.apps.accounts"

    def ready(self) -> None:
        """Have allauth's own doings written into the audit trail."""
        from xinheng.apps.accounts import trail

        trail.follow()
