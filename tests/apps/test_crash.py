"""Kill −9 at any point of a submission: it is taken up again or taken away, without loss or duplicate."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.processes import Installation
from support.builders import penalty
from support.postgres import postgres

ROWS = 330
BAD = 30


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    if os.environ.get("XINHENG_TEST_DATABASE") == "postgres":
        with postgres() as url:
            yield Installation(tmp_path, url)
    else:
        yield Installation(tmp_path)


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
    ("stage-before-commit", 4),
    ("stage-after-commit", 4),
    ("stage-before-commit", 9),
    ("stage-after-commit", 9),
    ("stage-after-commit", 10),
    ("accept-before-commit", 1),
    ("accept-after-commit", 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("point", "nth"), POINTS)
def test_a_killed_submission_is_neither_lost_nor_doubled(installation, file, point, nth):
    installation.run("prepare")
    installation.killed("hand_in", file, DIE_AT=point, DIE_NTH=str(nth))
    before = installation.run("census")
    assert before["visible"] in (0, ROWS - BAD)
    assert (before["visible"] > 0) == (point == "accept-after-commit")
    installation.run("recover")
    assert installation.run("hand_in", file)["state"] == "accepted"
    after = installation.run("census")
    assert {name: after[name] for name in GOOD} == GOOD
    assert (after["names"], after["found"], after["confirmations"]) == (1, 1, 0)


@pytest.mark.slow
def test_recovery_killed_on_its_way_recovers_the_next_time(installation, file):
    installation.run("prepare")
    installation.killed("hand_in", file, DIE_AT="stage-after-commit", DIE_NTH="8")
    installation.killed("recover", DIE_AT="stage-after-commit", DIE_NTH="3")
    assert installation.run("recover")["resumed"]
    assert installation.run("hand_in", file)["state"] == "accepted"
    after = installation.run("census")
    assert {name: after[name] for name in GOOD} == GOOD
