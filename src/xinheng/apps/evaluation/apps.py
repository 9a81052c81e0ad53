"""Registers this app with Django, and listens for what changes the register."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Evaluations."""

    name = "xinheng.apps.evaluation"

    def ready(self) -> None:
        """Let every change of the register ask for a new evaluation of whom it concerns."""
        from xinheng.apps.evaluation import following

        following.listen()
