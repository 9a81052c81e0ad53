"""Registers this app with Django."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    """Subjects: organisations with dated identifiers and names."""

    name = "xinheng.apps.subjects"
