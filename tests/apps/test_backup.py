"""A copy that is whole brings everything back; a damaged one changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection

from support.builders import AT, later, penalty
from xinheng.apps import backup
from xinheng.apps.intake.models import Submission
from xinheng.apps.records import integrity, queries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sqlite_only():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is copied by its own pg_dump, which must match the server's version")


def test_a_copy_brings_everything_back(sqlite_only, hand_in, tmp_path):
    submission = hand_in([penalty()])
    manifest = backup.backup(folder=tmp_path / "copy", at=AT)
    assert any(name.startswith("submissions/") for name in manifest["files"])
    hand_in([penalty()], at=later(hours=1))
    for path in (tmp_path / "submissions").iterdir():
        path.unlink()
    backup.restore(folder=tmp_path / "copy")
    assert [s.ref for s in Submission.objects.all()] == [submission.ref]
    assert queries.current().count() == 1
    assert len(list((tmp_path / "submissions").iterdir())) == 1
    assert integrity.dangling() == {}


@pytest.mark.parametrize("harm", ["one byte", "a file gone", "manifest gone", "manifest cut", "wrong list"])
def test_a_damaged_copy_is_refused_and_nothing_changes(sqlite_only, hand_in, tmp_path, harm):
    hand_in([penalty()])
    folder = tmp_path / "copy"
    backup.backup(folder=folder, at=AT)
    _harm(folder, harm)
    hand_in([penalty()], at=later(hours=1))
    with pytest.raises(backup.BackupDamaged):
        backup.restore(folder=folder)
    assert queries.current().count() == 2


def _harm(folder: Path, harm: str) -> None:
    database, manifest = folder / backup.SQLITE, folder / backup.MANIFEST
    if harm == "one byte":
        content = bytearray(database.read_bytes())
        content[len(content) // 2] ^= 1
        database.write_bytes(content)
    elif harm == "a file gone":
        database.unlink()
    elif harm == "manifest gone":
        manifest.unlink()
    elif harm == "manifest cut":
        manifest.write_text(manifest.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    else:
        manifest.write_text(json.dumps([1]), encoding="utf-8")


def test_a_copy_never_overwrites_another(hand_in, tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "something").touch()
    with pytest.raises(backup.BackupExists):
        backup.backup(folder=tmp_path / "copy", at=AT)


def test_a_copy_of_the_other_database_is_refused(sqlite_only, hand_in, tmp_path):
    folder = tmp_path / "copy"
    backup.backup(folder=folder, at=AT)
    manifest = json.loads((folder / backup.MANIFEST).read_text(encoding="utf-8")) | {"database": "postgresql"}
    (folder / backup.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(backup.OtherDatabase):
        backup.restore(folder=folder)


def test_a_tool_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(backup.ToolMissing) as told:
        backup._run_tool("pg_dump")
    assert "pg_dump" in str(told.value)
