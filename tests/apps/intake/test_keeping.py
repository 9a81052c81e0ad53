"""Originals and returned rows are erased when their rule says so: not a day early, with an audit event, and for good."""

from __future__ import annotations

import os
from datetime import timedelta
from unittest import mock

import pytest

from support.builders import AT, code, later, penalty
from xinheng.apps.audit.models import Event
from xinheng.apps.intake import actions, files, keeping
from xinheng.apps.intake.keeping import erase_due
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.intake.refusals import OriginalErased

pytestmark = pytest.mark.django_db


def on_day(days: int):
    return AT + timedelta(days=days)


def settle():
    """Make every file old enough not to belong to a hand-in under way."""
    for path in files.folder().iterdir():
        os.utime(path, (0, 0))


def erase(days: int) -> keeping.Erased:
    settle()
    return erase_due(at=on_day(days))


def test_an_accepted_original_is_kept_thirty_days_and_then_gone(hand_in):
    submission = hand_in([penalty()])
    path = files.path_of(submission)
    assert erase(29).originals == 0
    assert path.exists()
    done = erase(30)
    assert (done.originals, done.files) == (1, 1)
    assert not path.exists()
    submission.refresh_from_db()
    assert submission.file_sha256
    assert submission.original_erased_by == "keep.original-accepted"
    with pytest.raises(OriginalErased) as refused:
        files.path_of(submission)
    assert "按期清除" in str(refused.value)
    event = Event.objects.get(action="submission.original-erased")
    assert (event.about_id, event.rule, event.facts["file"]) == (
        str(submission.pk), "keep.original-accepted", submission.file_sha256,
    )  # fmt: skip
    assert erase(31).originals == 0


def test_a_file_with_rows_to_mend_is_kept_ninety_days_with_its_rows(hand_in):
    submission = hand_in([penalty(), penalty(facts=None)])
    assert erase(89).originals == erase(89).rows == 0
    assert submission.returned_rows.get().cells
    done = erase(90)
    assert (done.originals, done.rows) == (1, 1)
    row = submission.returned_rows.get()
    assert (row.cells, row.sealed) == ({}, True)
    assert row.findings
    assert all(finding["seen"] is None for finding in row.findings)
    submission.refresh_from_db()
    assert submission.report["counts"]
    assert all(finding["seen"] is None for finding in submission.report["findings"])
    assert Event.objects.filter(action="submission.rows-erased", facts__rows=1).count() == 1


def test_columns_outside_the_catalogue_shorten_the_time(hand_in):
    submission = hand_in([penalty() | {"备用列": "内部备注"}])
    assert erase(9).originals == 0
    assert erase(10).originals == 1
    submission.refresh_from_db()
    assert submission.original_erased_by == "keep.original-beyond-catalogue"


def test_an_empty_column_outside_the_catalogue_shortens_nothing(hand_in):
    hand_in([penalty() | {"备用列": None}])
    assert erase(10).originals == 0


def test_rows_about_persons_shorten_the_time_and_nothing_of_them_is_kept(hand_in):
    person = {"subject_type": "自然人", "subject_name": "张" * 201, "subject_code": None}
    submission = hand_in([penalty(), penalty(**person, person_id_type="身份证", person_id="440399194912312102")])
    row = submission.returned_rows.get()
    assert row.sealed
    assert row.cells == {}
    kept = str(submission.report) + str(row.findings)
    assert "440399194912312102" not in kept
    assert "张张" not in kept
    assert erase(10).originals == 1


def test_a_refused_file_goes_after_a_week(officer):
    submission = actions.hand_in(
        source=b"\x00\x01\x02\x03" * 50, department=officer.department, by=officer, at=AT, name="x.xlsx"
    )
    assert submission.state == State.REFUSED
    assert erase(6).originals == 0
    assert erase(7).originals == 1


def test_what_is_not_checked_yet_is_never_erased(officer):
    actions.receive(source=[penalty()], department=officer.department, by=officer, at=AT, item="adm.penalty")
    done = erase(4000)
    assert (done.originals, done.files) == (0, 0)


def test_a_file_another_submission_rests_on_stays(hand_in, officer, colleague):
    rows = [penalty()]
    first = hand_in(rows, name="a.jsonl")
    second = hand_in(rows, name="a.jsonl", by=colleague, certify=False)
    assert first.file_sha256 == second.file_sha256
    assert (done := erase(30)).originals == 1
    assert done.files == 0
    assert files.path_of(second).exists()
    assert erase(90).files == 1


def test_the_same_file_handed_in_after_erasing_is_the_same_submission_and_is_not_kept_again(hand_in):
    rows = [penalty()]
    first = hand_in(rows)
    erase(30)
    assert hand_in(rows, at=later(days=31)).pk == first.pk
    assert erase(31).files == 1
    assert list(files.folder().iterdir()) == []


def test_a_file_a_crash_left_behind_is_taken_away(hand_in):
    (files.folder() / ".receiving-abc").write_bytes(b"half")
    young = files.folder() / ".receiving-young"
    settle()
    young.write_bytes(b"still arriving")
    assert erase_due(at=AT).files == 1
    assert young.exists()


def test_where_the_audit_cannot_be_written_nothing_is_erased(hand_in):
    submission = hand_in([penalty()])
    settle()
    broken = mock.patch("xinheng.apps.audit.actions.Event.objects.create", side_effect=ZeroDivisionError)
    with broken, pytest.raises(ZeroDivisionError):
        erase_due(at=on_day(30))
    submission.refresh_from_db()
    assert submission.original_erased_at is None
    assert files.path_of(submission).exists()


def test_a_withdrawn_submission_goes_after_a_week(hand_in, officer):
    submission = hand_in([penalty(subject_code=code(7))])
    actions.withdraw(submission=submission, because="选错文件", by=officer, at=later(days=1))
    assert erase(7).originals == 0
    assert erase(8).originals == 1
    assert Submission.objects.get(pk=submission.pk).original_erased_by == "keep.original-over"
