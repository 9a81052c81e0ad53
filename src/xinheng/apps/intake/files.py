"""The files handed in: kept under the hash of their content until their submission is done with, then forgotten."""

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

from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.refusals import FileGone

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


def path_of(submission: Submission) -> Path:
    """Return where the file of a submission waits; raise FileGone where it does not."""
    path = _place(submission.file_sha256, submission.file_name)
    if not path.is_file() or path.stat().st_size != submission.size:
        raise FileGone(ref=submission.ref)
    return path


def forget(submission: Submission) -> None:
    """Delete the file of a submission, unless another one rests on the same content."""
    shared = Submission.objects.filter(file_sha256=submission.file_sha256, file_name=submission.file_name)
    if not shared.exclude(pk=submission.pk).exists():
        _place(submission.file_sha256, submission.file_name).unlink(missing_ok=True)


def room_for(size: int) -> bool:
    """Say whether the disk has room for a file and for what it becomes in the register."""
    return shutil.disk_usage(folder()).free > 4 * size + (64 << 20)
