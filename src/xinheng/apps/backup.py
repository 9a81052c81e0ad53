"""A copy of everything that could not be had again: the database and the files still waiting, with the hash of each."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from xinheng.apps.intake import files
from xinheng.apps.intake.faults import told_clearly
from xinheng.core.refusal import Refusal

MANIFEST, SQLITE, POSTGRES = "manifest.json", "database.sqlite3", "database.dump"
_PAGES = 2_000  # copied at a time, so that writers get their turn


class BackupDamaged(Refusal):
    """The copy is not what was written."""

    code = "backup.damaged"
    message = "备份不完整或已损坏（{what}），没有恢复，现有数据未改动。请换一份备份。"


class BackupExists(Refusal):
    """The folder is not empty."""

    code = "backup.exists"
    message = "文件夹 {folder} 不是空的。请指定一个新的文件夹。"


class OtherDatabase(Refusal):
    """The copy was made of the other kind of database."""

    code = "backup.other-database"
    message = "这份备份来自 {made_of}，当前使用的是 {here}，不能恢复。请设置与备份一致的数据库。"


class ToolMissing(Refusal):
    """PostgreSQL's own tool is needed and not there, or it failed."""

    code = "backup.tool"
    message = "PostgreSQL 的 {tool} 不可用或执行失败：{reason}。请安装与服务器同版本的 PostgreSQL 客户端后重试。"


def backup(*, folder: Path, at: datetime) -> dict[str, Any]:
    """Write a consistent copy into a new folder while the platform goes on working; return its manifest."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupExists(folder=folder)
    with told_clearly():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if connection.vendor == "sqlite":
            _copy_sqlite(folder / SQLITE)
        else:
            _run_tool("pg_dump", "--format=custom", f"--file={folder / POSTGRES}")
        for path in sorted(files.folder().iterdir()):
            if not path.name.startswith("."):
                (folder / "submissions").mkdir(exist_ok=True)
                shutil.copy2(path, folder / "submissions" / path.name)
        manifest = {
            "made_at": timezone.localtime(at).isoformat(),
            "database": connection.vendor,
            "authority": settings.XINHENG_AUTHORITY,
            "files": {
                str(path.relative_to(folder)): _hash(path) for path in sorted(folder.rglob("*")) if path.is_file()
            },
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return manifest


def verify(*, folder: Path) -> dict[str, Any]:
    """Return the manifest of a copy whose every file is as it was written; raise BackupDamaged otherwise."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        for name, digest in manifest["files"].items():
            if _hash(folder / name) != digest:
                raise BackupDamaged(what=name)
        manifest["database"], manifest["made_at"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BackupDamaged(
            what=MANIFEST if not isinstance(fault, FileNotFoundError) else str(fault.filename)
        ) from fault
    if manifest["database"] == "sqlite":
        _verify_sqlite(folder / SQLITE)
    return manifest


def restore(*, folder: Path) -> dict[str, Any]:
    """Put a copy in place of the present data, if it is whole. The server must not be running."""
    manifest = verify(folder=folder)
    if manifest["database"] != connection.vendor:
        raise OtherDatabase(made_of=manifest["database"], here=connection.vendor)
    with told_clearly():
        for path in (folder / "submissions").glob("*"):
            shutil.copy2(path, files.folder() / path.name)
        if connection.vendor == "sqlite":
            _replace_sqlite(folder / SQLITE)
        else:
            name = str(connection.settings_dict["NAME"])
            _run_tool(
                "pg_restore",
                "--clean",
                "--if-exists",
                "--single-transaction",
                f"--dbname={name}",
                str(folder / POSTGRES),
            )
    return manifest


def _copy_sqlite(target: Path) -> None:
    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connection.connection.backup(copy, pages=_PAGES, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    finally:
        copy.close()


def _verify_sqlite(path: Path) -> None:
    copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        (answer,) = copy.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as fault:
        raise BackupDamaged(what=SQLITE) from fault
    finally:
        copy.close()
    if answer != "ok":
        raise BackupDamaged(what=SQLITE)


def _replace_sqlite(source: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    beside = target.with_name(target.name + ".restoring")
    shutil.copyfile(source, beside)
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    os.replace(beside, target)


def _run_tool(tool: str, *arguments: str) -> None:
    """Run PostgreSQL's own tool; the password goes by the environment, never on the command line."""
    told = connection.settings_dict
    path = shutil.which(tool)
    if path is None:
        raise ToolMissing(tool=tool, reason="未找到该命令")
    env = os.environ | {
        name: str(value)
        for name, value in {
            "PGHOST": told["HOST"],
            "PGPORT": told["PORT"],
            "PGUSER": told["USER"],
            "PGPASSWORD": told["PASSWORD"],
            "PGDATABASE": told["NAME"],
        }.items()
        if value
    }
    done = subprocess.run([path, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    if done.returncode != 0:
        raise ToolMissing(tool=tool, reason=done.stderr.strip()[-300:])


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
