"""The files handed in: kept under the hash of their content until ``keeping`` says that their time is over."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.conf import settings

from xinheng.apps.clock import local_date
from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.refusals import FileGone, OriginalErased

_PIECE = 1 << 20
_LONGEST_SUFFIX = 10

Handed = Path | bytes | BinaryIO | Iterable[Mapping[str, Any]]  # a file, its bytes, an upload, or rows


@dataclass(frozen=True, slots=True)
class Kept:
    """A file received in full."""

    name: str
    sha256: str
    size: int


def folder() -> Path:
    """Return where files wait, readable by the server alone."""
    path = Path(settings.XINHENG_VAR) / "submissions"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(source: Handed, *, name: str | None = None) -> Kept:
    """Copy what is handed in to where it waits; nothing half-written is ever seen under its name."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _keep(file, name or source.name)
    if isinstance(source, bytes):
        return _keep_pieces([source], name or "data.csv")
    if hasattr(source, "read"):
        return _keep(source, name or getattr(source, "name", "data"))
    return _keep_pieces((orjson.dumps(row) + b"\n" for row in source), name or "rows.jsonl")


def _keep(file: BinaryIO, name: str) -> Kept:
    return _keep_pieces(iter(lambda: file.read(_PIECE), b""), name)


def _keep_pieces(pieces: Iterable[bytes], name: str) -> Kept:
    name = Path(name).name[-255:]
    digest, size = sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder(), prefix=".receiving-")
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, _place(digest.hexdigest(), name))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Kept(name=name, sha256=digest.hexdigest(), size=size)


def _place(digest: str, name: str) -> Path:
    suffix = Path(name).suffix.lower()
    return folder() / (digest + (suffix if len(suffix) <= _LONGEST_SUFFIX and suffix[1:].isalnum() else ""))


def place_of(submission: Submission) -> Path:
    """Return where the file of a submission is, or was."""
    return _place(submission.file_sha256, submission.file_name)


def path_of(submission: Submission) -> Path:
    """Return where the file of a submission waits; raise OriginalErased where its time is over, FileGone where it is lost."""
    if submission.original_erased_at is not None:
        raise OriginalErased(day=local_date(submission.original_erased_at), rule=submission.original_erased_by)
    path = place_of(submission)
    if not path.is_file() or path.stat().st_size != submission.size:
        raise FileGone(ref=submission.ref)
    return path


def room_for(size: int) -> bool:
    """Say whether the disk has room for a file and for what it becomes in the register."""
    return shutil.disk_usage(folder()).free > 4 * size + (64 << 20)
