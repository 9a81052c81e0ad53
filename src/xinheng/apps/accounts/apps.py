"""Registers this app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts and departments: who may act, for whom."""

    name = "xinheng.apps.accounts"
