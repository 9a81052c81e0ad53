"""What a witness has co-signed last, for each log: one row, replaced only together with the check that allows it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger.checkpoint import Checkpoint
from xinheng.core.ledger.note import parse

_TABLE = "CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL)"
_PUT = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note"
# What was seen → the note to remember now (None: nothing), and whatever the caller wants to know.
Decide = Callable[[Checkpoint | None], str | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """The file a witness remembers in."""

    path: Path

    def _open(self) -> sqlite3.Connection:
        raw = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        raw.execute("PRAGMA synchronous=FULL")  # an answer once given must be remembered after a power cut
        raw.execute(_TABLE)
        return raw

    def note(self, origin: str) -> str | None:
        """Return the checkpoint of a log co-signed last, with our cosignature."""
        with closing(self._open()) as raw:
            row = raw.execute("SELECT note FROM seen WHERE origin = ?", (origin,)).fetchone()
        return row[0] if row else None

    def all(self) -> list[tuple[str, int]]:
        """Return origin and size of each log."""
        with closing(self._open()) as raw:
            return raw.execute("SELECT origin, size FROM seen ORDER BY origin").fetchall()

    def update(self, origin: str, decide: Decide) -> None:
        """Let ``decide`` look at what was seen and say what to remember, with nobody in between; it is on the disk on return."""
        with closing(self._open()) as raw:
            raw.execute("BEGIN IMMEDIATE")
            try:
                row = raw.execute("SELECT note FROM seen WHERE origin = ?", (origin,)).fetchone()
                note = decide(heads.read(parse(row[0]).text) if row else None)
                if note is not None:
                    raw.execute(_PUT, (origin, heads.read(parse(note).text).size, note))
                raw.execute("COMMIT")
            except BaseException:
                raw.execute("ROLLBACK")
                raise
