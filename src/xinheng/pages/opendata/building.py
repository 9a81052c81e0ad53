"""Building packages: only what moved since the last build is asked of the register; what has run out leaves at once.

A package is written into a folder of its own and put in place by one rename: whoever is downloading keeps what he began with.
Its Parquet file is what the next build starts from. Lost or foreign folders are built anew from the register.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import orjson
import polars as pl

from xinheng.apps.intake.models import Register
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Event
from xinheng.core.policy.model import Item, Status
from xinheng.pages.opendata import describing, rows, store
from xinheng.pages.opendata.store import State

_FORMAT = "1"  # of the packages: another one is built anew


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    item: str
    rows: int
    looked_at: int  # records asked of the register
    removed: int
    whole: bool  # built anew


def open_items(on: date) -> list[Item]:
    """Return the items whose records anybody may take."""
    return [i for i in current_policy().items(on=on) if i.publish == "P" and i.status is Status.ACTIVE]


def build_all(*, on: date, whole: bool = False) -> Iterator[Built]:
    """Build every package."""
    for item in open_items(on):
        yield build(item, on=on, whole=whole)


def build(item: Item, *, on: date, whole: bool = False) -> Built:
    """Bring one package to today."""
    position = Register.objects.filter(pk=1).values_list("position", flat=True).first() or 0
    event = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    policy = f"{_FORMAT}:{current_policy().digest}"
    before = None if whole else store.state_of(item.id)
    old, tombstones = _before(item, before, policy)
    if old is None or before is None or before.day > on:
        told = rows.rows(item, None, on=on)
        built = Built(item.id, told.height, told.height, 0, whole=True)
        gone = _gone(old, told, on, position)
    else:
        ids = rows.touched(item, since_position=before.position, since_event=before.event, since_day=before.day, on=on)
        kept = old.filter(~pl.col("record_id").is_in(list(ids)), _still(on))
        told = pl.concat([kept, rows.rows(item, ids, on=on)]).sort("record_id")
        gone = _gone(old, told, on, position)
        built = Built(item.id, told.height, len(ids), gone.height, whole=False)
    back = pl.col("record_id").is_in(told.get_column("record_id").to_list())
    tombstones = pl.concat([tombstones.filter(~back), gone]) if tombstones.height + gone.height else gone
    state = State(
        item=item.id, position=position, event=event, day=on, policy=policy, rows=told.height,
        next_end=told.get_column("must_delete_by").min(), files={},  # type: ignore[arg-type]
    )  # fmt: skip
    _write(item, state, told, tombstones)
    return built


def _before(item: Item, state: State | None, policy: str) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    """Return the rows of the last build, None where it cannot be built upon, and its tombstones."""
    folder, empty = store.folder() / item.id, pl.DataFrame(schema=rows.TOMBSTONES)
    try:
        tombstones = pl.read_csv(folder / store.REMOVED, schema=rows.TOMBSTONES)
        old = pl.read_parquet(folder / "data.parquet")
    except (FileNotFoundError, pl.exceptions.PolarsError):
        return None, empty
    usable = state is not None and state.policy == policy and dict(old.schema) == rows.schema(item)
    return old if usable else None, tombstones


def _still(on: date) -> pl.Expr:
    return pl.col("must_delete_by").is_null() | (pl.col("must_delete_by") >= on)


def _gone(old: pl.DataFrame | None, new: pl.DataFrame, on: date, position: int) -> pl.DataFrame:
    """Return a tombstone for each record that was in the package and is no longer."""
    if old is None:
        return pl.DataFrame(schema=rows.TOMBSTONES)
    left = old.join(new, on="record_id", how="anti").select("record_id")
    return left.select("record_id", removed_on=pl.lit(on), position=pl.lit(position, dtype=pl.Int64))


def _write(item: Item, state: State, told: pl.DataFrame, tombstones: pl.DataFrame) -> None:
    home = store.folder()
    made, place = home / f".{item.id}.{os.getpid()}", home / item.id
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    told.write_csv(made / "data.csv", include_bom=True)
    told.write_ndjson(made / "data.jsonl")
    told.write_parquet(made / "data.parquet")
    tombstones.write_csv(made / store.REMOVED)
    names = ("data.csv", "data.jsonl", "data.parquet", store.REMOVED)
    state = replace(state, files={name: store.measured(made / name) for name in names})
    text = orjson.dumps(describing.descriptor(item, state), option=orjson.OPT_INDENT_2)
    (made / store.DESCRIPTOR).write_bytes(text)
    state = replace(state, files=state.files | {store.DESCRIPTOR: store.measured(made / store.DESCRIPTOR)})
    sums = "".join(f"{known['sha256']}  {name}\n" for name, known in state.files.items())
    (made / store.SUMS).write_text(sums, encoding="ascii")
    (made / store.STATE).write_bytes(store.written(state))
    _put(made, place)


def _put(made: Path, place: Path) -> None:
    """Put the new folder where the old one was. Between the two renames there is none: a reader then gets "not built yet"."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    made.rename(place)
    shutil.rmtree(old, ignore_errors=True)
