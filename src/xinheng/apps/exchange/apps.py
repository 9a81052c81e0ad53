"""Registers this app with Django."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Exchange and reconciliation with other nodes."""

    name = "xinheng.apps.exchange"
