"""The difference a step makes asks about each record by itself, whatever PostgreSQL believes of the tables."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from support.builders import penalty
from xinheng.apps.records.counting.difference import State, _once, _shown
from xinheng.apps.records.store import store

ROWS = 600
BY_RECORD = ("Index Cond: (record_id =", "Recheck Cond: (record_id =")


@pytest.mark.django_db(transaction=True)
def test_tables_are_never_joined_whole(hand_in):
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL's planner")
    for n in range(12):  # one record in many versions: the index by record looks as if it told nothing apart
        hand_in([penalty(doc_no="罚〔2025〕1号", facts=f"事实{n}")])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_version; ANALYZE intake_submission")
    last = hand_in([penalty(doc_no=f"罚〔2026〕{n}号") for n in range(ROWS)])
    before = State(last.position - 1, 0)
    told = f"SELECT record_id FROM records_version WHERE submission_id = {last.pk}"
    for state in (before, before.with_submissions([last.pk], ())):
        plan = _plan(f"WITH given AS MATERIALIZED ({told}) {_shown(state)}")
        assert "Anti Join" not in plan
        assert len(_found(plan, "[vw]")) == 2
        assert all(found.startswith(BY_RECORD) for found in _found(plan, "[vw]"))
    plan = _plan(_once([last.pk]))
    assert "Anti Join" not in plan
    assert [found.startswith(BY_RECORD) for found in _found(plan, "w")] == [True]


def _plan(sql: str) -> str:
    with store().by_index(), connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql.replace("%s", "now()"))
        return "\n".join(line for (line,) in cursor.fetchall())


def _found(plan: str, names: str) -> list[str]:
    """Return by what condition rows of the versions called so are found."""
    return re.findall(rf"Scan (?:using \w+ )?on records_version {names}.*\n\s+(.*)", plan)
