"""Registers this app with Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background jobs with progress, and notices."""

    name = "xinheng.apps.jobs"
