"""Where packages lie, and what is known of each: its state as of the last build, its files with their checksums."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import file_digest
from pathlib import Path

import orjson
from django.conf import settings

STATE, DESCRIPTOR, SUMS, REMOVED = "state.json", "datapackage.json", "SHA256SUMS", "tombstones.csv"
FILES = {
    "data.csv": "text/csv; charset=utf-8",
    "data.jsonl": "application/jsonl",
    "data.parquet": "application/vnd.apache.parquet",
    REMOVED: "text/csv; charset=utf-8",
    DESCRIPTOR: "application/json",
    SUMS: "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a package was built from and for."""

    item: str
    position: int  # of the register
    event: int
    day: date
    policy: str
    rows: int
    next_end: date | None  # the first day on which something in it must be deleted
    files: dict[str, dict[str, str | int]] = field(default_factory=dict)  # name → bytes, sha256

    def fresh(self, on: date) -> bool:
        """Say whether everything in the package may still be handed out on this day."""
        return self.next_end is None or self.next_end >= on


def folder() -> Path:
    """Return where packages lie."""
    return Path(settings.XINHENG_VAR) / "opendata"


def state_of(item_id: str) -> State | None:
    """Return what is known of an item's package; None where there is none."""
    path = folder() / item_id / STATE
    if not path.is_file():
        return None
    told = orjson.loads(path.read_bytes())
    days = {name: date.fromisoformat(told[name]) if told[name] else None for name in ("day", "next_end")}
    return State(**told | days)


def all_states() -> list[State]:
    """Return every package there is."""
    return [s for path in sorted(folder().glob(f"*/{STATE}")) if (s := state_of(path.parent.name)) is not None]


def written(state: State) -> bytes:
    """Return a state as it is stored."""
    return orjson.dumps(asdict(state), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def measured(path: Path) -> dict[str, str | int]:
    """Return size and checksum of a file."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": file_digest(file, "sha256").hexdigest()}
