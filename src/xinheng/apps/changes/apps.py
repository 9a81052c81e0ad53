"""Registers this app with Django."""

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """Change proposals of the catalogue, and the editions they become."""

    name = "xinheng.apps.changes"
