"""A disk that really fills up: at upload, at staging, at acceptance. Clear words, nothing lost, and it goes on once there is room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.processes import Installation
from support.builders import penalty

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="a small disk of its own takes the right to mount one"
)
ROWS = 3000
_MB = 1 << 20


class Disk:
    """A small disk, and a file that fills it."""

    def __init__(self, place: Path) -> None:
        self.place, self.filler = place, place / "filler"

    def leave(self, free: int) -> None:
        """Fill the disk until so many bytes are left."""
        self.filler.unlink(missing_ok=True)
        stat = os.statvfs(self.place)
        with self.filler.open("wb") as file:
            left = stat.f_bavail * stat.f_frsize - free
            while left > 0:
                file.write(b"x" * min(left, _MB))
                left -= _MB

    def clear(self) -> None:
        self.filler.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a small disk")
    yield Disk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def installation(disk: Disk) -> Installation:
    place = Installation(disk.place / "var")
    place.folder.mkdir()
    place.run("prepare")
    return place


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "penalties.jsonl"
    rows = [penalty(doc_no=f"罚〔2026〕{n}号", facts="经查，当事人未按规定公示。" * 15) for n in range(ROWS)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return str(path)


def refused(said: dict[str, str]) -> None:
    assert said["refused"] == "storage.full"
    assert "存储空间不足" in said["message"]
    assert "已入库的数据不受影响" in said["message"]


def held(installation: Installation) -> dict[str, int]:
    return installation.run("census")


def settled(installation: Installation, file: str) -> None:
    """After room was made: everything is there exactly once."""
    after = installation.run("settle", file)
    assert after["again"]["state"] == "accepted"
    assert (after["after"]["visible"], after["after"]["versions"], after["after"]["submissions"]) == (ROWS, ROWS, 1)


def test_at_upload(installation, disk, file):
    disk.leave(Path(file).stat().st_size // 2)
    refused(installation.run("receive", file))
    assert held(installation)["submissions"] == 0
    assert [p.name for p in (installation.folder / "submissions").iterdir()] == []
    disk.clear()
    settled(installation, file)


def test_while_the_file_is_being_copied(installation, disk, file, tmp_path):
    """There was room at first, and the copy itself fills the disk."""
    large = tmp_path / "large.jsonl"
    shutil.copy(file, large)
    with large.open("ab") as end:
        end.write(b"\n" * (90 * _MB))
    disk.leave(80 * _MB)
    refused(installation.run("receive", str(large)))
    assert held(installation)["submissions"] == 0
    assert [p.name for p in (installation.folder / "submissions").iterdir()] == []


def test_at_staging(installation, disk, file):
    ref = installation.run("receive", file)["ref"]
    disk.leave(2 * _MB)
    refused(installation.run("check", ref))
    assert held(installation)["visible"] == 0
    disk.clear()
    settled(installation, file)


@pytest.mark.parametrize("left", [0, 8192, 65536])
def test_at_acceptance(installation, disk, file, left):
    ref = installation.run("receive", file)["ref"]
    assert installation.run("check", ref)["state"] == "checked"
    disk.leave(left)
    said = installation.run("accept", ref)
    disk.clear()  # on a disk without one free page SQLite cannot even be opened to be read
    if "refused" in said:  # with a little left it may just fit: then it is in, and whole
        refused(said)
        assert held(installation)["visible"] == 0
    else:
        assert said["state"] == "accepted"
        assert held(installation)["visible"] == ROWS
    settled(installation, file)
