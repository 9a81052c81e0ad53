"""Registers this app with Django."""

from django.apps import AppConfig


class MendingConfig(AppConfig):
    """Edits of returned rows."""

    name = "xinheng.apps.mending"
