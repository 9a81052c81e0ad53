"""What becomes visible re-evaluates whom it concerns, once, and nobody else; bad results are told before they are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.builders import AT, DAY, code, later
from xinheng.apps.evaluation import actions, following, notices, queries, reading
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.evaluation.models import Cause, Mark, Notice, NoticeState, Objection, Outcome, Result
from xinheng.apps.evaluation.refusals import AlreadyDone, NotYours
from xinheng.apps.policy import current_policy
from xinheng.apps.records import actions as records
from xinheng.apps.records.models import Record
from xinheng.core.evaluation.loading import model_named

MODEL = "xh.comprehensive"


def model():
    return model_named(current_policy(), MODEL, on=DAY)


def result(number):
    return queries.result_of(reading.subject_of(code(number)), MODEL)


@pytest.fixture
def begun(sources, tell, lake, monkeypatch):
    """A city that was evaluated once; from then on single evaluations follow."""
    monkeypatch.setattr("xinheng.apps.evaluation.tasks.now", lambda: later(hours=5))
    for number in (1, 2):
        tell("reg.enterprise", number)
    done = export(lake, at=later(hours=1))
    actions.evaluate_city(place=lake, model=model(), by=None, at=later(hours=1))
    following.advance(register=done.manifest.position, event=done.manifest.events, at=later(hours=1))
    return lake


@pytest.mark.usefixtures("begun")
def test_a_new_record_changes_the_result_as_soon_as_it_is_visible(tell, django_capture_on_commit_callbacks):
    assert result(1).score == 840
    with django_capture_on_commit_callbacks(execute=True):
        tell("adm.penalty", 1, at=later(hours=2))
    now = result(1)
    assert (now.score, now.cause, now.changes) == (800, Cause.EVENT, {"L02": [0, -40]})
    assert now.inputs_hash.startswith("sha256:")
    assert Result.objects.filter(subject__code=code(2), model=MODEL).count() == 1


@pytest.mark.usefixtures("begun")
def test_a_withdrawal_does_too_and_history_keeps_both(tell, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell("adm.penalty", 1, at=later(hours=2))
    record = Record.objects.get(item="adm.penalty", versions__subject__code=code(1))
    with django_capture_on_commit_callbacks(execute=True):
        records.withdraw_record(
            record=record, because="撤销", by=record.versions.get().submission.officer, at=later(hours=3)
        )
    told = [r.score for r in queries.history(reading.subject_of(code(1)), MODEL)]
    assert told == [840, 800, 840]
    assert queries.as_of(reading.subject_of(code(1)), MODEL, later(hours=1, minutes=30)).score == 840


@pytest.mark.usefixtures("begun")
def test_many_changes_ask_for_one_following(tell):
    Mark.objects.update(asked=True)
    tell("adm.penalty", 1, at=later(hours=2))
    assert result(1).score == 840  # the one that waits will take it up
    following.follow(at=later(hours=4))
    assert result(1).score == 800
    assert following.follow(at=later(hours=4)) == {}


def test_nothing_is_followed_before_the_city_was_evaluated(sources, tell):
    tell("reg.enterprise", 1)
    assert following.follow(at=AT) == {}
    assert not Result.objects.exists()


@pytest.fixture
def bad(begun, tell):
    for n, number in enumerate((31, 32, 33)):
        tell("adm.penalty", 1, at=later(hours=2, minutes=n), credit_grade="严重", publish_until="2029-09-01",
             doc_no=f"深市监罚字〔2026〕{number}号")  # fmt: skip
    tell("eva.tax", 1, grade="D", at=later(hours=2, minutes=9))
    tell("abn.enterprise", 1, at=later(hours=2, minutes=10))
    following.follow(at=later(hours=3))
    found = result(1)
    assert found.grade == "E", (found.score, found.points)
    return found


def test_a_bad_result_is_told_before_it_is_shown(bad):
    notice = queries.notice_of(bad)
    assert notice.publish_from == DAY + timedelta(days=15)
    assert not queries.may_be_public(bad, bad=True, on=DAY)
    assert queries.may_be_public(bad, bad=True, on=DAY + timedelta(days=15))
    assert not Notice.objects.filter(subject__code=code(2)).exists()


def test_an_objection_keeps_it_from_being_shown_until_it_is_answered(bad, centre, officer_account):
    objection = notices.object_to(result=bad, text="第31号决定已被撤销", by=None, at=later(hours=4))
    assert objection.check_by > DAY
    assert objection.answer_by > objection.check_by
    shown = DAY + timedelta(days=20)
    assert not queries.may_be_public(bad, bad=True, on=shown)
    with pytest.raises(NotYours):
        notices.answer(objection=objection, upheld=False, text="核实无误", by=officer_account, at=later(hours=5))
    notices.answer(objection=objection, upheld=False, text="核实无误", by=centre, at=later(hours=5))
    assert queries.may_be_public(bad, bad=True, on=shown)
    with pytest.raises(AlreadyDone):
        notices.answer(objection=objection, upheld=True, text="", by=centre, at=later(hours=6))
    assert Objection.objects.get().outcome == Outcome.REFUSED


def test_a_notice_ends_with_the_result_it_was_about(bad, tell):
    tell(
        "abn.enterprise",
        1,
        at=later(hours=6),
        removed_on="2026-11-22",
        removed_reason="已变更",
        remove_organ="深圳市市场监督管理局",
    )
    for record in Record.objects.filter(item="adm.penalty", versions__subject__code=code(1)).distinct():
        records.withdraw_record(
            record=record, because="撤销", by=record.versions.first().submission.officer, at=later(hours=7)
        )
    following.follow(at=later(hours=8))
    assert result(1).grade not in ("D", "E")
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.WITHDRAWN}


def test_the_audit_write_fails_and_nothing_has_changed(bad, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("no disk")

    monkeypatch.setattr("xinheng.apps.evaluation.notices.audit.record", fails)
    with pytest.raises(RuntimeError):
        notices.object_to(result=bad, text="x", by=None, at=later(hours=4))
    assert not Objection.objects.exists()
    assert queries.notice_of(bad).state == NoticeState.WAITING


@pytest.fixture
def officer_account(departments):
    from xinheng.apps.accounts.models import Account, Role

    return Account.objects.create(username="zhang", department=departments[0], role=Role.REPORTER)
