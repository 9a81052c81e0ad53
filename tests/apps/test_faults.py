"""Disk full, database gone, a lease lost: a clear answer, nothing lost, nothing half-written."""

from __future__ import annotations

import errno
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from support.builders import AT, later, penalty
from xinheng.apps.intake import actions, files, lease
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.refusals import BeingChecked, DatabaseGone, LeaseLost, StorageFull
from xinheng.apps.records.models import Version


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (OperationalError("database or disk is full"), StorageFull),
        (OperationalError("could not extend file: No space left on device"), StorageFull),
        (OperationalError("server closed the connection unexpectedly"), DatabaseGone),
        (OSError(errno.ENOSPC, "No space left on device"), StorageFull),
    ],
)
def test_the_worlds_faults_are_told_clearly_and_the_submission_can_go_on(hand_in, monkeypatch, fault, refusal):
    rows = [penalty()]
    with monkeypatch.context() as broken:
        broken.setattr("xinheng.apps.records.staging.Stager._write", _raising(fault))
        with pytest.raises(refusal) as told:
            hand_in(rows)
    assert "已入库的数据不受影响" in str(told.value)
    assert Version.objects.count() == 0
    done = actions.recover(at=later(minutes=5), alone=True)
    assert len(done.resumed) == 1
    assert hand_in(rows).state == State.ACCEPTED


def _raising(fault: Exception):
    def broken(*args, **kwargs):
        raise fault

    return broken


def test_a_full_disk_refuses_the_file_before_anything_is_numbered(hand_in, monkeypatch):
    monkeypatch.setattr(files, "room_for", lambda size: False)
    with pytest.raises(StorageFull):
        hand_in([penalty()])
    assert Submission.objects.count() == 0


def test_a_file_cut_off_while_it_arrives_leaves_nothing(officer):
    def cut():
        yield {"a": "1"}
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        actions.receive(source=cut(), department=officer.department, by=officer, at=AT)
    assert list(files.folder().iterdir()) == []
    assert Submission.objects.count() == 0


def test_a_submission_under_check_is_not_checked_twice(hand_in, officer):
    submission = hand_in([penalty()], certify=False)
    Submission.objects.filter(pk=submission.pk).update(state=State.RECEIVED)
    submission.refresh_from_db()
    lease.take(submission)
    with pytest.raises(BeingChecked):
        actions.check(submission=submission, by=officer, at=AT)
    assert actions.recover(at=AT).rolled_back == []


def test_a_worker_whose_lease_was_taken_over_stops(hand_in, officer):
    submission = hand_in([penalty()], certify=False)
    Submission.objects.filter(pk=submission.pk).update(
        state=State.CHECKING, lease="old", leased_until=timezone.now() - timedelta(seconds=1)
    )
    submission.refresh_from_db()
    lease.take(submission)
    with pytest.raises(LeaseLost):
        lease.renew(submission.pk, "old")


def test_recovery_may_only_roll_back(hand_in):
    submission = hand_in([penalty()], certify=False)
    Submission.objects.filter(pk=submission.pk).update(state=State.CHECKING)
    done = actions.recover(at=later(minutes=1), alone=True, resume=False)
    submission.refresh_from_db()
    assert (done.rolled_back, done.resumed, submission.state) == ([submission.ref], [], State.RECEIVED)
    assert Version.objects.count() == 0
