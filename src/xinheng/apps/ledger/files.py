"""The tree on disk: tiles and entry bundles under ``var/ledger/tree``, written once, compared when written again."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from xinheng.core.ledger.hashing import SIZE
from xinheng.core.ledger.refusals import Forked
from xinheng.core.ledger.tiles import WIDTH, Tile

CHECKPOINT = "checkpoint"
# Making files and waiting for the disk need little of the interpreter: they happen beside hashing, a lot of files at a time.
_WRITERS, _AT_ONCE, _MOST_WAITING = 4, 32, 12


def folder() -> Path:
    """Return the ledger's own folder."""
    return Path(settings.XINHENG_VAR) / "ledger"


@dataclass(slots=True)
class TreeFiles:
    """The files of a log. ``write`` hands them over, ``flush`` returns when they are in place and survive a power cut."""

    root: Path
    _lot: list[tuple[Path, bytes]] = field(default_factory=list)
    _writing: deque[Future[None]] = field(default_factory=deque)
    _folders: set[str] = field(default_factory=set)
    _writers: ThreadPoolExecutor | None = None

    def read(self, tile: Tile) -> bytes:
        """Return a tile's bytes; of a partial one that is gone, the beginning of the full one."""
        self._wait()
        path = self.root / tile.path
        try:
            return path.read_bytes()
        except FileNotFoundError:
            if tile.width == WIDTH or tile.level < 0:
                raise
            return (self.root / Tile(tile.level, tile.index).path).read_bytes()[: tile.width * SIZE]

    def write(self, tile: Tile, data: bytes) -> None:
        """Put a tile in its place. One that is there with other bytes is a fork, unless a power cut tore it.

        What goes wrong is raised here or, at the latest, by ``flush``: before anything points to the file.
        """
        path = self.root / tile.path
        self._folders.add(str(path.parent))
        self._lot.append((path, data))
        if len(self._lot) == _AT_ONCE:
            self._hand_over()
        if len(self._writing) > _MOST_WAITING:
            self._writing.popleft().result()

    def flush(self) -> None:
        """Wait until everything written is on the disk: file by file, so that nobody else's writes are waited for."""
        self._wait()
        for place in self._folders:
            flush_file(Path(place))
        self._folders.clear()

    def _hand_over(self) -> None:
        if self._writers is None:
            self._writers = ThreadPoolExecutor(_WRITERS, "xinheng-tiles")
        lot, self._lot = self._lot, []
        self._writing.append(self._writers.submit(_write_all, lot))

    def _wait(self) -> None:
        if self._lot:
            self._hand_over()
        while self._writing:
            self._writing.popleft().result()
        if self._writers is not None:
            self._writers.shutdown()
            self._writers = None

    def drop_partial(self, tiles: Iterable[Tile]) -> None:
        """Take away the partial tiles of full ones: whoever wants them takes the full one."""
        for tile in tiles:
            if tile.width == WIDTH:
                shutil.rmtree(self.root / f"{tile.path}.p", ignore_errors=True)

    def publish(self, note: str) -> None:
        """Replace the published checkpoint in one rename."""
        path = self.root / CHECKPOINT
        put(path, note.encode(), flushed=True)
        flush_file(path.parent)

    def published(self) -> str | None:
        """Return the checkpoint the world was shown last."""
        try:
            return (self.root / CHECKPOINT).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None


def tree_files() -> TreeFiles:
    """Return the files of this installation's log."""
    return TreeFiles(folder() / "tree")


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the ledger's files alone, until done or dead. The head's compare-and-swap decides even without this."""
    path = folder() / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def put(path: Path, data: bytes, *, flushed: bool = False, mode: int = 0o644) -> None:
    """Write a file so that under its name there is the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
            out.write(data)
            if flushed:
                out.flush()
                os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_all(lot: list[tuple[Path, bytes]]) -> None:
    for path, data in lot:
        _write(path, data)


def _write(path: Path, data: bytes) -> None:
    """Write a tile straight under its name: nobody is pointed to it before the head says so, and a torn one is written again."""
    try:
        handle = _new(path)
    except FileExistsError:
        there = path.read_bytes()
        if there == data:
            return
        if len(there) >= len(data) and any(there):
            name = str(path).rpartition("/tile/")[2]  # as the public sees it
            raise Forked(what=f"tile/{name} 已有不同的内容") from None
        handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
    try:
        if os.write(handle, data) != len(data):
            raise OSError(errno.ENOSPC, "the disk is full", str(path))
        os.fsync(handle)
    finally:
        os.close(handle)


def _new(path: Path) -> int:
    """Open a new file, with its folders where they are missing."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)


def flush_file(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
