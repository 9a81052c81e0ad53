"""xinheng doctor: can this machine run the platform? Each line says yes, or what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from xinheng.cli.group import Command
from xinheng.cli.options import json_option
from xinheng.cli.outcome import GOOD, UNUSABLE, CannotDo

_DISK_GB = 5
_SQLITE = (3, 35)
_GB = 1 << 30
_SERVER_MEMORY = _GB // 2
_CHINESE_FONTS = (
    "notosanscjk",
    "notoserifcjk",
    "notosanssc",
    "wqy",
    "sourcehan",
    "simsun",
    "msyh",
    "pingfang",
    "droidsansfallback",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at."""

    what: str
    good: bool
    found: str
    to_do: str = ""  # in Chinese, when it is not good
    needed: bool = True  # without it the platform does not run


@click.command(cls=Command)
@click.option("--address", default="127.0.0.1:8000", help="打算使用的网站地址")
@json_option
def doctor(address: str, as_json: bool) -> int:
    """检查本机能否正常运行信衡；有必须处理的问题时退出码为 2。"""
    looks = (
        _python,
        _sqlite,
        _fonts,
        _policy,
        _folder,
        _database,
        _server_memory,
        _migrations,
        _originals,
        _ledger,
        _static,
        lambda: _port(address),
    )
    lines = [line for look in looks if (line := _surely(look)) is not None]
    failed = [line for line in lines if not line.good and line.needed]
    if as_json:
        import orjson

        rows = [{"what": n.what, "good": n.good, "found": n.found, "to_do": n.to_do or None} for n in lines]
        click.echo(orjson.dumps({"good": not failed, "lines": rows}, option=orjson.OPT_INDENT_2).decode())
    else:
        for line in lines:
            mark = (
                click.style("✓", fg="green") if line.good else click.style("✗", fg="red" if line.needed else "yellow")
            )
            click.echo(f"{mark} {line.what}：{line.found}")
            if not line.good:
                click.echo(f"    {line.to_do}")
        click.echo("一切就绪。" if not failed else f"有 {len(failed)} 处必须处理。")
    return UNUSABLE if failed else GOOD


def _surely(look: Callable[[], Line | None]) -> Line | None:
    """Turn whatever goes wrong while looking into a line: the doctor itself never falls ill."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001
        return Line(
            look.__name__.strip("_"), False, f"{type(error).__name__}：{error}"[:300], "请把这一行交给技术人员。"
        )


def _python() -> Line:
    found = ".".join(map(str, sys.version_info[:3]))
    return Line("Python", sys.version_info >= (3, 11), found, "需要 Python 3.11 或更新的版本。")


def _sqlite() -> Line:
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(name)")
        searching = True
    except sqlite3.OperationalError:
        searching = False
    good = searching and sqlite3.sqlite_version_info >= _SQLITE
    found = f"{sqlite3.sqlite_version}，全文检索 FTS5 {'可用' if searching else '不可用'}"
    return Line(
        "SQLite", good, found, "请换用带 FTS5 的 Python（官方发行版都带），或改用 PostgreSQL（设 DATABASE_URL）。"
    )


def _fonts() -> Line:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", str(Path.home() / ".fonts"))
    files = (path.name for folder in folders if Path(folder).is_dir() for path in Path(folder).rglob("*.[to]t[fc]"))
    found = next((name for name in files if name.lower().startswith(_CHINESE_FONTS)), None)
    to_do = "只影响在本机截图和打印：安装中文字体，如 apt-get install fonts-noto-cjk。"
    return Line("中文字体", found is not None, found or "没有找到", to_do, needed=False)


def _policy() -> Line:
    from xinheng.cli.policy_in_use import policy_authority, policy_root
    from xinheng.core.intake.check import known_codes
    from xinheng.core.policy import PolicyError, load_policy

    try:
        found = load_policy(policy_root(), policy_authority(), known_codes())
    except PolicyError as error:
        return Line("政策数据", False, f"有 {len(error.errors)} 处问题", "运行 xinheng policy check 查看并改正。")
    return Line(
        "政策数据",
        bool(found.item_versions),
        f"{len(found.item_versions)} 个目录项，{found.digest[:19]}…",
        "没有目录项：请检查 XINHENG_POLICY。",
    )


def _folder() -> Line:
    folder = Path(os.environ.get("XINHENG_VAR") or Path(__file__).resolve().parents[3] / "var")
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".doctor-{os.getpid()}"
    probe.write_bytes(b"")
    probe.unlink()
    free = shutil.disk_usage(folder).free
    to_do = f"请清理空间，或用 XINHENG_VAR 指定另一个目录；至少留 {_DISK_GB} GB。"
    return Line("数据目录", free >= _DISK_GB * _GB, f"{folder}，可写，剩余 {free / _GB:.0f} GB", to_do)


def _database() -> Line:
    from xinheng.cli.register import open_register

    try:
        open_register(make_tables=False)
    except CannotDo as error:
        return Line("数据库", False, error.message, "请改正环境变量后重试。")
    from django.db import connection
    from django.db.utils import Error

    to_do = "请确认数据库已启动、DATABASE_URL 的地址、用户和密码正确。"
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SHOW server_version_num")
                number = int(cursor.fetchone()[0])
                return Line("PostgreSQL", number >= 150_000, str(number // 10_000), "需要 PostgreSQL 15 或更新的版本。")
            cursor.execute("PRAGMA quick_check(1)")
            told = cursor.fetchone()[0]
    except Error as error:
        return Line("数据库", False, f"无法访问：{error}".strip()[:200], to_do)
    return Line(
        "数据库",
        told == "ok",
        f"SQLite {connection.settings_dict['NAME']}",
        f"文件已损坏（{told}），请用 xinheng restore 从备份恢复。",
    )


def _server_memory() -> Line | None:
    """Out of the box PostgreSQL keeps 128 MB in memory: enough for a trial, half the speed with a city."""
    from django.db import connection
    from django.db.utils import Error

    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_bytes(told), told FROM current_setting('shared_buffers') told")
            size, told = cursor.fetchone()
    except Error:
        return None  # the line before has said why
    to_do = "只影响速度：把 shared_buffers 设为服务器内存的四分之一左右，见 docs/operations/settings.md。"
    return Line("PostgreSQL 内存", size >= _SERVER_MEMORY, f"shared_buffers {told}", to_do, needed=False)


def _migrations() -> Line:
    from xinheng.cli.register import pending_migrations

    waiting = pending_migrations()
    to_do = "启动（xinheng serve）时会自动完成。"
    return Line("数据表", not waiting, f"有 {len(waiting)} 处待更新" if waiting else "已是最新", to_do, needed=False)


def _originals() -> Line:
    from xinheng.cli.register import pending_migrations

    if pending_migrations():
        return Line("原始文件", True, "还没有报送")
    from xinheng.apps.clock import today
    from xinheng.apps.intake import files, keeping

    kept = sum(1 for path in files.folder().glob("[!.]*") if path.is_file())
    late = sum(1 for _ in keeping.due(on=today()))
    found = f"留存 {kept} 份" + (f"，{late} 项已到期未清除" if late else "，没有到期未清除的")
    to_do = "运行 xinheng erase；服务（xinheng serve）运行时每六小时自动清除一次。"
    return Line("原始文件", not late, found, to_do, needed=False)


def _ledger() -> Line:
    from xinheng.apps.ledger.models import Head
    from xinheng.cli.register import pending_migrations

    if pending_migrations():
        return Line("台账", True, "还没有开始")
    why = Head.objects.filter(pk=1).values_list("halted", flat=True).first()
    to_do = "台账不再定序和发布。先查明原因（xinheng ledger verify），见 docs/operations/ledger.md。"
    return Line("台账", not why, why or "没有停止", to_do)


def _static() -> Line:
    from django.contrib.staticfiles import finders

    missing = [name for name in ("xinheng/xinheng.css",) if finders.find(name) is None]
    return Line("页面文件", not missing, f"缺少 {'、'.join(missing)}" if missing else "齐全", "请运行 make setup。")


def _port(address: str) -> Line:
    from xinheng.cli.serving import require_free, split_address

    try:
        require_free(*split_address(address))
    except CannotDo as error:
        return Line("端口", False, address, error.message, needed=False)
    return Line("端口", True, f"{address} 可用")
