"""The city on a real Spark cluster: a master and two workers as processes of their own, the same integers as everywhere."""

from __future__ import annotations

import warnings

import pytest

from core.evaluation.cases import VECTORS, as_row, by_plain, evidence_of, lake_of, method, subjects_frame
from support.builders import DAY, later
from xinheng.apps.evaluation import runs
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.loading import model_named
from xinheng.core.evaluation.organisations import Organisation, OrganisationKind
from xinheng.core.evaluation.planning import plan
from xinheng.demo import spark

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
_LACKING = spark.missing()
if _LACKING is not None:
    warnings.warn(f"NOT TESTED ON SPARK: {_LACKING}", stacklevel=1)
    pytestmark.append(pytest.mark.skip(reason=str(_LACKING)))
ON = DAY.replace(day=25)
ORGANISATION = Organisation(code=None, kind=OrganisationKind.ENTERPRISE)


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    with spark.cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


def test_the_published_vectors_on_the_cluster(master, tmp_path):
    import ibis

    from xinheng.apps.evaluation.relational import spark_session
    from xinheng.core.evaluation import relational

    session = spark_session(master)
    try:
        assert session.sparkContext.master == master
        connection = ibis.pyspark.connect(session)
        for family, name in (("comprehensive", "xh.comprehensive"), ("risk", "xh.risk")):
            model = method(name)
            cases = [evidence_of(vector) for vector in VECTORS[family]]
            rows, book = lake_of(model, cases)
            rows.write_parquet(tmp_path / f"{family}.parquet")
            subjects_frame([ORGANISATION] * len(cases)).write_parquet(tmp_path / f"{family}-subjects.parquet")
            evidence = connection.read_parquet(str(tmp_path / f"{family}.parquet"), table_name=f"evidence_{family}")
            subjects = connection.read_parquet(
                str(tmp_path / f"{family}-subjects.parquet"), table_name=f"about_{family}"
            )
            found = relational.results(evidence, subjects, plan(model, ON), book).to_pandas().to_dict("records")
            for row in found:
                want = as_row(model, by_plain(model, cases[int(row["subject"])]))
                if want["no_result"]:
                    assert row["no_result"] == want["no_result"]
                else:
                    assert {name: int(row[name]) for name in want} == want
    finally:
        session.stop()


@pytest.mark.usefixtures("town")
def test_a_city_on_the_cluster_has_the_same_digest(master, lake):
    export(lake, at=later(hours=1))
    model = model_named(current_policy(), "xh.comprehensive", on=DAY)
    told = [
        runs.compute(place=lake, model=model, on=DAY, known_at=later(minutes=30), folder="", engine=engine)
        for engine in ("local", master)
    ]
    assert told[0].digest == told[1].digest
    assert told[0].tally.counts == told[1].tally.counts


@pytest.fixture
def town(sources, tell):
    for number in range(1, 4):
        tell("reg.enterprise", number)
        tell("eva.tax", number, grade="ABD"[number - 1])
    tell("adm.penalty", 1)
    tell("abn.enterprise", 3)
