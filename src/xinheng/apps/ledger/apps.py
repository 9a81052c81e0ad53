"""Registers this app with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger: what was accepted, in order, in a hash tree anyone can check."""

    name = "xinheng.apps.ledger"
