"""Start-up checks of the installation, each with an id and a hint."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Hint
from django.db import connection

_OLDEST_SQLITE = (3, 35, 0)
_OLDEST_POSTGRES = 150_000


@register("xinheng")
def folders(**kwargs: Any) -> list[CheckMessage]:
    """The folder for data can be written and the secret is nobody else's to read."""
    var = Path(settings.XINHENG_VAR)
    found: list[CheckMessage] = []
    if var.exists() and not os.access(var, os.W_OK):
        found.append(
            Error(
                f"数据文件夹 {var} 不可写。",
                hint="请修改其权限，或用 XINHENG_VAR 指定另一个文件夹。",
                id="xinheng.E001",
            )
        )
    secret = var / "secret-key"
    if secret.exists() and secret.stat().st_mode & 0o077:
        found.append(Hint(f"{secret} 可被其他用户读取。", hint=f"请执行 chmod 600 {secret}", id="xinheng.W001"))
    return found


@register("xinheng")
def policy(**kwargs: Any) -> list[CheckMessage]:
    """The policy folder is there and names this authority."""
    if (Path(settings.XINHENG_POLICY) / settings.XINHENG_AUTHORITY / "authority.toml").is_file():
        return []
    return [
        Error(
            f"在 {settings.XINHENG_POLICY} 中没有“{settings.XINHENG_AUTHORITY}”的政策数据。",
            hint="请检查 XINHENG_POLICY 与 XINHENG_AUTHORITY。",
            id="xinheng.E002",
        )
    ]


@register("xinheng", "database")
def versions(**kwargs: Any) -> list[CheckMessage]:
    """The database knows what we ask of it. (Asked only where a database is at hand: with ``migrate`` or ``--database``.)"""
    if not kwargs.get("databases"):
        return []
    if connection.vendor == "sqlite":
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            return [Error(f"SQLite {sqlite3.sqlite_version} 过旧。", hint="需要 3.35 或更新版本。", id="xinheng.E003")]
        options = {row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
        if "ENABLE_FTS5" not in options:
            return [Error("SQLite 没有全文检索 FTS5。", hint="请换用带 FTS5 的 Python 或 SQLite。", id="xinheng.E004")]
        return []
    connection.ensure_connection()
    if connection.connection.info.server_version < _OLDEST_POSTGRES:
        return [Error("PostgreSQL 版本过旧。", hint="需要 15 或更新版本。", id="xinheng.E005")]
    return []
