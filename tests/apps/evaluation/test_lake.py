"""The lake says what the register says, whole or brought up step by step, now or at any instant; and engines read it alike."""

from __future__ import annotations

import polars as pl
import pytest

from support.builders import AT, DAY, code, later
from support.storage import s3
from xinheng.apps.evaluation import actions, explaining, reading, recording, runs
from xinheng.apps.evaluation.lake import manifest as manifests
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.lake.verifying import verify
from xinheng.apps.evaluation.models import Result, Run, RunState
from xinheng.apps.evaluation.refusals import LakeBehind, NoLake
from xinheng.apps.policy import current_policy
from xinheng.apps.records import actions as records
from xinheng.apps.records.models import Record
from xinheng.core.evaluation.loading import model_named


def model(name="xh.comprehensive"):
    return model_named(current_policy(), name, on=DAY)


@pytest.fixture
def town(sources, tell):
    for number in range(1, 6):
        tell("reg.enterprise", number)
        tell("eva.tax", number, grade="ABMCD"[number - 1])
    tell("adm.penalty", 1)
    tell("adm.penalty", 2, credit_grade="严重", publish_until="2029-09-01", doc_no="深市监罚字〔2026〕13号")
    tell("abn.enterprise", 3)


def of_city(lake, at, on=DAY, engine="local"):
    computed = runs.compute(place=lake, model=model(), on=on, known_at=at, folder=f"results/{engine}", engine=engine)
    rows = runs.read(lake, f"results/{engine}").collect().to_dicts()
    return {row["subject"]: recording.told(computed.method, computed.plan, row) for row in rows}, computed


def one_by_one(at, on=DAY):
    found = {}
    for number in (1, 2, 3, 4, 5):
        subject = reading.subject_of(code(number), as_of=at)
        method = explaining.method_for(model(), on=on, at=at)
        result, _ = explaining.evaluate(subject=subject, method=method, on=on, at=at)
        found[subject.pk] = recording.as_told(result)
    return found


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("engine", ["local", "polars", "duckdb"])
def test_the_city_equals_each_organisation_by_itself(lake, engine):
    export(lake, at=later(hours=1))
    told, _ = of_city(lake, later(minutes=30), engine=engine)
    for subject, result in one_by_one(later(minutes=30)).items():
        assert told[subject] == result


@pytest.mark.usefixtures("town")
def test_only_what_changed_is_exported_and_the_whole_equals_the_steps(lake, tell, tmp_path):
    export(lake, at=later(hours=1))
    tell("adm.penalty", 4, at=later(hours=2), doc_no="深市监罚字〔2026〕14号")
    tell("reg.enterprise", 6, at=later(hours=2))
    done = export(lake, at=later(hours=3))
    assert (done.whole, done.subjects) == (False, 2)
    whole = Place(str(tmp_path / "whole"))
    export(whole, at=later(hours=3), rebuild=True)
    stepwise, first = of_city(lake, later(hours=3))
    at_once, second = of_city(whole, later(hours=3))
    assert stepwise == at_once
    assert first.tally.counts == second.tally.counts
    assert first.digest == second.digest
    for place in (lake, whole):
        found = verify(place, manifests.load(place))
        assert found.good
        assert found.compared == 7


@pytest.mark.usefixtures("town")
def test_a_past_day_by_replay(lake, tell, officer_of):
    export(lake, at=later(hours=1))
    before, was = of_city(lake, later(minutes=30))
    tell("adm.penalty", 4, at=later(hours=2), doc_no="深市监罚字〔2026〕14号")
    record = Record.objects.get(item="abn.enterprise", versions__subject__code=code(3))
    records.withdraw_record(record=record, because="误列", by=officer_of(record), at=later(hours=3))
    export(lake, at=later(hours=4))
    again, now = of_city(lake, later(minutes=30))
    assert again == before
    assert now.digest == was.digest
    after, _ = of_city(lake, later(hours=4))
    for subject, result in one_by_one(later(hours=4)).items():
        assert after[subject] == result
    assert after != before


@pytest.mark.usefixtures("town")
def test_a_run_is_repeatable_byte_for_byte(lake):
    export(lake, at=later(hours=1))
    made = [actions.evaluate_city(place=lake, model=model(), by=None, at=later(hours=1), on=DAY) for _ in range(2)]
    assert made[0].digest == made[1].digest
    files = [sorted((lake.path(run.folder), name) for name in _files(lake, run)) for run in made]
    contents = [[_read(folder, name) for folder, name in told] for told in files]
    assert contents[0] == contents[1]
    assert (made[0].method_hash, made[0].position) == (made[1].method_hash, made[1].position)


def _files(lake, run):
    from pathlib import Path

    return [p.name for p in Path(lake.path(run.folder)).iterdir()]


def _read(folder, name):
    from pathlib import Path

    return (Path(folder) / name).read_bytes()


@pytest.mark.usefixtures("town")
def test_results_are_history_and_a_second_run_adds_only_what_changed(lake, tell):
    at = later(hours=1)
    export(lake, at=at)
    actions.evaluate_city(place=lake, model=model(), by=None, at=at, on=DAY)
    assert Result.objects.filter(current=True).count() == 6
    tell("adm.penalty", 4, at=later(hours=2), doc_no="深市监罚字〔2026〕14号")
    export(lake, at=later(hours=3))
    actions.evaluate_city(place=lake, model=model(), by=None, at=later(hours=3), on=DAY)
    four = Result.objects.filter(subject__code=code(4)).order_by("pk")
    assert [r.current for r in four] == [None, True]
    assert four[1].changes == {"L02": [0, -40]}
    assert Result.objects.count() == 7


@pytest.mark.usefixtures("town")
def test_a_run_that_cannot_finish_leaves_the_last_results_in_force(lake, monkeypatch):
    export(lake, at=later(hours=1))
    actions.evaluate_city(place=lake, model=model(), by=None, at=later(hours=1), on=DAY)
    before = list(Result.objects.values_list("pk", "grade", "current"))
    monkeypatch.setattr(runs, "text_of", lambda results: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.evaluate_city(place=lake, model=model(), by=None, at=later(hours=1), on=DAY)
    assert list(Result.objects.values_list("pk", "grade", "current")) == before
    assert Run.objects.order_by("-pk").first().state == RunState.FAILED


@pytest.mark.usefixtures("town")
def test_no_lake_and_a_lake_that_ends_too_early_are_refused(lake):
    with pytest.raises(NoLake):
        of_city(lake, AT)
    export(lake, at=later(hours=1))
    with pytest.raises(LakeBehind):
        of_city(lake, later(hours=2))


@pytest.mark.usefixtures("town")
def test_a_lake_that_was_tampered_with_is_found_out(lake):
    export(lake, at=later(hours=1))
    part = manifests.load(lake).parts[0]
    name = f"evidence/{part.name}.parquet"
    frame = lake.scan(name).collect()
    lake.write_frame(name, frame.with_columns(value=pl.col("value") + 1))
    assert not verify(lake, manifests.load(lake)).good


@pytest.fixture
def bucket():
    with s3() as address:
        yield address


@pytest.mark.usefixtures("town")
def test_the_lake_on_object_storage_over_http(tell, tmp_path, bucket):
    """Whole, step by step, verified, and read by every engine: the same files as on disk, the same results."""
    there, here = Place(f"{bucket}/lake"), Place(str(tmp_path / "here"))
    assert manifests.load(there) is None
    for place in (there, here):
        export(place, at=later(hours=1))
    tell("adm.penalty", 4, at=later(hours=2), doc_no="深市监罚字〔2026〕14号")
    for place in (there, here):
        assert (export(place, at=later(hours=3)).whole, len(manifests.load(place).deltas)) == (False, 1)
    assert verify(there, manifests.load(there)).good
    told = [of_city(there, later(hours=3), engine=engine) for engine in ("local", "polars", "duckdb")]
    told.append(of_city(here, later(hours=3)))
    assert len({computed.digest for _, computed in told}) == 1
    assert all(results == told[-1][0] for results, _ in told)
    before = {name for name in _all(there) if name.startswith(("evidence", "past", "subjects"))}
    assert before == manifests.load(there).files()
    export(there, at=later(hours=4), rebuild=True)
    left = {name for name in _all(there) if name.startswith(("evidence", "past", "subjects"))}
    assert left == manifests.load(there).files() != before  # what nobody names any more is gone
    run = actions.evaluate_city(place=there, model=model(), by=None, at=later(hours=4), on=DAY)
    assert (run.state, run.digest) == (RunState.DONE, told[0][1].digest)
    assert Result.objects.filter(run=run, current=True).count() == 6


def _all(place):
    fs, root = place.storage()
    return {path.removeprefix(root).lstrip("/") for path in fs.find(root)}


@pytest.fixture
def officer_of():
    return lambda record: record.versions.first().submission.officer
