"""City and province on one machine: two nodes with their own data, keys and web servers; faults between them, found and mended.

``make demo-province``. Every step is a command anyone can type; only the faults are made behind the program's back.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ITEMS = ("reg.enterprise", "reg.trader", "adm.licence", "adm.penalty", "abn.enterprise")
_CODES = {"city": "sz", "province": "gd"}
_NAMES = {"city": "市公共信用信息平台", "province": "省公共信用信息平台"}
_DEPARTMENT = "深圳市市场监督管理局"
_READY_SECONDS = 60


@dataclass(slots=True)
class Side:
    """One node: its folder, its port, and the commands run there."""

    name: str
    folder: Path
    port: int

    @property
    def code(self) -> str:
        """How the other side calls it."""
        return _CODES[self.name]

    def environment(self) -> dict[str, str]:
        """Return the settings of this node."""
        told = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return told | {
            "XINHENG_VAR": str(self.folder),
            "XINHENG_NODE": f"{self.name}.xinheng.local/node",
            "XINHENG_LEDGER_ORIGIN": f"{self.name}.xinheng.local/log",
            "XINHENG_REFERENCE_PREFIX": self.code.upper(),
        }

    def run(self, *arguments: object, good: tuple[int, ...] = (0,), quiet: bool = False) -> str:
        """Run a command as this node, show it, and return what it printed."""
        if not quiet:
            click.echo(click.style(f"\n［{_NAMES[self.name]}］xinheng {' '.join(map(str, arguments))}", bold=True))
        done = subprocess.run(  # noqa: S603  our own commands
            [sys.executable, "-m", "xinheng.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment(),
        )
        if done.returncode not in good:
            raise SystemExit(f"{done.stdout}{done.stderr}")
        if not quiet:
            click.echo((done.stdout + done.stderr).rstrip())
        return done.stdout

    def database(self) -> sqlite3.Connection:
        """Return the node's database, opened behind the program's back."""
        return sqlite3.connect(self.folder / "xinheng.sqlite3")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _served(*sides: Side) -> Iterator[None]:
    """Run the web servers of both nodes."""
    running = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "xinheng.cli", "serve", "--address", f"127.0.0.1:{side.port}", "--workers", "1"],
            env=side.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for side in sides
    ]
    try:
        for side in sides:
            _wait_for(side.port)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"网站在 {_READY_SECONDS} 秒内没有启动（端口 {port}）。")


def _introduce(city: Side, province: Side, folder: Path) -> None:
    for side in (city, province):
        card = folder / f"{side.code}.json"
        address = f"http://127.0.0.1:{side.port}"
        side.run(
            "exchange", "introduce", "--code", side.code, "--name", _NAMES[side.name], "--address", address, "-o", card
        )
    city.run("exchange", "meet", folder / "gd.json")
    province.run("exchange", "meet", folder / "sz.json")
    items = [word for item in ITEMS for word in ("--item", item)]
    city.run("exchange", "agree", "gd", "--direction", "out", *items, "--department", _DEPARTMENT)
    province.run("exchange", "agree", "sz", "--direction", "in", *items, "--department", _DEPARTMENT)


def _faults(province: Side) -> None:
    """Let the province lose three statements and change two, as a disk or a hand might."""
    with closing(province.database()) as database, database:
        rows = database.execute(
            "SELECT id FROM records_version WHERE item = 'adm.penalty' ORDER BY id DESC LIMIT 5"
        ).fetchall()
        for (version,) in rows[:3]:
            database.execute("DELETE FROM records_version WHERE id = ?", (version,))
        for (version,) in rows[3:]:
            database.execute(
                "UPDATE records_version SET canonical = REPLACE(canonical, '罚款', '罚金') WHERE id = ?", (version,)
            )


def _reconcile(city: Side, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(city.run("reconcile", "run", "gd", "--json", *more, good=(0, 1)))
    return told


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("var/two-nodes"), help="两个节点的数据放在哪里（会清空）"
)
@click.option("--organisations", type=click.IntRange(100), default=200, help="演示城市的组织数")
@click.option("--keep", is_flag=True, help="结束后让两个网站继续运行，按 Ctrl-C 停止")
def main(folder: Path, organisations: int, keep: bool) -> None:
    """市、省两个节点：报送、拉取、对账；制造差错，找出差错，恢复一致。"""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    city, province = (Side(name, folder.resolve() / name, _free_port()) for name in ("city", "province"))
    city.run("demo", "--organisations", organisations)
    city.run("ledger", "checkpoint")
    with _served(city, province):
        _introduce(city, province, folder.resolve())
        province.run("exchange", "pull", "sz", good=(0, 1))
        first = _reconcile(city)
        city.run("exchange", "pull", "gd", good=(0, 1))
        before = folder / "before.sqlite3"
        with closing(province.database()) as database, closing(sqlite3.connect(before)) as copy:
            database.backup(copy)
        click.echo(click.style("\n［差错］省平台丢失 3 条行政处罚，改动 2 条。", fg="red", bold=True))
        _faults(province)
        second = _reconcile(city, "--recompute")
        city.run("reconcile", "status", good=(0, 1))
        click.echo(click.style("\n［恢复］省平台从备份恢复，再次对账。", fg="green", bold=True))
        with closing(sqlite3.connect(before)) as copy, closing(province.database()) as database:
            copy.backup(database)
        third = _reconcile(city, "--recompute")
        _say(first, second, third)
        city.run("reconcile", "statement", third["run"], "--out", folder)
        keys = [json.loads((folder / f"{code}.json").read_text(encoding="utf-8"))["key"] for code in ("sz", "gd")]
        note = folder / f"{third['run']}.statement"
        city.run(
            "reconcile",
            "verify",
            note,
            "--differences",
            note.with_suffix(".differences"),
            *(w for k in keys for w in ("--key", k)),
        )
        if keep:
            click.echo(
                f"\n市平台 http://127.0.0.1:{city.port}/agreement/　省平台 http://127.0.0.1:{province.port}/agreement/　按 Ctrl-C 停止。"
            )
            try:
                while True:
                    time.sleep(1)
            except KeyboardInterrupt:
                click.echo("已停止。")


def _say(first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]) -> None:
    """Say what the three runs found, and fail if the faults are not exactly those that were made."""
    made = sum(second["counts"].values()) - sum(first["counts"].values())
    click.echo(
        f"\n第一次对账 {first['counts'] or '一致'}；差错之后 {second['counts']}（新增 {made} 条，正是制造的 5 条）；恢复之后 {third['counts'] or '一致'}。"
        if made == 5 and third["counts"] == first["counts"]
        else f"\n结果与预期不同：{first['counts']}、{second['counts']}、{third['counts']}"
    )
    if made != 5 or third["counts"] != first["counts"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
