"""A backup is one tar file: a manifest, the database as of one instant, and the files that wait to be checked."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from xinheng.cli.outcome import CannotDo

FORMAT = 1
_MANIFEST, _DATABASE, _FILES = "manifest.json", "database", "submissions/"
_MANIFEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. It comes first in the file."""

    format: int
    version: str  # of the program
    created_at: str
    vendor: str  # sqlite, postgresql
    migrations: list[str]  # the shape of the tables
    database_sha256: str
    submissions: int  # how many hand-ins the register held


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def write(path: Path, manifest: Manifest, database: Path, files: Iterable[Path]) -> None:
    """Write a backup; it appears under its name only when it is whole and on the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar:
                text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2).encode()
                about = tarfile.TarInfo(_MANIFEST)
                about.size = len(text)
                tar.addfile(about, io.BytesIO(text))
                tar.add(database, _DATABASE)
                for file in files:
                    try:
                        tar.add(file, _FILES + file.name, recursive=False)
                    except FileNotFoundError:  # done with since it was listed
                        continue
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """Open a backup, or say that it is none."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            yield _manifest(tar), tar
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise CannotDo("backup.damaged", f"“{path}”不是完整的信衡备份文件，没有恢复：{error}。") from None


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != _MANIFEST or first.size > _MANIFEST_BYTES:
        raise ValueError("开头没有清单")
    stream = tar.extractfile(first)
    assert stream is not None
    manifest = Manifest(**json.load(stream))
    if manifest.format != FORMAT:
        raise ValueError(f"清单格式 {manifest.format} 不认识")
    return manifest


def unpack(tar: tarfile.TarFile, manifest: Manifest, database: Path, files: Path) -> int:
    """Unpack the database and the waiting files to these places; return how many files there were."""
    count, found = 0, False
    while (member := tar.next()) is not None:
        name = member.name.removeprefix(_FILES)
        # Nothing but plain files of the two known kinds: a name can never lead out of its folder.
        if member.isfile() and member.name == _DATABASE:
            _copy(tar, member, database)
            found = True
        elif (
            member.isfile()
            and member.name.startswith(_FILES)
            and name == Path(name).name
            and name not in ("", ".", "..")
        ):
            _copy(tar, member, files / name)
            count += 1
    if not found or digest_of(database) != manifest.database_sha256:
        raise ValueError("数据库的内容与清单不符")
    return count


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> None:
    stream = tar.extractfile(member)
    assert stream is not None
    with to.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        shutil.copyfileobj(stream, out, 1 << 20)
