"""Work done in a process of its own, handed back piece by piece: for speed, or because it may bring the process down."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import IO

_PIPE_BYTES = 1 << 20  # sixteen times the usual: the two processes wake each other so much less often


class ChildFailed(Exception):
    """The process ended before it had handed everything back."""


def pieces(*arguments: str) -> Iterator[bytes]:
    """Run Python with these arguments and yield what it writes, each piece behind its length; ChildFailed if it breaks off."""
    # Arguments are ours: the interpreter, a module and a path that is opened, never a shell.
    command = [sys.executable, *arguments]
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pipesize=_PIPE_BYTES
    )
    assert process.stdout is not None
    try:
        while length := int.from_bytes(_exactly(process.stdout, 8), "little"):
            yield _exactly(process.stdout, length)
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _exactly(stream: IO[bytes], size: int) -> bytes:
    piece = stream.read(size)
    if len(piece) < size:
        raise ChildFailed
    return piece
