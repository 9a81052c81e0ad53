"""Writing behind: in order, on a connection of its own; a fault is told, and nothing after it is written."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection

from support.builders import later, penalty
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import Submission
from xinheng.apps.records import queries, staging
from xinheng.apps.records.models import Version
from xinheng.apps.records.store import store
from xinheng.apps.records.store.behind import Behind
from xinheng.core.refusal import Refusal


@pytest.fixture
def behind():
    made = Behind()
    yield made
    made.close()


def packed(work):
    """Return a packing that has nothing to pack."""
    return lambda: work


def test_pieces_are_done_in_order_beside_the_caller(behind):
    done: list[tuple[int, bool]] = []
    here = threading.get_ident()
    for n in range(12):
        behind.do(packed(lambda n=n: done.append((n, threading.get_ident() == here))))
    behind.settle()
    assert done == [(n, False) for n in range(12)]


def test_each_piece_tells_when_it_is_done(behind):
    go = threading.Event()
    first, second = behind.do(packed(lambda: None)), behind.do(packed(lambda: go.wait(10) and None))
    first.result(10)
    assert not second.done()
    go.set()
    second.result(10)


def test_a_fault_is_told_at_the_next_call(behind):
    def fault() -> None:
        raise OSError("the disk is full")

    piece = behind.do(packed(fault))
    piece.exception(10)
    with pytest.raises(OSError, match="the disk is full"):
        behind.do(packed(lambda: None))


def test_a_fault_is_raised_to_the_caller_and_nothing_after_it_is_done(behind):
    done: list[int] = []
    go = threading.Event()

    def fault() -> None:
        go.wait(10)
        raise OSError("the disk is full")

    behind.do(packed(fault))
    behind.do(packed(lambda: done.append(1)))
    go.set()
    with pytest.raises(OSError, match="the disk is full"):
        behind.settle()
    behind.do(packed(lambda: done.append(2)))
    behind.settle()
    assert done == []


def test_a_fault_in_packing_is_one_in_writing(behind):
    done: list[int] = []

    def fault():
        raise MemoryError("too much")

    behind.do(fault).exception(10)
    with pytest.raises(MemoryError, match="too much"):
        behind.do(packed(lambda: done.append(1)))
    behind.settle()
    assert done == []


def test_the_next_is_packed_while_one_is_written(behind):
    ready = threading.Event()
    behind.do(packed(lambda: ready.wait(10) or pytest.fail("packing waited for the writing")))
    behind.do(lambda: ready.set() or (lambda: None))
    behind.settle()


def test_closing_waits_for_the_piece_in_hand_and_leaves_out_the_others():
    behind, done, begun, go = Behind(), [], threading.Event(), threading.Event()

    def piece() -> None:
        begun.set()
        go.wait(10)
        done.append("in hand")

    behind.do(packed(piece))
    begun.wait(10)
    behind.do(packed(lambda: done.append("next")))
    threading.Timer(0.1, go.set).start()
    behind.close()
    assert done == ["in hand"]


@pytest.fixture
def small_steps(monkeypatch, transactional_db):
    """Write every few rows by themselves, behind where the database can."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: there nothing is written behind")
    monkeypatch.setattr(type(store()), "step", 4)
    monkeypatch.setattr(staging, "_WORTH_A_CONNECTION", 1)


def test_what_is_written_behind_is_what_is_written_at_once(small_steps, hand_in):
    rows = [penalty() for _ in range(19)]
    told = hand_in(rows)
    assert told.counts == {"new": 19, "versions": 0, "unchanged": 0, "returned": 0, "waiting": 0}
    mended = [rows[0] | {"违法事实": "更正后的事实"}, *rows[1:]]
    again = hand_in(mended)
    assert (again.counts["versions"], again.counts["unchanged"]) == (1, 18)
    assert queries.current().count() == 19
    assert Version.objects.count() == 20


def test_after_a_fault_behind_a_submission_is_taken_up_again(small_steps, hand_in, officer, monkeypatch):
    real, calls = type(store()).packed, []

    def failing(self, versions, numbers):
        write = real(self, versions, numbers)

        def fail() -> None:
            calls.append(versions.height)
            if len(calls) == 3:
                raise OperationalError("the connection broke")
            write()

        return fail

    monkeypatch.setattr(type(store()), "packed", failing)
    with pytest.raises(Refusal) as told:
        hand_in([penalty() for _ in range(19)])
    assert told.value.code == "storage.database"
    assert calls == [4, 4, 4]  # what was handed over after the fault was left out
    assert queries.current().count() == 0
    monkeypatch.setattr(type(store()), "packed", real)
    assert actions.recover(at=later(minutes=5), alone=True).resumed
    submission = actions.carry_on(submission=Submission.objects.get(), by=officer, at=later(hours=1))
    assert submission.counts == {"new": 19, "versions": 0, "unchanged": 0, "returned": 0, "waiting": 0}
    assert queries.current().count() == Version.objects.count() == 19
