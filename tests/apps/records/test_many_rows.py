"""Many rows in one statement: none is lost where the statements end, and the count is of those inserted."""

from __future__ import annotations

import pytest
from django.db import connection

from xinheng.apps.records.models import Record
from xinheng.apps.records.store.sqlite import _MARKS, _RECORD, _insert_rows

FULL = _MARKS // 3  # rows of a full statement: a record is written with three columns


@pytest.fixture(autouse=True)
def on_sqlite(db):
    """Skip where the register is not an SQLite file."""
    if connection.vendor != "sqlite":
        pytest.skip("about statements of SQLite")


def _records(ids):
    return [list(ids), ["adm.penalty"] * len(ids), [n.to_bytes(16) for n in ids]]


@pytest.mark.parametrize("count", [0, 1, FULL - 1, FULL, FULL + 1, 3 * FULL, 3 * FULL + 7])
def test_every_row_is_inserted_once(count):
    assert _insert_rows(_RECORD, _records(range(1, count + 1))) == count
    assert [(n, bytes(key)) for n, key in Record.objects.order_by("pk").values_list("pk", "key")] == [
        (n, n.to_bytes(16)) for n in range(1, count + 1)
    ]


def test_rows_already_there_are_not_counted():
    _insert_rows(_RECORD, _records(range(FULL - 5, FULL + 6)))
    assert _insert_rows(_RECORD, _records(range(1, 2 * FULL))) == 2 * FULL - 1 - 11


@pytest.mark.parametrize("longer", [0, 2])
def test_columns_of_unequal_length_are_refused(longer):
    columns = _records(range(1, FULL + 1))
    columns[longer].append(columns[longer][0])
    with pytest.raises(ValueError, match="zip"):
        _insert_rows(_RECORD, columns)
