"""Registers this app with Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Submissions: one hand-in by one officer, from receipt to register."""

    name = "xinheng.apps.intake"

    def ready(self) -> None:
        """Register the start-up checks."""
        from xinheng.apps.intake import checks  # noqa: F401
