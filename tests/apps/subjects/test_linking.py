"""Whose is each row? Valid code, old code by the dated crosswalk, old code and name; never by name alone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from support.builders import code, later, penalty, registration
from xinheng.apps.records import queries as records
from xinheng.apps.records.digests import NEAR
from xinheng.apps.records.models import LinkedBy, LinkTask
from xinheng.apps.subjects import queries
from xinheng.apps.subjects.models import Identifier, Name, Origin, Subject
from xinheng.apps.subjects.search import search

REGNO, OTHER_REGNO = "440301103097413", "440301103097421"


@pytest.fixture
def registered(hand_in):
    hand_in([registration(regno=REGNO)], item="reg.enterprise")
    return queries.subject_by_code(code(1))


def only_penalty():
    return records.told().filter(item="adm.penalty").get()


def test_a_registration_makes_a_subject_known_with_codes_and_name(registered):
    assert registered.origin == Origin.REGISTERED
    assert registered.kind == "E"
    assert [(i.scheme, i.value) for i in queries.identifiers_of(registered)] == [("uscc", code(1)), ("regno", REGNO)]
    assert [n.name for n in queries.names_of(registered)] == ["测试甲有限公司"]


def test_a_valid_code_links(registered, hand_in):
    hand_in([penalty()])
    version = only_penalty()
    assert (version.subject, version.linked_by) == (registered, LinkedBy.CODE)


def test_width_and_brackets_do_not_make_another_name(hand_in):
    hand_in([registration(subject_name="测试（深圳）Ａ公司")], item="reg.enterprise")
    assert hand_in([penalty(subject_name="测试(深圳)a公司")]).counts["new"] == 1


def test_a_code_with_another_name_goes_back_and_is_not_guessed(registered, hand_in):
    submission = hand_in([penalty(subject_name="别家有限公司")])
    assert submission.report["counts"] == {"subject.name-differs": 1}
    assert submission.counts["returned"] == 1
    assert not records.told().filter(item="adm.penalty").exists()


def test_a_name_only_reports_have_told_is_no_ground_to_send_a_row_back(hand_in):
    hand_in([penalty()])
    submission = hand_in([penalty(subject_name="别家有限公司")])
    assert submission.report["counts"] == {"subject.name-differs-from-reports": 1}
    (finding,) = submission.report["findings"]
    assert finding["level"] == "warning"
    assert "测试甲有限公司" in finding["message"]
    assert (submission.counts["new"], submission.counts["returned"]) == (1, 0)
    subject = queries.subject_by_code(code(1))
    assert records.of_subject(subject).count() == 2
    assert [n.name for n in queries.names_of(subject)] == ["测试甲有限公司"]


def test_once_it_is_registered_the_registered_name_decides(hand_in):
    hand_in([penalty(subject_name="旧称有限公司")])
    hand_in([registration()], item="reg.enterprise")
    submission = hand_in([penalty(), penalty(subject_name="别家有限公司")])
    assert submission.report["counts"] == {"subject.name-differs": 1}
    assert "测试甲有限公司" in submission.report["findings"][0]["message"]


def test_an_unknown_valid_code_makes_a_reported_subject_with_a_warning(hand_in):
    submission = hand_in([penalty(), penalty()])
    assert submission.report["counts"] == {"subject.not-registered": 2}
    subject = queries.subject_by_code(code(1))
    assert subject.origin == Origin.REPORTED
    assert Subject.objects.count() == 1
    assert records.of_subject(subject).count() == 2


def test_an_old_code_links_by_the_crosswalk(registered, hand_in):
    hand_in([penalty(subject_code=None, regno=REGNO)])
    version = only_penalty()
    assert (version.subject, version.linked_by) == (registered, LinkedBy.CROSSWALK)


def test_an_old_code_out_of_its_days_needs_the_name_too(registered, hand_in):
    Identifier.objects.filter(scheme="regno").update(valid_to="2020-01-01")
    hand_in([penalty(subject_code=None, regno=REGNO)])
    version = only_penalty()
    assert (version.subject, version.linked_by) == (registered, LinkedBy.CODE_AND_NAME)


def test_an_old_code_with_another_name_waits(registered, hand_in):
    submission = hand_in([penalty(subject_code=None, regno=REGNO, subject_name="别家有限公司")])
    assert submission.counts["waiting"] == 1
    assert LinkTask.objects.get().candidates[0]["why"] == ["工商注册号一致"]
    assert only_penalty().subject is None


def test_an_unknown_old_code_waits_without_candidates(registered, hand_in):
    hand_in([penalty(subject_code=None, regno=OTHER_REGNO, subject_name="无人知晓公司")])
    assert LinkTask.objects.get().candidates == []


def test_a_new_name_leaves_the_old_one_as_a_former_name(registered, hand_in):
    renamed = registration(subject_name="测试乙有限公司", approved_on="2025-03-04")
    hand_in([renamed], item="reg.enterprise", at=later(hours=1))
    assert [n.name for n in queries.names_of(registered)] == ["测试乙有限公司", "测试甲有限公司"]
    assert [n.name for n in queries.names_of(registered, as_of=later(minutes=1))] == ["测试甲有限公司"]
    assert hand_in([penalty(subject_name="测试甲有限公司")], at=later(hours=2)).counts["new"] == 1


def test_the_same_registration_again_adds_no_name_and_no_code(registered, hand_in):
    hand_in([registration(regno=REGNO, state="注销")], item="reg.enterprise", at=later(hours=1))
    assert (Name.objects.count(), Identifier.objects.count(), Subject.objects.count()) == (1, 2, 1)


def test_a_subject_of_an_unaccepted_submission_is_not_known(hand_in):
    hand_in([penalty()], certify=False)
    assert queries.subject_by_code(code(1)) is None
    assert queries.known().count() == 0
    assert search("测试甲") == []


def test_another_organ_reporting_the_same_document_is_told_to_both(registered, hand_in, colleague):
    row = penalty(doc_no="联合罚〔2026〕1号")
    hand_in([row])
    other = row | {"处罚机关统一社会信用代码": code(70_000_002, prefix="11")}
    submission = hand_in([other], by=colleague, at=later(hours=1))
    assert submission.report["counts"]["duplicate.other-organ"] == 1
    assert submission.counts["returned"] == 0


def test_the_database_refuses_natural_persons_as_subjects(db):
    with pytest.raises(IntegrityError):
        Subject.objects.create(kind="N", origin=Origin.REPORTED)


def test_organisations_made_known_together_are_numbered_as_the_keys_of_their_records_lie(hand_in):
    told = [code(n) for n in (70_001, 3, 4_000_000, 12_345, 888)]
    assert sorted(told, key=lambda c: c[NEAR]) != told
    hand_in([penalty(subject_code=c) for c in told])
    numbered = Subject.objects.filter(code__in=told).order_by("pk").values_list("code", flat=True)
    assert list(numbered) == sorted(told, key=lambda c: c[NEAR])
