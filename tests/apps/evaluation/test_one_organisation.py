"""One organisation: the result follows the register at once, and any past answer can be given again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from support.builders import AT, DAY, code, later
from xinheng.apps.evaluation import explaining, reading
from xinheng.apps.evaluation.refusals import NoSuchOrganisation
from xinheng.apps.evaluation.telling import as_dict
from xinheng.apps.policy import current_policy
from xinheng.apps.records import actions
from xinheng.apps.records.models import Record
from xinheng.core.evaluation.acts import ActKind
from xinheng.core.evaluation.evidence import NotCounted
from xinheng.core.evaluation.loading import model_named
from xinheng.core.evaluation.organisations import SubjectIsNaturalPerson


def explained(at=AT, number=1, on=DAY, model="xh.comprehensive"):
    subject = reading.subject_of(code(number), as_of=at)
    method = explaining.method_for(model_named(current_policy(), model, on=on), on=on, at=at)
    return explaining.explain(subject=subject, method=method, on=on, at=at)


@pytest.mark.usefixtures("sources")
def test_points_come_from_records(tell):
    tell("reg.enterprise")
    tell("adm.penalty")
    tell("eva.tax")
    told = explained()
    assert told.result.points_of("L02") == -40
    assert told.result.points_of("S01") == 25
    (counted,) = next(c for c in told.result.contributions if c.indicator == "L02").scored.counted
    assert told.statements[counted.evidence.record].values["doc_no"] == "深市监罚字〔2026〕12号"
    assert told.result.score == 830 + 10 - 40 + 25


@pytest.mark.usefixtures("sources")
def test_it_is_told_what_to_do_and_from_which_day(tell):
    tell("reg.enterprise")
    tell("adm.penalty", decided_on="2026-10-01", publish_until="2027-10-01")
    (act,) = explained().acts
    assert act.kind is ActKind.REPAIR
    assert act.possible_from is not None
    assert act.possible_from.isoformat() == "2027-01-01"
    assert act.score == 840
    half, over = explained().turns
    assert (half.on.isoformat(), half.score) == ("2027-04-02", 820)  # the second half of the window begins
    assert (over.on.isoformat(), over.score) == ("2027-10-02", 840)


@pytest.mark.usefixtures("sources")
def test_what_is_withdrawn_stops_counting_at_once_and_is_told(tell, centre):
    tell("reg.enterprise")
    tell("adm.penalty")
    record = Record.objects.get(item="adm.penalty", versions__subject__code=code(1))
    officer = record.versions.get().submission.officer
    actions.withdraw_record(record=record, because="复议撤销", by=officer, at=later(hours=1))
    after = explained(at=later(hours=2))
    assert after.result.points_of("L02") == 0
    assert (record.pk, NotCounted.WITHDRAWN) in [(u.record, u.why) for u in after.result.unused]
    before = explained(at=later(minutes=30))
    assert before.result.points_of("L02") == -40


@pytest.mark.usefixtures("sources")
def test_a_day_is_evaluated_by_what_was_known_on_it(tell):
    tell("reg.enterprise")
    tell("adm.penalty", at=later(days=2))
    assert explained(at=later(days=1)).result.points_of("L02") == 0
    assert explained(at=later(days=3), on=DAY + timedelta(days=3)).result.points_of("L02") == -40


@pytest.mark.usefixtures("sources")
def test_a_correction_replaces_what_it_corrects(tell):
    tell("reg.enterprise")
    tell("adm.penalty")
    tell("adm.penalty", at=later(hours=1), credit_grade="严重", publish_until="2029-09-01")
    after = explained(at=later(hours=2)).result
    assert (after.points_of("L01"), after.points_of("L02")) == (-120, 0)
    assert [cap.cap for cap in after.caps] == ["V07"]


def test_missing_sources_give_no_result_and_say_so(tell):
    tell("reg.enterprise")
    tell("adm.penalty")
    result = explained().result
    assert (result.grade, result.score, result.no_result) == ("N", None, "N02")


@pytest.mark.usefixtures("sources")
def test_the_same_inputs_give_the_same_bytes(tell):
    tell("reg.enterprise")
    tell("adm.penalty")
    first, second = as_dict(explained()), as_dict(explained())
    assert first == second
    assert first["inputs_hash"].startswith("sha256:")
    assert first["model_hash"].startswith("sha256:")


@pytest.mark.django_db
def test_a_person_is_refused_before_anything_is_looked_up(django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(SubjectIsNaturalPerson):
        reading.subject_of("11010519491231002X")
    with pytest.raises(NoSuchOrganisation):
        reading.subject_of(code(5))
