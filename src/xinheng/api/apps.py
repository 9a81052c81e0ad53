"""Registers the machines' door with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The machines' door: look-ups as JSON."""

    name = "xinheng.api"
