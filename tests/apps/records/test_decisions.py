"""What people decide about records: whose they are, that one is withdrawn, that one is under objection."""

from __future__ import annotations

import pytest

from support.builders import later, penalty, registration
from xinheng.apps.intake.refusals import NotYourDepartment, NotYourTask
from xinheng.apps.records import actions, queries
from xinheng.apps.records.models import LinkedBy, LinkTask
from xinheng.apps.subjects.queries import subject_by_code


@pytest.fixture
def waiting(hand_in):
    """Return the task of a penalty told by name alone."""
    hand_in([registration()], item="reg.enterprise")
    submission = hand_in([penalty(subject_code=None, subject_name="测试甲有限公司")], at=later(minutes=1))
    assert submission.counts["waiting"] == 1
    return LinkTask.objects.get()


def test_a_name_alone_is_never_linked_but_explained(waiting):
    assert waiting.version.subject is None
    assert waiting.told == {"subject_name": "测试甲有限公司"}
    (candidate,) = waiting.candidates
    assert candidate["why"] == ["名称一致"]
    assert list(queries.open_link_tasks()) == [waiting]
    assert queries.latest("adm.penalty").count() == 0


def test_a_person_says_whose_it_is_and_can_take_it_back(waiting, centre):
    subject = subject_by_code(registration()["统一社会信用代码"])
    actions.link(task=waiting, subject=subject, reason="核对决定书原件", by=centre, at=later(hours=1))
    linked = queries.of_subject(subject, item="adm.penalty").get()
    assert linked.linked_by == LinkedBy.PERSON
    assert not queries.open_link_tasks().exists()
    actions.unlink(task=waiting, reason="同名不同主体", by=centre, at=later(hours=2))
    assert not queries.of_subject(subject, item="adm.penalty").exists()
    assert queries.of_subject(subject, item="adm.penalty", as_of=later(minutes=90)).count() == 1
    with pytest.raises(actions.AlreadyDecided):
        actions.unlink(task=waiting, reason="再次", by=centre, at=later(hours=3))


def test_a_linked_statement_keeps_its_place_in_the_file(waiting, centre):
    subject = subject_by_code(registration()["统一社会信用代码"])
    actions.link(task=waiting, subject=subject, reason="核对", by=centre, at=later(hours=1))
    linked = queries.of_subject(subject, item="adm.penalty").get()
    assert (linked.row, linked.record_id) == (waiting.version.row, waiting.version.record_id)
    assert bytes(linked.fingerprint) == bytes(waiting.version.fingerprint)


def test_only_the_centre_links(waiting, officer):
    subject = subject_by_code(registration()["统一社会信用代码"])
    with pytest.raises(NotYourTask):
        actions.link(task=waiting, subject=subject, reason="", by=officer, at=later(hours=1))


def test_a_withdrawn_record_is_gone_from_now_on_only(hand_in, officer):
    hand_in([penalty()])
    record = queries.current().get().record
    actions.withdraw_record(record=record, because="行政复议撤销", by=officer, at=later(hours=1))
    assert queries.current().count() == 0
    assert queries.current(as_of=later(minutes=30)).count() == 1
    with pytest.raises(actions.NotCurrent):
        actions.withdraw_record(record=record, because="再撤", by=officer, at=later(hours=2))


def test_a_withdrawn_record_can_be_restored_or_told_anew(hand_in, officer):
    rows = [penalty(), penalty()]
    hand_in(rows)
    for version in queries.current():
        actions.withdraw_record(record=version.record, because="误发", by=officer, at=later(hours=1))
    first = queries.told().order_by("row").first().record
    actions.restore_record(record=first, because="撤销有误", by=officer, at=later(hours=2))
    assert [v.record_id for v in queries.current()] == [first.pk]
    again = hand_in([*rows, penalty()], at=later(hours=3))
    assert again.counts["unchanged"] == 1
    assert queries.current().count() == 3


def test_an_annotation_stands_beside_the_record(hand_in, officer):
    hand_in([penalty()])
    record = queries.current().get().record
    actions.annotate(record=record, text="异议处理中", by=officer, at=later(hours=1))
    assert [e.text for e in queries.events(record)] == ["异议处理中"]
    assert not queries.events(record, as_of=later(minutes=1)).exists()
    assert queries.current().count() == 1


def test_a_department_ends_its_own_records_only(hand_in, colleague):
    hand_in([penalty()])
    with pytest.raises(NotYourDepartment):
        actions.withdraw_record(record=queries.current().get().record, because="", by=colleague, at=later(hours=1))
