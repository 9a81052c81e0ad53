"""The difference a step makes asks about each record by itself, whatever PostgreSQL believes of the tables."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from support.builders import penalty
from xinheng.apps.records.counting.difference import State, _shown, _touched
from xinheng.apps.records.store import store

ROWS = 600


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
    for state in (before, before.with_submissions([last.pk], ())):
        with store().by_index(), connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + _shown(state, _touched([last.pk], 0, 0)).replace("%s", "now()"))
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Anti Join" not in plan
        scans = re.findall(r"Scan (?:using \w+ )?on records_version [vw].*\n\s+(.*)", plan)
        assert len(scans) == 2
        assert all(scan.startswith(("Index Cond: (record_id =", "Recheck Cond: (record_id =")) for scan in scans)
