"""Registers what all pages share with Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The frame, the look and the words of all pages."""

    name = "xinheng.pages"
