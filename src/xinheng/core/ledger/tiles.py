"""The tree as static files (C2SP tlog-tiles): where each tile lies, which tiles a growing tree adds, and nodes read from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing
from xinheng.core.ledger.tree import Nodes

HEIGHT, WIDTH = 8, 256
ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class Tile:
    """A run of hashes of one level (in steps of eight), or, with level -1, of entries. ``width`` 256 is a full one."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return its path below the log's prefix."""
        level = ENTRIES if self.level < 0 else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index_path(self.index)}{partial}"


def index_path(index: int) -> str:
    """Return a tile's number as path: 1234067 is x001/x234/067."""
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03d}")
    return "/".join(reversed(parts))


def tiles_between(old: int, new: int, *, entries: bool = True) -> Iterator[Tile]:
    """Yield the tiles that a tree grown from ``old`` to ``new`` leaves has and the old one had not; lowest level first."""
    if entries:
        yield from _grown(-1, old, new)
    level = 0
    while new >> (level * HEIGHT):
        yield from _grown(level, old >> (level * HEIGHT), new >> (level * HEIGHT))
        level += 1


def _grown(level: int, old: int, new: int) -> Iterator[Tile]:
    if old == new:
        return
    for index in range(old // WIDTH, new // WIDTH):
        yield Tile(level, index)
    if new % WIDTH:
        yield Tile(level, new // WIDTH, new % WIDTH)


def tile_at(level: int, index: int, size: int) -> Tile:
    """Return the tile of a tree of ``size`` leaves that holds this hash of tile level ``level``."""
    there = size >> (max(level, 0) * HEIGHT)
    number = index // WIDTH
    return Tile(level, number, min(WIDTH, there - number * WIDTH))


def nodes_of(size: int, fetch: Callable[[Tile], bytes], hashing: Hashing = SHA256) -> Nodes:
    """Return the nodes of a tree of ``size`` leaves, read from its tiles as they are needed and kept for as long as the result."""

    @lru_cache(maxsize=1024)
    def levels(tile: Tile) -> list[bytes]:
        data = fetch(tile)
        if len(data) != tile.width * SIZE:
            raise ValueError(f"{tile.path} has {len(data)} bytes")
        found = [data]
        while len(found[-1]) >= 2 * SIZE:
            below = found[-1]
            found.append(hashing.pairs(below[: len(below) // (2 * SIZE) * (2 * SIZE)]))
        return found

    def node(level: int, index: int) -> bytes:
        tall, inner = divmod(level, HEIGHT)
        tile = tile_at(tall, index << inner, size)
        at = (index - (tile.index * WIDTH >> inner)) * SIZE
        found = levels(tile)[inner][at : at + SIZE]
        if len(found) != SIZE:
            raise ValueError(f"node {level}/{index} is not in a tree of {size}")
        return found

    return node
