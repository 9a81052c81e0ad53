"""The daily run stands on the timetable: lake, models, notice periods; one model's fault does not stop the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.builders import DAY, later
from xinheng.apps.evaluation import actions, catalogue, daily
from xinheng.apps.evaluation.lake import exporting
from xinheng.apps.evaluation.lake import manifest as manifests
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.evaluation.lake.verifying import verify
from xinheng.apps.evaluation.models import Result, Run, RunState
from xinheng.apps.timetable import actions as timetable
from xinheng.apps.timetable import regular
from xinheng.apps.timetable.models import LastRun


@pytest.fixture
def few_models(monkeypatch, settings, tmp_path):
    """Two of the models: each runs the same way."""
    settings.XINHENG_VAR = tmp_path
    settings.XINHENG_LAKE = ""
    ruling = [m for m in catalogue.ruling(on=DAY) if m.id in ("xh.comprehensive", "xh.risk")]
    monkeypatch.setattr(catalogue, "ruling", lambda on: ruling)
    return ruling


def test_regular_work_evaluates_the_city_and_says_so(sources, tell, few_models):
    tell("reg.enterprise", 1)
    timetable.run(regular.named("evaluate-city"), at=later(hours=1))
    assert {run.model for run in Run.objects.filter(state=RunState.DONE)} == {"xh.comprehensive", "xh.risk"}
    assert Result.objects.filter(current=True, model="xh.comprehensive").count() == 2
    assert LastRun.objects.get(pk="evaluate-city").said == "2 个模型，2 个组织。"


def test_the_lake_is_brought_up_by_itself(sources, tell, few_models):
    told = [daily.keep_lake(at=later(hours=1))]
    told.append(daily.keep_lake(at=later(hours=2)))
    tell("reg.enterprise", 1, at=later(hours=3))
    told.append(daily.keep_lake(at=later(hours=4)))
    assert told[0].startswith("重新导出 1 个组织")
    assert told[1] is None
    assert told[2].startswith("更新 1 个组织")


def test_one_broken_model_does_not_stop_the_others_and_the_fault_is_on_the_page(sources, few_models, monkeypatch):
    whole = actions.evaluate_city

    def broken(*, model, **rest):
        if model.id == "xh.comprehensive":
            raise OSError("disk full")
        return whole(model=model, **rest)

    monkeypatch.setattr(actions, "evaluate_city", broken)
    with pytest.raises(RuntimeError, match=r"xh\.comprehensive"):
        timetable.run(regular.named("evaluate-city"), at=later(hours=1))
    assert Run.objects.get().model == "xh.risk"
    assert not LastRun.objects.get(pk="evaluate-city").well


def test_two_exports_at_once_leave_a_whole_lake(sources, tell, lake, monkeypatch):
    """While one export reads, another one finishes and clears away: the first begins anew from what the second left."""
    export(lake, at=later(hours=1))
    tell("reg.enterprise", 1, at=later(hours=2))
    reading, others = exporting.rows_of, []

    def slow(subjects, codes):
        if not others:
            others.append(1)
            export(lake, at=later(hours=3), rebuild=True)
        return reading(subjects, codes)

    monkeypatch.setattr(exporting, "rows_of", slow)
    export(lake, at=later(hours=3))
    found = manifests.load(lake)
    assert all(lake.read(name) is not None for name in found.files())
    assert verify(lake, found).good
    assert verify(lake, replace(found, deltas=[])).compared == 2
