"""What is looked up by what is given is found row by row, by its index, whatever PostgreSQL believes of the tables."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from support.builders import penalty
from xinheng.apps.records.store import store
from xinheng.apps.records.store.postgres import PostgresStore, _arrays, _cursor

ROWS = 400


@pytest.fixture
def plans(monkeypatch, transactional_db):
    """Return the plans of all look-ups made from now on, each under its query."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL's planner")
    seen: dict[str, str] = {}
    real = PostgresStore.join

    def join(self, sql, given, types, parameters=()):
        arrays, told = _arrays(given, types)
        head = (
            f"EXPLAIN WITH given AS MATERIALIZED (SELECT ordinality - 1 AS n, {', '.join(given)} FROM "
            f"unnest({arrays}) WITH ORDINALITY AS t ({', '.join(given)}, ordinality)) "
        )
        with self.by_index(), _cursor() as cursor:
            cursor.execute(head + sql.replace("%s", "%t"), [*told, *parameters])
            seen[sql] = "\n".join(line for (line,) in cursor.fetchall())
        return real(self, sql, given, types, parameters)

    monkeypatch.setattr(type(store()), "join", join)
    return seen


def test_look_ups_of_a_hand_in_go_by_the_index_of_what_is_given(plans, hand_in):
    rows = [penalty(doc_no=f"罚〔2026〕{n}号") for n in range(ROWS)]
    hand_in(rows)
    with (
        connection.cursor() as cursor
    ):  # the planner knows the tables, and that it is about to be asked for all of them
        cursor.execute("ANALYZE")
    plans.clear()
    hand_in([row | {"违法事实": "另一种说法"} for row in rows])
    assert len(plans) >= 5
    for sql, plan in plans.items():
        scans = re.findall(r"Scan (?:using \w+ )?on ((?:records|subjects)_\w+)(?! e| r)\b.*\n\s+(.*)", plan)
        found = {table: condition for table, condition in scans if table != "records_event"}
        read_whole = [t for t, c in found.items() if not c.startswith(("Index Cond:", "Recheck Cond:"))]
        assert not read_whole, f"{sql}\n{plan}"
        assert "Merge Join" not in plan, f"{sql}\n{plan}"
