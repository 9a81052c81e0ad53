"""The city on a real Spark cluster: a master and two workers as processes of their own, the same integers as everywhere."""

from __future__ import annotations

import warnings

import ibis
import pytest

from core.evaluation.cases import VECTORS, as_row, by_plain, evidence_of, lake_of, method, subjects_frame
from support.builders import DAY, later
from support.storage import s3
from xinheng.apps.evaluation import runs
from xinheng.apps.evaluation.lake.exporting import export
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.relational import spark_session
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation import relational
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


# A handful of rows: most of the time would go into sixteen partitions of nothing and into compiling code that runs once.
SMALL = "spark.sql.codegen.wholeStage=false;spark.sql.codegen.factoryMode=NO_CODEGEN;spark.sql.adaptive.enabled=false"


@pytest.fixture
def master(tmp_path, monkeypatch):
    monkeypatch.setenv("XINHENG_SPARK", SMALL)
    monkeypatch.setenv("XINHENG_SPARK_PARTITIONS", "2")
    with spark.cluster(tmp_path / "spark") as address:
        yield address


@pytest.mark.usefixtures("town")
def test_vectors_and_a_city_on_the_cluster(master, tmp_path, tell):
    """One cluster and one session for everything: starting them is what takes long."""
    session = spark_session(master)
    assert session.sparkContext.master == master
    connection = ibis.pyspark.connect(session)
    for family, name in (("comprehensive", "xh.comprehensive"), ("risk", "xh.risk")):
        check_vectors(connection, family, method(name), tmp_path)
    model = model_named(current_policy(), "xh.comprehensive", on=DAY)
    with s3() as bucket:
        lake = Place(f"{bucket}/lake")  # on object storage, and with a delta, as a lake is that has been used
        export(lake, at=later(hours=1))
        tell("adm.penalty", 2, at=later(hours=2), doc_no="深市监罚字〔2026〕14号")
        assert not export(lake, at=later(hours=3)).whole
        told = [
            runs.compute(place=lake, model=model, on=DAY, known_at=later(hours=3), folder="", engine=engine)
            for engine in ("local", master)  # a run on the cluster ends its session
        ]
    assert told[0].digest == told[1].digest
    assert told[0].tally.counts == told[1].tally.counts
    assert told[0].tally.subjects == 4


def check_vectors(connection, family, model, folder):
    cases = [evidence_of(vector) for vector in VECTORS[family]]
    rows, book = lake_of(model, cases)
    rows.write_parquet(folder / f"{family}.parquet")
    subjects_frame([ORGANISATION] * len(cases)).write_parquet(folder / f"{family}-subjects.parquet")
    evidence = connection.read_parquet(str(folder / f"{family}.parquet"), table_name=f"evidence_{family}")
    subjects = connection.read_parquet(str(folder / f"{family}-subjects.parquet"), table_name=f"about_{family}")
    found = relational.results(evidence, subjects, plan(model, ON), book).to_pandas().to_dict("records")
    assert len(found) == len(cases)
    for row in found:
        want = as_row(model, by_plain(model, cases[int(row["subject"])]))
        if want["no_result"]:
            assert row["no_result"] == want["no_result"]
        else:
            assert {name: int(row[name]) for name in want} == want


@pytest.fixture
def town(sources, tell):
    for number in range(1, 4):
        tell("reg.enterprise", number)
        tell("eva.tax", number, grade="ABD"[number - 1])
    tell("adm.penalty", 1)
    tell("abn.enterprise", 3)
