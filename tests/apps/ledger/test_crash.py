"""Kill −9 after every step of the sequencer and of publishing, and two sequencers at once: one history, nothing lost or doubled."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from apps.processes import Installation
from support.builders import code, penalty
from support.postgres import postgres

_copies = count(1)
ROWS = 700  # several full tiles

# The steps of docs/formats/ledger.md, and a point in the middle of those that write many things.
POINTS = [
    ("before-cut-commit", 1),
    ("after-cut", 1),
    ("after-tile", 1),
    ("after-tile", 4),
    ("after-tile", 7),
    ("mid-tile", 3),
    ("before-map-commit", 1),
    ("after-map", 1),
    ("after-tiles", 1),
    ("before-swap-commit", 1),
    ("after-swap", 1),
    ("before-publish", 1),
    ("mid-publish", 1),
    ("after-publish-file", 1),
    ("after-publish", 1),
]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return an installation with one published checkpoint and much that waits for the next, to be copied."""
    folder = tmp_path_factory.mktemp("ledger")
    if os.environ.get("XINHENG_TEST_DATABASE") == "postgres":
        with postgres() as url, psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE ledger")
            installation = Installation(folder, url.replace("/postgres?", "/ledger?"))
            _fill(installation)
            yield installation
    else:
        installation = Installation(folder)
        _fill(installation)
        yield installation


def _fill(installation: Installation) -> None:
    installation.run("prepare")
    for number, rows in enumerate((20, ROWS)):
        path = installation.folder / f"{number}.jsonl"
        told = [penalty(doc_no=f"罚〔2026〕{number}-{n}号", subject_code=code(n % 90), subject_name=f"户{n % 90}") for n in range(rows)]  # fmt: skip
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in told), encoding="utf-8")
        installation.run("hand_in", str(path))
        if number == 0:
            installation.run("sequence")


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Installation:
    """Return a copy of it."""
    shutil.copytree(prepared.folder, tmp_path, dirs_exist_ok=True)
    if not prepared.database_url:
        return Installation(tmp_path)
    name = f"ledger{next(_copies)}"
    with psycopg.connect(prepared.database_url.replace("/ledger?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE ledger")
    return Installation(tmp_path, prepared.database_url.replace("/ledger?", f"/{name}?"))


@pytest.fixture(scope="module")
def wanted(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return what comes out when nothing goes wrong."""
    folder = tmp_path_factory.mktemp("wanted")
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    if not prepared.database_url:
        return Installation(folder).run("sequence")
    with psycopg.connect(prepared.database_url.replace("/ledger?", "/postgres?"), autocommit=True) as server:
        server.execute("CREATE DATABASE wanted TEMPLATE ledger")
    return Installation(folder, prepared.database_url.replace("/ledger?", "/wanted?")).run("sequence")


@pytest.mark.slow
@pytest.mark.parametrize(("point", "nth"), POINTS)
def test_a_killed_sequencer_goes_on_to_the_same_history(installation, wanted, point, nth):
    installation.killed("sequence", DIE_IN_LEDGER=point, DIE_NTH=str(nth))
    told = installation.run("sequence")
    assert told["wrong"] == []
    assert {n: told[n] for n in ("size", "root", "map_root", "published", "checkpoints")} == {
        n: wanted[n] for n in ("size", "root", "map_root", "published", "checkpoints")
    }


@pytest.mark.slow
def test_killed_again_and_again_it_still_arrives(installation, wanted):
    for point in ("after-cut", "after-map", "after-tile", "after-tiles", "after-swap", "before-publish"):
        installation.killed("sequence", DIE_IN_LEDGER=point)
    told = installation.run("sequence")
    assert (told["wrong"], told["root"], told["published"]) == ([], wanted["root"], wanted["published"])


@pytest.mark.slow
def test_a_torn_file_is_written_again(installation, wanted):
    """A power cut may leave a name without its content, above what was signed."""
    installation.killed("sequence", DIE_IN_LEDGER="after-tiles")
    files = sorted((installation.folder / "ledger" / "tree" / "tile").rglob("*"), key=lambda p: p.stat().st_mtime)
    torn = [path for path in files if path.is_file()][-3:]
    for path in torn:
        path.write_bytes(b"")
    told = installation.run("sequence")
    assert (told["wrong"], told["root"]) == ([], wanted["root"])


@pytest.mark.slow
def test_two_sequencers_at_once_make_one_history(installation, wanted):
    both = [installation.begin("sequence", "together") for _ in range(2)]
    told = [installation.end(process) for process in both]
    after = installation.run("sequence")
    assert [one["wrong"] for one in (*told, after)] == [[], [], []]
    assert (after["root"], after["checkpoints"]) == (wanted["root"], wanted["checkpoints"])
