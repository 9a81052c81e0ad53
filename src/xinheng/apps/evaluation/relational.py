"""The city on DuckDB or Spark: one query over all files of the lake. Needs the extra ``spark``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl

from xinheng.apps.evaluation.lake.manifest import Manifest
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.refusals import EngineMissing
from xinheng.core.evaluation.columns import EVIDENCE
from xinheng.core.evaluation.plan import Plan

SPARK = ("spark", "spark://", "local[", "local-cluster[", "yarn", "k8s://")
_ABOUT = ["subject", "kind", "division", "region"]


def is_spark(engine: str) -> bool:
    """Say whether an engine's name means Spark: a master's address, or "spark" for this machine."""
    return engine == "spark" or engine.startswith(SPARK[1:])


def evaluate(
    engine: str, place: Place, manifest: Manifest, plan: Plan, *, known_at: int, applied: pl.Series
) -> pl.DataFrame:
    """Return the results of the whole city, sorted by subject."""
    try:
        from xinheng.core.evaluation import relational
    except ImportError:
        raise EngineMissing(engine=engine, extra="spark", more="") from None
    with _connected(engine, place) as (connection, tables), _near(engine, place, manifest) as place:
        evidence = _evidence(connection, tables, place, manifest, known_at)
        subjects = _subjects(connection, tables, place, manifest, known_at, applied)
        found = relational.results(evidence, subjects, plan, manifest.book)
        return _fetched(engine, connection, found).select(plan.columns()).sort("subject")


@contextmanager
def _near(engine: str, place: Place, manifest: Manifest) -> Iterator[Place]:
    """Bring a lake on object storage to this machine for a Spark of this machine, which has no reader of S3 by itself.

    A cluster elsewhere reads ``s3a://`` with the connector it is started with (``spark.jars.packages``).
    """
    if place.local or not is_spark(engine) or not _is_here(engine):
        yield place
        return
    with tempfile.TemporaryDirectory() as folder:
        near = Place(folder)
        for name in sorted(manifest.files()):
            content = place.read(name)
            if content is None:
                raise FileNotFoundError(place.path(name))
            near.write(name, content)
        yield near


def _is_here(engine: str) -> bool:
    return not engine.startswith("spark://") or "127.0.0.1" in engine


@contextmanager
def _connected(engine: str, place: Place) -> Iterator[tuple[Any, _Tables]]:
    import ibis

    if is_spark(engine):
        session = spark_session(engine)
        try:
            yield ibis.pyspark.connect(session), _Tables()
        finally:
            session.stop()
    else:
        connection = ibis.duckdb.connect(threads=os.cpu_count() or 1)
        connection.raw_sql("SET enable_progress_bar = false")
        if not place.local:  # by fsspec: DuckDB's own reader of S3 is an extension that has to be fetched
            connection.con.register_filesystem(place.storage()[0])
        yield connection, _Tables()


class _Tables:
    """Gives each table a name of its own."""

    def __init__(self) -> None:
        self.count = 0

    def name(self) -> str:
        self.count += 1
        return f"lake_{self.count}"


def spark_session(engine: str) -> Any:
    """Return a Spark session: on this machine, or on the cluster whose master is named.

    ``XINHENG_SPARK`` adds settings, as ``spark.executor.memory=4g;spark.executor.cores=2``.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineMissing(engine=engine, extra="spark", more="，并安装 Java 17") from None
    master = "local[*]" if engine == "spark" else engine
    builder = SparkSession.builder.master(master).appName("xinheng")
    options = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",  # what does not fit into a number is an error, never another number
        "spark.sql.shuffle.partitions": os.environ.get("XINHENG_SPARK_PARTITIONS", "16"),
    }
    if "127.0.0.1" in master or master.startswith("local"):
        options |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for option in os.environ.get("XINHENG_SPARK", "").split(";"):
        name, sign, value = option.partition("=")
        if sign:
            options[name.strip()] = value.strip()
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _read(connection: Any, tables: _Tables, place: Place, names: list[str]) -> Any:
    # By either name Spark's connector and fsspec know it; seeing "s3" Ibis would have DuckDB fetch an extension.
    paths = [place.path(name) if place.local else place.path(name).replace("s3://", "s3a://") for name in names]
    if hasattr(connection, "_session"):  # Spark reads a list of files in one go
        name = tables.name()
        connection._session.read.parquet(*paths).createOrReplaceTempView(name)
        return connection.table(name)
    return connection.read_parquet(paths, table_name=tables.name())


def _evidence(connection: Any, tables: _Tables, place: Place, manifest: Manifest, known_at: int) -> Any:
    folders = ["evidence"] if known_at >= manifest.latest else ["evidence", "past"]
    return _layered(connection, tables, place, manifest, known_at, folders, list(EVIDENCE.names()))


def _subjects(
    connection: Any, tables: _Tables, place: Place, manifest: Manifest, known_at: int, applied: pl.Series
) -> Any:
    import ibis

    found = _layered(connection, tables, place, manifest, known_at, ["subjects"], _ABOUT)
    ids = applied.to_list()
    return found.mutate(applied=found.subject.isin(ids) if ids else ibis.literal(False))


def _layered(
    connection: Any,
    tables: _Tables,
    place: Place,
    manifest: Manifest,
    known_at: int,
    folders: list[str],
    columns: list[str],
) -> Any:
    """Return the base without the organisations of deltas, and of each organisation the last delta it is in."""
    from xinheng.apps.evaluation.lake.blocks import newest

    def files(names: list[str]) -> Any:
        table = _read(connection, tables, place, [f"{f}/{name}.parquet" for f in folders for name in names])
        known = table.filter(table.since <= known_at, table.known_until > known_at)
        return known.select(columns)

    base = files([part.name for part in manifest.parts])
    replaced = newest(place, manifest)
    if replaced.is_empty():
        return base
    import ibis

    given = ibis.memtable(replaced.to_arrow())
    found = base.anti_join(given, "subject")
    for delta in manifest.deltas:
        mine = given.filter(given.part == delta.name)
        found = found.union(files([delta.name]).semi_join(mine, "subject"))
    return found


def _fetched(engine: str, connection: Any, found: Any) -> pl.DataFrame:
    """Bring results here: by way of files from Spark, which would otherwise send them row by row."""
    if not is_spark(engine):
        return pl.from_arrow(connection.to_pyarrow(found))  # type: ignore[return-value]
    if _is_here(engine):
        with tempfile.TemporaryDirectory() as folder:
            connection.to_parquet(found, f"{folder}/out")
            return pl.read_parquet(f"{folder}/out/*.parquet")
    return pl.from_arrow(connection.to_pyarrow(found))  # type: ignore[return-value]
