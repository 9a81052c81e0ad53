"""Registers this app with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail: who did what, when, under which rule."""

    name = "xinheng.apps.audit"
