"""The subject map on disk: three levels of pages, cut at the first and second byte of the key, kept until no checkpoint needs them.

A page of the lowest level holds the keys and values of the subjects that share two bytes; the two above hold the hashes of the
pages below. So one changed subject costs one page of each level, and a proof reads three. The file is derived: it can
be made anew from the register at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xinheng.core.ledger import submap, submap_bulk
from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing
from xinheng.core.ledger.submap import MapProof

Bytes = NDArray[np.uint8]
ENTRY = 2 * SIZE  # key, value
_BITS = 8  # of the key that each level consumes
_PAGES_AT_ONCE = 4_096
_TABLES = """
CREATE TABLE IF NOT EXISTS page (level INTEGER, prefix INTEGER, since INTEGER, body BLOB, PRIMARY KEY (level, prefix, since)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS made (number INTEGER PRIMARY KEY, root BLOB, subjects INTEGER);
CREATE TABLE IF NOT EXISTS reach (number INTEGER PRIMARY KEY, newest_record INTEGER);
"""
_PAGE = "SELECT body FROM page WHERE level = ? AND prefix = ? AND since <= ? ORDER BY since DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class MapHead:
    """The root of the map under a checkpoint, and how many subjects it holds."""

    root: bytes
    subjects: int


@dataclass(frozen=True, slots=True)
class MapStore:
    """The pages, in a small database file of their own."""

    path: Path
    hashing: Hashing = SHA256

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=60)) as raw:
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=NORMAL")
            raw.executescript(_TABLES)
            yield raw

    def head(self, number: int) -> MapHead | None:
        """Return the map's head under a checkpoint, if it has been made and kept."""
        with self._open() as raw:
            row = raw.execute("SELECT root, subjects FROM made WHERE number = ?", (number,)).fetchone()
        return MapHead(row[0], row[1]) if row else None

    def latest(self) -> int:
        """Return the checkpoint the map has been brought to."""
        with self._open() as raw:
            return raw.execute("SELECT COALESCE(MAX(number), 0) FROM made").fetchone()[0]

    def newest_record(self, number: int) -> int | None:
        """Return the id no record in the log exceeded at a checkpoint, where it was told."""
        with self._open() as raw:
            row = raw.execute("SELECT newest_record FROM reach WHERE number = ?", (number,)).fetchone()
        return row[0] if row else None

    def apply(
        self,
        number: int,
        keys: Bytes,
        values: Bytes,
        present: NDArray[np.bool_],
        *,
        newest_record: int | None = None,
    ) -> MapHead:
        """Bring the map from the checkpoint before to ``number``: give these keys these values, or take them away.

        In one transaction: after a crash the map stands at the checkpoint before, or at this one. ``newest_record``: kept for the next time.
        """
        with self._open() as raw:
            raw.execute("BEGIN IMMEDIATE")
            try:
                before = raw.execute("SELECT number, root, subjects FROM made ORDER BY number DESC LIMIT 1").fetchone()
                if before is not None and before[0] >= number:
                    raise ValueError(f"the map stands at {before[0]} already, not before {number}")
                subjects = before[2] if before else 0
                if len(keys):
                    prefixes, roots, more = self._lowest(raw, number, keys, values, present)
                    subjects += more
                    prefixes, roots = self._upper(raw, number, 1, prefixes, roots)
                    _, roots = self._upper(raw, number, 0, prefixes, roots)
                    root = roots[0].tobytes() if subjects else self.hashing.empty
                else:
                    root = before[1] if before else self.hashing.empty
                raw.execute("INSERT INTO made VALUES (?, ?, ?)", (number, root, subjects))
                if newest_record is not None:
                    raw.execute("INSERT INTO reach VALUES (?, ?)", (number, newest_record))
                raw.execute("COMMIT")
            except BaseException:
                raw.execute("ROLLBACK")
                raise
        return MapHead(root, subjects)

    def _lowest(
        self, raw: sqlite3.Connection, number: int, keys: Bytes, values: Bytes, present: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], Bytes, int]:
        """Rewrite the pages of the changed keys; return their prefixes, their roots, and how many subjects came in."""
        prefixes = np.unique(keys[:, 0].astype(np.int64) << 8 | keys[:, 1])
        there = np.frombuffer(self._bodies(raw, prefixes.tolist(), number), dtype=np.uint8).reshape(-1, ENTRY)
        all_keys = np.concatenate([there[:, :SIZE], keys])
        all_values = np.concatenate([there[:, SIZE:], values])
        standing = np.concatenate([np.ones(len(there), dtype=bool), present])
        order, last = ordered(all_keys)
        kept = order[last & standing[order]]  # of a key that is there and is changed, the change counts
        all_keys, all_values = all_keys[kept], all_values[kept]
        entries = np.concatenate([all_keys, all_values], axis=1)
        groups = all_keys[:, 0].astype(np.int64) << 8 | all_keys[:, 1]
        bounds = np.searchsorted(groups, prefixes), np.searchsorted(groups, prefixes, side="right")
        bodies = ((2, int(p), number, entries[a:b].tobytes()) for p, a, b in zip(prefixes, *bounds, strict=True))
        raw.executemany("INSERT INTO page VALUES (?, ?, ?, ?)", bodies)
        roots = np.zeros((len(prefixes), SIZE), dtype=np.uint8)
        if len(all_keys):
            hashes = submap_bulk.leaves(all_keys, all_values, self.hashing)
            first, subtrees = submap_bulk.merge(all_keys, hashes, 2 * _BITS, self.hashing)
            roots[np.searchsorted(prefixes, groups[first])] = subtrees
        empty = bounds[0] == bounds[1]
        return np.where(empty, ~prefixes, prefixes), roots, len(all_keys) - len(there)

    def _upper(
        self, raw: sqlite3.Connection, number: int, level: int, changed: NDArray[np.int64], roots: Bytes
    ) -> tuple[NDArray[np.int64], Bytes]:
        """Put changed subtrees into their pages above; a prefix turned over (``~``) is of a subtree now empty."""
        pages = self._pages(raw, number, level, changed, roots)
        bodies = []
        for prefix, page in pages.items():
            body = b"".join(child.to_bytes(2, "big") + root for child, root in page.items())
            bodies.append((level, prefix, number, body))
        raw.executemany("INSERT INTO page VALUES (?, ?, ?, ?)", bodies)
        prefixes = np.array(list(pages), dtype=np.int64)
        empty = np.array([not page for page in pages.values()])
        hashes = np.zeros((len(prefixes), SIZE), dtype=np.uint8)
        children = [(child, root) for page in pages.values() for child, root in page.items()]
        if children:
            width = level + 1
            keys = _matrix([child.to_bytes(width, "big") for child, _ in children], width)
            _, found = submap_bulk.merge(keys, _matrix([r for _, r in children], SIZE), level * _BITS, self.hashing)
            hashes[~empty] = found
        return np.where(empty, ~prefixes, prefixes), hashes

    def _pages(
        self, raw: sqlite3.Connection, number: int, level: int, changed: NDArray[np.int64], roots: Bytes
    ) -> dict[int, dict[int, bytes]]:
        """Return the changed pages of a level, in order: child → root, children in order, empty ones left out."""
        pages: dict[int, dict[int, bytes]] = {}
        data = roots.tobytes()
        for at, told in enumerate(changed.tolist()):
            child = told if told >= 0 else ~told
            above = child >> _BITS if level else 0
            if above not in pages:
                pages[above] = dict(self._children(raw, level, above, number))
            pages[above][child] = data[at * SIZE : (at + 1) * SIZE] if told >= 0 else b""
        return {above: {c: pages[above][c] for c in sorted(pages[above]) if pages[above][c]} for above in sorted(pages)}

    def _bodies(self, raw: sqlite3.Connection, prefixes: list[int], number: int) -> bytes:
        """Return what stands in these lowest pages, one after another; of many, by one pass over all."""
        if len(prefixes) < _PAGES_AT_ONCE:
            return b"".join(self._body(raw, 2, prefix, number) for prefix in prefixes)
        wanted = set(prefixes)
        rows = raw.execute("SELECT prefix, body, MAX(since) FROM page WHERE level = 2 AND since <= ? GROUP BY prefix", (number,))  # fmt: skip
        return b"".join(row[1] for row in rows if row[0] in wanted)

    def _body(self, raw: sqlite3.Connection, level: int, prefix: int, number: int) -> bytes:
        row = raw.execute(_PAGE, (level, prefix, number)).fetchone()
        return row[0] if row else b""

    def _children(self, raw: sqlite3.Connection, level: int, prefix: int, number: int) -> list[tuple[int, bytes]]:
        body, width = self._body(raw, level, prefix, number), 2 + SIZE
        return [(int.from_bytes(body[i : i + 2], "big"), body[i + 2 : i + width]) for i in range(0, len(body), width)]

    def prove(self, number: int, key: bytes) -> tuple[bytes | None, MapProof]:
        """Return the key's value under a checkpoint, or None, and the proof of either."""
        path: list[tuple[int, bytes]] = []
        prefix = 0
        with self._open() as raw:
            for level in (0, 1):
                children = self._children(raw, level, prefix, number)
                if not children:
                    return None, MapProof(())
                keys = [child.to_bytes(level + 1, "big").ljust(SIZE, b"\0") for child, _ in children]
                at, found = submap.prove(key, keys, [root for _, root in children], self.hashing)
                path[:0] = found.path
                prefix = children[at][0]
            body = self._body(raw, 2, prefix, number)
        entries = [(body[i : i + SIZE], body[i + SIZE : i + ENTRY]) for i in range(0, len(body), ENTRY)]
        hashes = [submap.leaf_of(k, v, self.hashing) for k, v in entries]
        at, found = submap.prove(key, [k for k, _ in entries], hashes, self.hashing)
        there, value = entries[at]
        whole = (*found.path, *path)
        return (value, MapProof(whole)) if there == key else (None, MapProof(whole, (there, value)))

    def keep_from(self, number: int) -> None:
        """Forget pages that only checkpoints before this one need."""
        with self._open() as raw:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(
                "DELETE FROM page WHERE since < ?1 AND EXISTS (SELECT 1 FROM page n WHERE n.level = page.level "
                "AND n.prefix = page.prefix AND n.since > page.since AND n.since <= ?1)",
                (number,),
            )
            raw.execute("DELETE FROM made WHERE number < ?", (number,))
            raw.execute("DELETE FROM reach WHERE number < ?", (number,))
            raw.execute("COMMIT")

    def forget(self) -> None:
        """Take the map away, to be made anew."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _matrix(pieces: list[bytes], width: int) -> Bytes:
    return np.frombuffer(b"".join(pieces), dtype=np.uint8).reshape(-1, width)


def ordered(keys: Bytes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the order that sorts the keys, and which places of it are the last of equal keys; equal keys keep their order."""
    words = np.ascontiguousarray(keys).view(">u8").astype(np.uint64)
    order = np.argsort(words[:, 0], kind="stable")
    same = words[order[1:], 0] == words[order[:-1], 0]
    if same.any():
        equal = (words[order[1:]] == words[order[:-1]]).all(axis=1)
        if not np.array_equal(same, equal):  # different keys that begin alike: sort by all of the key
            order = np.lexsort(words.T[::-1])
            equal = (words[order[1:]] == words[order[:-1]]).all(axis=1)
    else:
        equal = same
    return order, np.append(~equal, True) if len(keys) else np.empty(0, dtype=bool)
