"""A submission's life: received, checked, certified, accepted, withdrawn, replaced; each step by a named officer."""

from __future__ import annotations

import pytest

from support.builders import AT, later, penalty, policy, registration
from xinheng.apps.audit.models import Event as AuditEvent
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.intake.refusals import (
    FileGone,
    NothingMended,
    NotYourDepartment,
    PeriodMalformed,
    RowsReturned,
    WrongState,
    ZeroContradicted,
)
from xinheng.apps.records import queries
from xinheng.apps.records.models import Version


def test_good_rows_go_in_and_bad_rows_come_back(hand_in):
    submission = hand_in([penalty(), penalty(), penalty(facts=None)])
    assert submission.state == State.ACCEPTED
    assert submission.counts == {"new": 2, "versions": 0, "unchanged": 0, "returned": 1, "waiting": 0}
    assert submission.report["accepted"] == 2
    assert submission.report["counts"]["field.required"] == 1
    assert submission.receipt
    assert len(submission.receipt_hash) == 64
    assert queries.current().count() == 2


def test_rows_are_invisible_until_their_submission_is_accepted(hand_in, officer):
    submission = hand_in([penalty()], certify=False)
    assert submission.state == State.CHECKED
    assert Version.objects.count() == 1
    assert queries.current().count() == 0
    submission = actions.certify(submission=submission, by=officer, at=later(minutes=1))
    assert queries.current().count() == 0
    actions.accept(submission=submission, by=officer, at=later(minutes=2))
    assert queries.current().count() == 1


def test_each_step_leaves_its_audit_event(hand_in, officer):
    submission = hand_in([penalty()])
    told = AuditEvent.objects.filter(about_type="intake.submission", about_id=str(submission.pk)).order_by("pk")
    assert [(e.action, e.by) for e in told] == [
        (f"submission.{step}", officer) for step in ("received", "check", "checked", "certified", "accepted")
    ]


@pytest.mark.parametrize("step", ["receive", "certify", "accept", "withdraw"])
def test_nothing_changes_where_the_audit_event_cannot_be_written(hand_in, officer, monkeypatch, step):
    submission = hand_in([penalty()], certify=False)
    if step in ("accept", "withdraw"):
        submission = actions.certify(submission=submission, by=officer, at=AT)
    if step == "withdraw":
        submission = actions.accept(submission=submission, by=officer, at=AT)
    before = list(Submission.objects.order_by("pk").values())

    def broken(*args, **kwargs):
        raise RuntimeError("the audit trail is broken")

    monkeypatch.setattr("xinheng.apps.audit.actions.record", broken)
    told = {"by": officer, "at": AT}
    steps = {
        "receive": lambda: actions.receive(source=b"x", department=officer.department, **told),
        "certify": lambda: actions.certify(submission=submission, **told),
        "accept": lambda: actions.accept(submission=submission, **told),
        "withdraw": lambda: actions.withdraw(submission=submission, because="错报", **told),
    }
    with pytest.raises(RuntimeError):
        steps[step]()
    assert list(Submission.objects.order_by("pk").values()) == before


def test_the_same_file_twice_is_one_submission_and_told_so(hand_in):
    rows = [penalty()]
    first, second = hand_in(rows), hand_in(rows, at=later(hours=1))
    assert second.pk == first.pk
    assert second.again
    assert not first.again
    assert second.notices[0]["code"] == "submission.same-file"
    assert Submission.objects.count() == 1
    assert queries.current().count() == 1


def test_the_same_file_from_another_department_is_another_submission(hand_in, colleague):
    rows = [penalty()]
    first, second = hand_in(rows), hand_in(rows, by=colleague)
    assert second.pk != first.pk
    assert second.counts["unchanged"] == 1


def test_handing_in_the_same_file_again_goes_on_where_it_stopped(hand_in):
    rows = [penalty()]
    assert hand_in(rows, certify=False).state == State.CHECKED
    assert hand_in(rows).state == State.ACCEPTED


def test_an_officer_reports_for_the_own_department_only(hand_in, colleague, officer):
    with pytest.raises(NotYourDepartment):
        hand_in([penalty()], by=colleague, department=officer.department)
    submission = hand_in([penalty()], certify=False)
    with pytest.raises(NotYourDepartment):
        actions.certify(submission=submission, by=colleague, at=AT)


def test_the_centre_may_act_for_any_department(hand_in, centre, officer):
    assert hand_in([penalty()], by=centre, department=officer.department).state == State.ACCEPTED


def test_whole_means_all_rows_or_none(hand_in):
    with pytest.raises(RowsReturned):
        hand_in([penalty(), penalty(facts=None)], whole=True)
    assert queries.current().count() == 0
    assert Submission.objects.get().state == State.CHECKED  # nobody has signed: it can still be taken in part


def test_what_was_signed_when_the_power_went_is_accepted_by_recovery(hand_in, officer, monkeypatch):
    monkeypatch.setattr("xinheng.apps.intake.actions.accept", lambda **told: told["submission"])
    submission = hand_in([penalty()])
    assert submission.state == State.CERTIFIED
    assert actions.recover(at=later(seconds=30)).resumed == []  # somebody may be at it
    assert actions.recover(at=later(seconds=100)).resumed == [submission.ref]
    submission.refresh_from_db()
    assert (submission.state, submission.certifier) == (State.ACCEPTED, officer)
    assert actions.recover(at=later(seconds=200), alone=True).resumed == []


def test_a_submission_without_a_good_row_stays_checked(hand_in):
    submission = hand_in([penalty(facts=None)])
    assert submission.state == State.CHECKED
    assert submission.counts["returned"] == 1


def test_a_file_that_cannot_be_used_is_refused_with_its_reason(officer):
    submission = actions.hand_in(source=b"\x00\x01\x02\x03" * 50, department=officer.department, by=officer, at=AT)
    assert submission.state == State.REFUSED
    assert submission.error_code.startswith("file.")
    assert submission.error_message
    assert Version.objects.count() == 0


def test_a_refused_file_may_be_handed_in_again(officer):
    told = {"source": b"\x00\x01\x02\x03" * 50, "department": officer.department, "by": officer, "at": AT}
    assert actions.hand_in(**told).pk != actions.hand_in(**told).pk


def test_a_defect_leaves_nothing_behind_and_is_not_swallowed(hand_in, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("xinheng.apps.intake.checking.Answer.finish", broken)
    with pytest.raises(ZeroDivisionError):
        hand_in([penalty()])
    submission = Submission.objects.get()
    assert submission.state == State.FAILED
    assert submission.error_message
    assert Version.objects.count() == 0


def test_a_missing_file_is_refused_clearly(officer):
    submission = actions.receive(
        source=[penalty()], department=officer.department, by=officer, at=AT, item="adm.penalty"
    )
    Submission.objects.filter(pk=submission.pk).update(size=1)
    submission.refresh_from_db()
    with pytest.raises(FileGone):
        actions.check(submission=submission, by=officer, at=AT)


def test_only_a_checked_submission_can_be_certified(hand_in, officer):
    submission = hand_in([penalty()])
    with pytest.raises(WrongState):
        actions.certify(submission=submission, by=officer, at=AT)
    with pytest.raises(WrongState):
        actions.accept(submission=submission, by=officer, at=AT)


def test_withdrawing_before_acceptance_takes_the_staged_rows_away(hand_in, officer):
    submission = hand_in([penalty(), penalty(facts=None)], certify=False)
    submission = actions.withdraw(submission=submission, because="选错文件", by=officer, at=AT)
    assert submission.state == State.WITHDRAWN
    assert Version.objects.count() == 0
    assert submission.returned_rows.count() == 0


def test_withdrawing_after_acceptance_keeps_the_rows_but_shows_none(hand_in, officer):
    submission = hand_in([penalty()])
    submission = actions.withdraw(submission=submission, because="错报", by=officer, at=later(days=1))
    assert submission.state == State.WITHDRAWN
    assert queries.current().count() == 0
    assert queries.current(as_of=later(hours=1)).count() == 1
    with pytest.raises(WrongState):
        actions.withdraw(submission=submission, because="再撤", by=officer, at=later(days=2))


def test_a_replacement_takes_the_place_of_the_old_in_one_instant(hand_in, officer):
    kept, gone = penalty(), penalty()
    old = hand_in([kept, gone])
    new = actions.replace(submission=old, source=[kept, penalty()], by=officer, at=later(hours=1))
    new = actions.carry_on(submission=new, by=officer, at=later(hours=2))
    old.refresh_from_db()
    assert (old.state, new.state) == (State.REPLACED, State.ACCEPTED)
    assert {v.submission_id for v in queries.current()} == {new.pk}
    assert queries.current().count() == 2
    assert queries.current(as_of=later(minutes=30)).count() == 2


def test_mended_rows_are_handed_in_alone(hand_in, officer):
    first = hand_in([penalty(), penalty(facts=None), penalty(facts=None)])
    returned = list(first.returned_rows.order_by("row"))
    assert all("决定书文号" in row.cells for row in returned)
    mended = actions.resubmit_rows(
        submission=first, rows=[("", returned[0].row, {"违法事实": "已补充"})], by=officer, at=later(hours=1)
    )
    mended = actions.carry_on(submission=mended, by=officer, at=later(hours=1))
    assert mended.kind == Kind.MENDED
    assert mended.counts["new"] == 1
    assert queries.current().count() == 2
    assert [r.mended_by_id for r in first.returned_rows.order_by("row")] == [mended.pk, None]
    with pytest.raises(NothingMended):
        actions.resubmit_rows(submission=first, rows=[("", returned[0].row, {})], by=officer, at=later(hours=2))


def test_rows_still_wrong_after_mending_stay_open(hand_in, officer):
    first = hand_in([penalty(facts=None), penalty(facts=None)])
    rows = [
        ("", r.row, {"违法事实": "已补充" if i else None}) for i, r in enumerate(first.returned_rows.order_by("row"))
    ]
    mended = actions.resubmit_rows(submission=first, rows=rows, by=officer, at=later(hours=1))
    mended = actions.carry_on(submission=mended, by=officer, at=later(hours=1))
    assert [bool(r.mended_by_id) for r in first.returned_rows.order_by("row")] == [False, True]


def test_a_zero_report_is_signed_once(officer):
    told = {"item": "adm.penalty", "department": officer.department, "by": officer, "at": AT, "policy": policy()}
    first = actions.zero_report(period="2026-10", **told)
    assert first.state == State.ACCEPTED
    assert first.certifier == officer
    assert actions.zero_report(period="2026-10", **told).pk == first.pk
    assert actions.zero_report(period="2026-09", **told).pk != first.pk


def test_a_zero_report_cannot_contradict_what_was_handed_in(hand_in, officer):
    hand_in([penalty()])
    with pytest.raises(ZeroContradicted):
        actions.zero_report(item="adm.penalty", department=officer.department, period="2026-11", by=officer, at=AT)


@pytest.mark.parametrize("period", ["2026-13", "202611", "2026-12", ""])
def test_a_zero_report_is_about_a_month_not_after_this_one(officer, period):
    with pytest.raises(PeriodMalformed):
        actions.zero_report(item="adm.penalty", department=officer.department, period=period, by=officer, at=AT)


def test_positions_are_dense_and_the_registers_time_never_runs_backwards(hand_in):
    first = hand_in([registration()], item="reg.enterprise", at=later(hours=5))
    second = hand_in([penalty()], at=later(hours=1))
    assert [first.position, second.position] == [1, 2]
    assert second.accepted_at == first.accepted_at
    assert second.received_at < first.received_at
