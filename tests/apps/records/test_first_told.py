"""Where a block was new to the register the next is taken for new: making its records says whether it is."""

from __future__ import annotations

import pytest
from django.db import connection

from support.builders import penalty
from support.files import statements_xlsx
from xinheng.apps.records import staging
from xinheng.apps.records.models import Record, Version
from xinheng.apps.records.store import store


@pytest.fixture
def answers(monkeypatch, transactional_db):
    """Take even the smallest block for worth it; return what the store answered, block after block."""
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite records are made with their versions")
    told: list[bool] = []
    real = type(store()).first_told

    def first_told(self, item, keys):
        made = real(self, item, keys)
        told.append(made is not None)
        return made

    monkeypatch.setattr(type(store()), "first_told", first_told)
    monkeypatch.setattr(staging, "_WORTH_A_CONNECTION", 1)
    return told


def test_new_blocks_are_told_without_asking_and_each_version_finds_its_record(answers, hand_in, tmp_path):
    sheets = [[penalty() for _ in range(7)] for _ in range(3)]
    first = hand_in([], source=statements_xlsx(tmp_path / "first.xlsx", *sheets))
    assert (first.counts["new"], Version.objects.count(), Record.objects.count()) == (21, 21, 21)
    assert answers == [True, True]
    # Were a version put to another's record, its key would now find what says something else.
    again = hand_in(
        [], source=statements_xlsx(tmp_path / "again.xlsx", [row for sheet in reversed(sheets) for row in sheet])
    )
    assert (again.counts["unchanged"], again.counts["new"], again.counts["versions"]) == (21, 0, 0)


def test_a_block_with_one_known_statement_is_asked_about_like_any_other(answers, hand_in, tmp_path):
    known = penalty()
    hand_in([known])
    changed = known | {"违法事实": "更正后的事实"}
    sheets = [
        [penalty() for _ in range(4)],
        [penalty(), changed, penalty()],
        *([penalty() for _ in range(2)] for _ in range(2)),
    ]
    told = hand_in([], source=statements_xlsx(tmp_path / "mixed.xlsx", *sheets))
    assert (told.counts["new"], told.counts["versions"], told.counts["returned"]) == (10, 1, 0)
    assert answers == [False]  # and nothing of this hand-in is taken for new any more
    assert Record.objects.count() == 11


def test_what_only_this_hand_in_has_told_is_told_twice(answers, hand_in, tmp_path):
    rows = [penalty() for _ in range(3)]
    told = hand_in(
        [], source=statements_xlsx(tmp_path / "twice.xlsx", rows, [penalty(), rows[1]], [penalty()]), certify=False
    )
    assert (told.counts["new"], told.counts["unchanged"]) == (5, 1)
    assert Version.objects.count() == Record.objects.count() == 5
