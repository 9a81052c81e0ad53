"""xinheng serve: the web server, the worker and the ledger behind it, started and stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import click

from xinheng.cli.group import Command
from xinheng.cli.outcome import CannotDo

_READY_SECONDS, _STOP_SECONDS = 60, 15


@click.command(cls=Command)
@click.option("--address", default="127.0.0.1:8000", help="监听地址，默认 127.0.0.1:8000")
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="网站进程数，默认 2")
def serve(address: str, workers: int) -> int:
    """启动网站和后台处理，按 Ctrl-C 一起停止。"""
    host, port = split_address(address)
    require_free(host, port)
    from xinheng.cli.register import SETTINGS, open_register, sync_departments

    open_register()
    sync_departments()
    from xinheng.apps.changes.editions import write_all
    from xinheng.apps.timetable.actions import begin
    from xinheng.apps.timetable.tasks import QUEUE

    write_all()  # editions of the catalogue that were approved lie where the loader reads, also on a restored machine
    begin()  # among it: what an earlier run was killed in is taken up
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS, "XINHENG_TETHERED": "1"}
    commands = {
        "网站": [
            *("granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)),
            # Few threads: each keeps a connection to the database open, and Python runs one of them at a time.
            *("--blocking-threads", "4", "--no-access-log", "--log-level", "error", "xinheng.project.wsgi:application"),
        ],
        "后台处理": ["django", "db_worker", "--queue-name", "default"],
        "定时工作": ["django", "db_worker", "--queue-name", QUEUE],
        "台账": ["xinheng.cli", "ledger", "run"],
    }
    signal.signal(signal.SIGTERM, _asked_to_stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            # In a session of their own: Ctrl-C reaches us, and we stop them in order. Tied to us: killed, we take them along.
            running[name] = subprocess.Popen(  # noqa: S603  (our own interpreter and modules)
                [sys.executable, "-m", "xinheng.apps.tether", str(os.getpid()), *command],
                env=environment,
                start_new_session=True,
            )
        _wait_until_ready(host, port, running)
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"信衡已启动：http://{shown}:{port}　按 Ctrl-C 停止。")
        _watch(running)
    except KeyboardInterrupt:
        click.echo("正在停止……", err=True)
    finally:
        _stop(running)
    return 0


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of 127.0.0.1:8000, [::1]:8000, :8000 or 8000."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CannotDo("request.bad-value", f"--address 应写成 主机:端口，如 127.0.0.1:8000，现在是“{address}”。")
    return host, int(port)


def require_free(host: str, port: int) -> None:
    """Refuse an address that another program listens on, or that is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise CannotDo("serve.port-not-allowed", f"没有权限使用端口 {port}，请换一个大于 1024 的端口。") from None
    except OSError:
        raise CannotDo(
            "serve.port-busy",
            f"{host}:{port} 已被占用或不是本机地址。可换一个：xinheng serve --address 127.0.0.1:8001。",
        ) from None


def _wait_until_ready(host: str, port: int, running: dict[str, subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        _require_alive(running)
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise CannotDo("serve.not-ready", f"网站在 {_READY_SECONDS} 秒内没有启动成功，请运行 xinheng doctor 查看原因。")


def _watch(running: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        _require_alive(running)
        time.sleep(0.5)


def _require_alive(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise CannotDo(
                "serve.stopped", f"{name}进程意外停止（退出码 {process.returncode}），已全部停下。原因见上面的输出。"
            )


def _stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + _STOP_SECONDS
    for process in running.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(until - time.monotonic(), 0.1))
        with suppress(
            ProcessLookupError
        ):  # what is left of its session, such as workers of a web server that was killed
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _asked_to_stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt
