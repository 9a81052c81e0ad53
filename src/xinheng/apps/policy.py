"""The policy data this installation runs on: its folder of policy, and the editions it has decided itself. Read once for each state."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from xinheng.core.policy import load_policy
from xinheng.core.policy.model import Policy

_STAMP = "stamp"


@lru_cache(maxsize=2)
def _load(root: Path, authority: str) -> Policy:
    return load_policy(root, authority=authority, overlay=overlay())


def overlay() -> Path | None:
    """Return the folder of editions decided here; None where nothing was ever decided."""
    folder = overlay_folder()
    return folder if (folder / _STAMP).is_file() else None


def overlay_folder() -> Path:
    """Return where editions decided here lie: beside the database, not in the source."""
    return Path(settings.XINHENG_VAR) / "policy"


def current_policy() -> Policy:
    """Return the policy of the authority this installation serves, as it is at this moment."""
    _follow()
    return _load(settings.XINHENG_POLICY, settings.XINHENG_AUTHORITY)


def stamp() -> None:
    """Say that the editions decided here have changed: every process reads them anew at its next question."""
    folder = overlay_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = folder / f".{_STAMP}"
    waiting.write_bytes(b"")
    waiting.replace(folder / _STAMP)


_seen: list[object] = [None]


@lru_cache(maxsize=4)
def _stamp_of(var: Path) -> str:
    # Asked for with every question: building the path took longer than looking.
    return str(Path(var) / "policy" / _STAMP)


def _follow() -> None:
    path = _stamp_of(settings.XINHENG_VAR)
    try:
        told = os.stat(path)
        there: object = (path, told.st_mtime_ns, told.st_ino)
    except OSError:
        there = None
    if there != _seen[0]:
        _seen[0] = there
        if hasattr(_load, "cache_clear"):
            _load.cache_clear()
