"""Who is at work on the data: every server and command shares a lock in the data folder; a restore needs it alone.

The lock (``flock``) belongs to the running process: however it ends, the system lets go of it, and nothing is left to clean up.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xinheng.core.refusal import Refusal

_NAME = "in-use.lock"
_held: dict[Path, int] = {}  # folder → open file, for as long as this process runs


class BeingRestored(Refusal):
    """A restore is under way: nobody else may touch the data."""

    code = "data.being-restored"
    message = "正在从备份恢复数据（{folder}），请等恢复完成后再试。"


class InUse(Refusal):
    """A server or another command is at work on the data."""

    code = "data.in-use"
    message = "数据正在使用中（{folder}）：请先停止服务（在运行 xinheng serve 的窗口按 Ctrl-C）和其他报送命令，再恢复。"


def share(folder: Path) -> None:
    """Say, until this process ends, that it works on the data; raise BeingRestored while a restore is under way."""
    folder = folder.resolve()
    if folder in _held:
        return
    handle = _open(folder)
    if not _locked(handle, fcntl.LOCK_SH):
        os.close(handle)
        raise BeingRestored(folder=folder)
    _held[folder] = handle


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep everybody else off the data; raise InUse where anybody is at work on it."""
    handle = _open(folder.resolve())
    try:
        if not _locked(handle, fcntl.LOCK_EX):
            raise InUse(folder=folder.resolve())
        yield
    finally:
        os.close(handle)


def _open(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o600)


def _locked(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
