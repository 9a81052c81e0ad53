"""Writing a tree that grows: entries come in, full tiles go out as they fill, partial ones at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xinheng.apps.ledger.files import TreeFiles
from xinheng.core.ledger.entry import bundle, unbundle
from xinheng.core.ledger.hashing import LEAF, SHA256, SIZE, Hashing
from xinheng.core.ledger.refusals import Malformed
from xinheng.core.ledger.tiles import HEIGHT, WIDTH, Tile, nodes_of, tile_at
from xinheng.core.ledger.tree import root

_TILE = WIDTH * SIZE


@dataclass(slots=True)
class Growing:
    """A tree of ``size`` leaves on disk, to which entries are added. Nothing counts before the head says so."""

    files: TreeFiles
    size: int
    hashing: Hashing = SHA256
    _levels: list[bytes] = field(default_factory=list)  # hashes of the last, not yet full tile of each level
    _entries: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the right edge back."""
        level = 0
        while self.size >> (level * HEIGHT):
            there = self.size >> (level * HEIGHT)
            self._levels.append(self._partial(level, there) if there % WIDTH else b"")
            level += 1
        if self.size % WIDTH:
            self._entries = unbundle(self.files.read(Tile(-1, self.size // WIDTH, self.size % WIDTH)))

    def _partial(self, level: int, there: int) -> bytes:
        data = self.files.read(tile_at(level, there - 1, self.size))
        if len(data) != there % WIDTH * SIZE:
            raise Malformed(what="哈希树文件长度不对")
        return data

    def append(self, entries: Sequence[bytes]) -> bytes:
        """Add entries and write the tiles they fill; return their leaf hashes."""
        self._entries.extend(entries)
        begin = self.size // WIDTH
        full = len(self._entries) // WIDTH
        for number in range(full):
            self.files.write(Tile(-1, begin + number), bundle(self._entries[number * WIDTH : (number + 1) * WIDTH]))
        del self._entries[: full * WIDTH]
        leaves = self.hashing.each(entries, prefix=LEAF)
        self._add(0, leaves, self.size)
        self.size += len(entries)
        return leaves

    def _add(self, level: int, hashes: bytes, before: int) -> None:
        if level == len(self._levels):
            self._levels.append(b"")
        data = self._levels[level] + hashes
        full = len(data) // _TILE
        first = before // WIDTH
        for number in range(full):
            self.files.write(Tile(level, first + number), data[number * _TILE : (number + 1) * _TILE])
        self._levels[level] = data[full * _TILE :]
        if full:
            above = data[: full * _TILE]
            for _ in range(HEIGHT):
                above = self.hashing.pairs(above)
            self._add(level + 1, above, before >> HEIGHT)

    def root(self) -> bytes:
        """Return the root now, without writing the partial tiles."""
        held = {(level, self.size >> (level * HEIGHT)): hashes for level, hashes in enumerate(self._levels)}

        def fetch(tile: Tile) -> bytes:
            if tile.width == WIDTH:
                return self.files.read(tile)
            return held[tile.level, self.size >> (tile.level * HEIGHT)]

        return root(self.size, nodes_of(self.size, fetch, self.hashing), self.hashing)

    def close(self) -> bytes:
        """Write the partial tiles, wait for the disk, and return the root as it reads from the files."""
        if self._entries:
            self.files.write(Tile(-1, self.size // WIDTH, len(self._entries)), bundle(self._entries))
        for level, hashes in enumerate(self._levels):
            if hashes:
                there = self.size >> (level * HEIGHT)
                self.files.write(Tile(level, there // WIDTH, len(hashes) // SIZE), hashes)
        self.files.flush()
        return root_on_disk(self.files, self.size, self.hashing)


def root_on_disk(files: TreeFiles, size: int, hashing: Hashing = SHA256) -> bytes:
    """Return the root of the tree of this size, worked out from its tiles."""
    return root(size, nodes_of(size, files.read, hashing), hashing)
