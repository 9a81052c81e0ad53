"""What is still on its way to the register is waited for by what asks about it."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from support.builders import penalty
from support.files import statements_xlsx
from xinheng.apps.records import staging
from xinheng.apps.records.models import LinkTask, Record, Version
from xinheng.apps.records.store import store


@pytest.fixture
def slow_writer(monkeypatch, transactional_db):
    """Write behind, and so slowly that planning is always ahead."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: there nothing is written behind")
    real = type(store()).packed

    def slow(self, versions, numbers):
        write = real(self, versions, numbers)
        return lambda: time.sleep(0.3) or write()

    monkeypatch.setattr(type(store()), "packed", slow)
    monkeypatch.setattr(staging, "_WORTH_A_CONNECTION", 1)


def test_a_later_sheet_sees_what_an_earlier_one_has_only_handed_over(slow_writer, hand_in, tmp_path):
    rows = [penalty() for _ in range(3)]
    other = rows[1] | {"违法事实": "另一种说法"}
    hand_in([], source=statements_xlsx(tmp_path / "two.xlsx", rows, [rows[0], other, penalty()]), certify=False)
    assert Version.objects.count() == Record.objects.count() == 4


def test_rows_without_a_certain_subject_are_queued_though_written_behind(slow_writer, hand_in):
    rows = [penalty(subject_code=None, subject_name=f"无码单位{n}", regno=None) for n in range(3)]
    told = hand_in(rows, certify=False)
    assert (told.counts["waiting"], LinkTask.objects.count()) == (3, 3)
