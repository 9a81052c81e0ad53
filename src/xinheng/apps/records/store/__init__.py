"""Bulk work on the database, past the ORM: the same few operations on SQLite and on PostgreSQL."""

from __future__ import annotations

from django.db import connection

from xinheng.apps.records.store.interface import Store
from xinheng.apps.records.store.postgres import PostgresStore
from xinheng.apps.records.store.sqlite import SqliteStore

__all__ = ["Store", "store"]


def store() -> Store:
    """Return the store of the database in use."""
    return SqliteStore() if connection.vendor == "sqlite" else PostgresStore()
