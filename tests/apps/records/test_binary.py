"""What is packed for PostgreSQL comes out of it as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import psycopg
import pytest
from django.db import DataError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinheng.apps.records.store import binary, store
from xinheng.apps.records.store.postgres import PostgresStore

pytestmark = pytest.mark.django_db
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
VALUES = {
    "bool": st.booleans(),
    "bytea": st.binary(max_size=40),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "text": texts | st.integers(4_000, 4_200).map("衡".__mul__),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "jsonb": st.just('{"甲": [1, null]}'),
}
NAMED, TYPED = '"{0}"', '"{0}" {0}'
ROWS = st.lists(st.tuples(*(st.none() | values for values in VALUES.values())), max_size=8)
FIRM = st.lists(st.tuples(*VALUES.values()), min_size=1, max_size=8)


@pytest.fixture(autouse=True)
def _only_there(db):
    if connection.vendor != "postgresql":
        pytest.skip("the form of PostgreSQL")


def told(rows: list[tuple]) -> list[tuple[Any, ...]]:
    """What the server hands back: JSON as what it says."""
    return [(*row[:-1], {"甲": [1, None]} if row[-1] else None) for row in rows]


@given(rows=ROWS | FIRM)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arrays(rows):
    columns = {name: [row[n] for row in rows] for n, name in enumerate(VALUES)}
    columns = {f"c_{name}": values for name, values in columns.items()}
    found = store().join(f"SELECT {', '.join(columns)} FROM given ORDER BY n", columns, tuple(VALUES))
    assert found == told(rows)


@given(rows=ROWS | FIRM)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows(rows):
    frame = pl.DataFrame({k: binary.column_of([row[n] for row in rows], k) for n, k in enumerate(VALUES)})
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS packed")
        cursor.execute(f"CREATE TEMP TABLE packed (n bigserial, {', '.join(map(TYPED.format, VALUES))})")
    names, packed = binary.rows(frame, {kind: kind for kind in VALUES})
    with psycopg.Cursor(connection.connection) as cursor:
        with cursor.copy(f"COPY packed ({', '.join(map(NAMED.format, names))}) FROM STDIN (FORMAT binary)") as copy:
            for piece in packed:
                copy.write(piece)
        cursor.execute(f"SELECT {', '.join(map(NAMED.format, VALUES))} FROM packed ORDER BY n", binary=True)
        assert cursor.fetchall() == told(rows)


def test_what_the_server_does_not_take_is_a_fault_of_the_data():
    frame = pl.DataFrame({"id": [1], "item": ["a\0b"], "key": [b"k"]})
    with pytest.raises(DataError):
        PostgresStore()._copier("records_record", frame, {"id": "bigint", "item": "text", "key": "bytea"})()
