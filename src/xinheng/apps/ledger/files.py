"""The tree on disk: tiles and entry bundles under ``var/ledger/tree``, written once, compared when written again."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from xinheng.core.ledger.hashing import SIZE
from xinheng.core.ledger.refusals import Forked
from xinheng.core.ledger.tiles import WIDTH, Tile

CHECKPOINT = "checkpoint"
_FEW = 64  # files that are flushed one by one; for more, one flush of everything is quicker


def folder() -> Path:
    """Return the ledger's own folder."""
    return Path(settings.XINHENG_VAR) / "ledger"


@dataclass(slots=True)
class TreeFiles:
    """The files of a log. ``write`` puts them in place, ``flush`` makes them survive a power cut."""

    root: Path
    _unflushed: list[Path] = field(default_factory=list)

    def read(self, tile: Tile) -> bytes:
        """Return a tile's bytes; of a partial one that is gone, the beginning of the full one."""
        path = self.root / tile.path
        try:
            return path.read_bytes()
        except FileNotFoundError:
            if tile.width == WIDTH or tile.level < 0:
                raise
            return (self.root / Tile(tile.level, tile.index).path).read_bytes()[: tile.width * SIZE]

    def write(self, tile: Tile, data: bytes) -> None:
        """Put a tile in its place. One that is there with other bytes is a fork, unless a power cut tore it."""
        path = self.root / tile.path
        there = _there(path)
        if there is not None:
            if there == data:
                return
            if len(there) >= len(data) and any(there):
                raise Forked(what=f"{tile.path} 已有不同的内容")
        _write(path, data)
        self._unflushed.append(path)

    def flush(self) -> None:
        """Wait until everything written is on the disk."""
        if len(self._unflushed) > _FEW:
            os.sync()
        else:
            for path in self._unflushed:
                flush_file(path)
            for place in {path.parent for path in self._unflushed}:
                flush_file(place)
        self._unflushed.clear()

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


def _there(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes) -> None:
    """Write a tile straight under its name: nobody is pointed to it before the head says so, and a torn one is written again."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        if os.write(handle, data) != len(data):
            raise OSError(errno.ENOSPC, "the disk is full", str(path))
    finally:
        os.close(handle)


def flush_file(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
