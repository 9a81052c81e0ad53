"""Registers this app with Django."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Records: statements and their versions, never overwritten."""

    name = "xinheng.apps.records"
