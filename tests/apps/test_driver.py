"""Several questions asked of one state of the register."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import DatabaseError, connection, transaction

from xinheng.apps import driver
from xinheng.apps.intake.models import Register

_POSITION = "SELECT position FROM intake_register WHERE id = 1"


@pytest.fixture
def register(transactional_db):
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL each question is asked by itself")
    Register.objects.update_or_create(pk=1, defaults={"position": 1})


def _write(position: int) -> None:
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("UPDATE intake_register SET position = ? WHERE id = 1", [position])
    other.commit()
    other.close()


def test_what_is_written_meanwhile_is_seen_afterwards(register):
    with driver.one_state() as steady:
        before = driver.rows(_POSITION)
        _write(2)
        assert steady
        assert driver.rows(_POSITION) == before == [(1,)]
    assert driver.rows(_POSITION) == [(2,)]


def test_a_fault_leaves_no_transaction_open(register):
    with pytest.raises(DatabaseError), driver.one_state():
        driver.rows("SELECT nothing FROM nowhere")
    assert not connection.connection.in_transaction
    with transaction.atomic():
        Register.objects.update(position=3)
    assert driver.rows(_POSITION) == [(3,)]


@pytest.mark.django_db
def test_inside_of_a_transaction_it_is_as_the_transaction_has_it():
    with transaction.atomic(), driver.one_state() as steady:
        assert not steady
