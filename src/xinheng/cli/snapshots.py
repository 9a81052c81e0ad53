"""One consistent copy of the database while it is in use, and putting such a copy back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from xinheng.cli.outcome import CannotDo


def copy_out(settings: dict[str, Any], vendor: str, to: Path) -> None:
    """Copy the database to a file; writers go on meanwhile, and the copy is of one instant."""
    if vendor == "sqlite":
        with closing(sqlite3.connect(settings["NAME"])) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)
        return
    _run("pg_dump", settings, "--format=custom", "--no-owner", f"--file={to}")


def require_sound(vendor: str, copy: Path) -> None:
    """Refuse a copy that is damaged, before anything is replaced by it."""
    if vendor == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
                told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            told = str(error)
        if told != "ok":
            raise CannotDo("backup.damaged", f"备份中的数据库已损坏（{told}），没有恢复，现有数据未受影响。")


def require_nobody_else(connection: Any) -> None:
    """Refuse while others are connected to a PostgreSQL: servers on other machines share no lock file with us."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with connection.cursor() as cursor:
        cursor.execute(others)
        count = cursor.fetchone()[0]
    if count:
        raise CannotDo(
            "data.in-use",
            f"数据库还有 {count} 个其他连接。请先停止所有机器上的信衡服务（xinheng serve）和其他客户端，再恢复。",
        )


def put_back(settings: dict[str, Any], vendor: str, copy: Path, *, at: datetime) -> Path | None:
    """Put a copy in the place of the database; return where the old file was moved, if it was a file."""
    if vendor != "sqlite":
        _run("pg_restore", settings, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(copy))
        return None
    place = Path(settings["NAME"])
    aside = None
    if place.exists():
        aside = place.with_name(f"{place.name}.before-{at:%Y%m%d-%H%M%S}")
        for suffix in ("-wal", "-shm", ""):  # what is still in the write-ahead log belongs to the old file
            part = place.with_name(place.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    copy.replace(place)
    return aside


def _run(program: str, settings: dict[str, Any], *options: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise CannotDo(
            "backup.tool-missing", f"找不到 {program}。请安装 PostgreSQL 客户端，如 apt-get install postgresql-client。"
        )
    told = {
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"]),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    command = [found, *options]
    if program == "pg_restore":
        command.insert(1, f"--dbname={settings['NAME']}")
    environment = os.environ | {name: value for name, value in told.items() if value}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if "version mismatch" in done.stderr or "unsupported version" in done.stderr:
        raise CannotDo(
            "backup.tool-too-old",
            f"{program} 的版本低于数据库服务器。请安装不低于服务器版本的 PostgreSQL 客户端，并让它排在 PATH 前面后重试。",
        )
    if done.returncode != 0:
        raise CannotDo("backup.tool-failed", f"{program} 没有成功：{done.stderr.strip()[-500:]}")
