"""Kill −9 at any point of a submission: it is taken up again or taken away, without loss or duplicate."""

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
from support.builders import penalty
from support.postgres import postgres

_copies = count(1)
ROWS = 330
BAD = 30


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return an installation with departments and officers, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    if os.environ.get("XINHENG_TEST_DATABASE") == "postgres":
        with postgres() as url:
            installation = Installation(folder, url.replace("/postgres?", "/prepared?"))
            with psycopg.connect(url, autocommit=True) as server:
                server.execute("CREATE DATABASE prepared")
            installation.run("prepare")
            yield installation
    else:
        installation = Installation(folder)
        installation.run("prepare")
        yield installation


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Installation:
    """Return a copy of the prepared installation."""
    if not prepared.database_url:
        shutil.copytree(prepared.folder, tmp_path, dirs_exist_ok=True)
        return Installation(tmp_path)
    name = f"copy{next(_copies)}"
    with psycopg.connect(prepared.database_url.replace("/prepared?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE prepared")
    return Installation(tmp_path, prepared.database_url.replace("/prepared?", f"/{name}?"))


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "penalties.jsonl"
    rows = [penalty(doc_no=f"罚〔2026〕{n}号", facts=None if n % 11 == 10 else "事实") for n in range(ROWS)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return str(path)


GOOD = {"visible": ROWS - BAD, "versions": ROWS - BAD, "records": ROWS - BAD, "returned": BAD, "submissions": 1}

# Transactions of staging: 1 subject, 2 its code, 3 its name, 4–9 versions, 10 returned rows; one of acceptance.
POINTS = [
    ("stage-before-commit", 1),
    ("stage-after-commit", 3),
    ("stage-before-commit", 6),
    ("stage-after-commit", 9),
    ("stage-after-commit", 10),
    ("accept-before-commit", 1),
    ("accept-after-commit", 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("point", "nth"), POINTS)
def test_a_killed_submission_is_neither_lost_nor_doubled(installation, file, point, nth):
    installation.killed("hand_in", file, DIE_AT=point, DIE_NTH=str(nth))
    told = installation.run("settle", file)
    assert told["before"]["visible"] == (ROWS - BAD if point == "accept-after-commit" else 0)
    assert told["again"]["state"] == "accepted"
    after = told["after"]
    assert {name: after[name] for name in GOOD} == GOOD
    assert (after["names"], after["found"], after["confirmations"]) == (1, 1, 0)


@pytest.mark.slow
def test_recovery_killed_on_its_way_recovers_the_next_time(installation, file):
    installation.killed("hand_in", file, DIE_AT="stage-after-commit", DIE_NTH="8")
    installation.killed("recover", DIE_AT="stage-after-commit", DIE_NTH="3")
    told = installation.run("settle", file)
    assert told["recovered"]["resumed"]
    assert {name: told["after"][name] for name in GOOD} == GOOD
