"""A server that is killed takes its processes along, and a restore waits for a server that runs. With real processes."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.test_register_commands import Installation

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes through /proc")


def descendants(pid: int) -> set[int]:
    """Every process that came from this one."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found |= {child} | descendants(child)
    return found


def alive(pids: set[int]) -> set[int]:
    return {p for p in pids if Path(f"/proc/{p}").exists() and "(zombie)" not in Path(f"/proc/{p}/status").read_text()}


def gone_within(pids: set[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.1)
    return not alive(pids)


@contextmanager
def server(place: Installation):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "xinheng.cli", "serve", "--address", f"127.0.0.1:{port}", "--workers", "1"],
        env=place.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    family: set[int] = set()
    try:
        assert "http://" in process.stdout.readline()
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).close()
        family = descendants(process.pid)
        yield process, family
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        for pid in alive(family):
            os.kill(pid, signal.SIGKILL)
        process.stdout.close()


@pytest.fixture
def place(tmp_path):
    return Installation(tmp_path)


def test_a_killed_server_takes_its_processes_along(place):
    with server(place) as (process, family):
        assert len(family) >= 3  # web server, its worker, the worker behind
        process.kill()
        process.wait()
        assert gone_within(family, 25), alive(family)


def test_a_killed_web_server_ends_everything(place):
    with server(place) as (process, family):
        web = next(p for p in family if "granian" in Path(f"/proc/{p}/cmdline").read_text())
        os.kill(web, signal.SIGKILL)
        assert process.wait(timeout=40) == 2
        assert gone_within(family, 5), alive(family)


def test_a_restore_waits_for_a_running_server(place, tmp_path):
    file = tmp_path / "backup.tar.gz"
    with server(place) as (process, _):
        assert place.told("backup", file)["submissions"] == 0
        before = (place.var / "xinheng.sqlite3").stat().st_ino
        told = place.told("restore", file, "--replace")["error"]
        assert told["code"] == "data.in-use"
        assert "请先停止服务" in told["message"]
        assert (place.var / "xinheng.sqlite3").stat().st_ino == before
        process.kill()  # the lock goes with the last process, not with a file somebody forgot
        process.wait()
        until = time.monotonic() + 25
        while "error" in (told := place.told("restore", file, "--replace")) and time.monotonic() < until:
            time.sleep(0.3)
        assert told["submissions"] == 0


def test_nobody_starts_while_a_restore_is_under_way(place):
    place.var.mkdir()
    with (place.var / "in-use.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert place.told("recover")["error"]["code"] == "data.being-restored"
        assert "正在从备份恢复" in place("serve", "--address", "127.0.0.1:0").stderr + place("recover").stderr
    assert place("recover").returncode == 0
