"""May a grade be used? Only of a model in force, while valid, uncontested, and a risk class for supervision only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from support.builders import DAY, code, later
from xinheng.apps.evaluation import actions, catalogue, following, notices, queries, reading
from xinheng.apps.evaluation.checking import Standing, Use, check
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.core.evaluation.model import Status


@pytest.fixture
def in_force(monkeypatch):
    models = tuple(
        replace(
            m, status=Status.IN_FORCE, effective_from=DAY - timedelta(days=1), approved_by="x", approved_document="y"
        )
        for m in catalogue.models_of(catalogue.current_policy())
    )
    monkeypatch.setattr(catalogue, "models", lambda: models)


@pytest.fixture
def subject(sources, tell, lake):
    tell("reg.enterprise", 1)
    tell("eva.tax", 1)
    done = export(lake, at=later(hours=1))
    for name in ("xh.comprehensive", "xh.risk"):
        actions.evaluate_city(place=lake, model=catalogue.named(name, on=DAY), by=None, at=later(hours=1))
    following.advance(register=done.manifest.position, event=done.manifest.events, at=later(hours=1))
    return reading.subject_of(code(1))


def test_nobody_acts_on_a_proposal(subject):
    assert (
        check(subject=subject, model_id="xh.comprehensive", use=Use.SERVICE, on=DAY).standing is Standing.NOT_IN_FORCE
    )


def test_a_grade_in_force_with_its_scale_and_validity(in_force, subject):
    answer = check(subject=subject, model_id="xh.comprehensive", use=Use.SERVICE, on=DAY)
    assert (answer.standing, answer.grade, answer.shared, answer.points100) == (Standing.USABLE, "B", "良", 80)
    later_on = check(subject=subject, model_id="xh.comprehensive", use=Use.SERVICE, on=DAY + timedelta(days=40))
    assert later_on.standing is Standing.EXPIRED


def test_a_risk_class_serves_supervision_only(in_force, subject):
    assert check(subject=subject, model_id="xh.risk", use=Use.SUPERVISION, on=DAY).grade == "A"
    for use in (Use.SERVICE, Use.PUBLIC):
        assert check(subject=subject, model_id="xh.risk", use=use, on=DAY).standing is Standing.NOT_FOR_THIS


def test_a_contested_result_waits(in_force, subject):
    result = queries.result_of(subject, "xh.comprehensive")
    notices.object_to(result=result, text="x", by=None, at=later(hours=2))
    answer = check(subject=subject, model_id="xh.comprehensive", use=Use.SERVICE, on=DAY)
    assert answer.standing is Standing.CONTESTED
    public = check(subject=subject, model_id="xh.comprehensive", use=Use.PUBLIC, on=DAY)
    assert public.standing is Standing.NOT_FOR_THIS


def test_no_result_is_not_a_bad_one(in_force, subject, tell):
    tell(
        "reg.enterprise",
        7,
        established_on="2026-10-01",
        approved_on="2026-10-01",
        term_from="2026-10-01",
        at=later(hours=3),
    )
    young = reading.subject_of(code(7))
    assert check(subject=young, model_id="xh.comprehensive", use=Use.SUPERVISION, on=DAY).standing is Standing.NO_RESULT
