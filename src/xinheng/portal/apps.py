"""Registers the public's site with Django."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The public's site: look an organisation up, read lists, the catalogue and the rules."""

    name = "xinheng.portal"
