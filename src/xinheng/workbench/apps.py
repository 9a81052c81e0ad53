"""Registers the officers' desk with Django."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """The officers' desk: hand in, mend, certify; for the centre, linking and columns outside the catalogue."""

    name = "xinheng.workbench"
