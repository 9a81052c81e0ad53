"""What is looked up by what is given is found row by row, by its index, whatever PostgreSQL believes of the tables."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from support.builders import penalty
from xinheng.apps.records.store.postgres import PostgresStore

ROWS = 400


@pytest.fixture
def plans(monkeypatch, transactional_db):
    """Return the plans of all look-ups made from now on, each under its query."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL's planner")
    seen: dict[str, str] = {}
    real = PostgresStore._look_up

    def look_up(self, sql, parameters):
        seen[sql] = "\n".join(line for (line,) in real(self, f"EXPLAIN {sql}", parameters))
        return real(self, sql, parameters)

    monkeypatch.setattr(PostgresStore, "_look_up", look_up)
    return seen


def test_look_ups_of_a_hand_in_go_by_the_index_of_what_is_given(plans, hand_in):
    rows = [penalty(doc_no=f"罚〔2026〕{n}号") for n in range(ROWS)]
    hand_in(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner knows the tables, and that it is about to be asked for all of them
    plans.clear()
    hand_in([row | {"违法事实": "另一种说法"} for row in rows])
    tables = set()
    for sql, plan in plans.items():
        scans = re.findall(r"Scan (?:using \w+ )?on ((?:records|subjects)_\w+).*\n\s+(.*)", plan)
        tables |= {table for table, _ in scans}
        read_whole = [table for table, by in scans if not by.startswith(("Index Cond:", "Recheck Cond:"))]
        assert not read_whole, f"{sql}\n{plan}"
        assert "Merge Join" not in plan, f"{sql}\n{plan}"
    assert {"records_record", "records_version", "subjects_identifier", "subjects_name"} <= tables
