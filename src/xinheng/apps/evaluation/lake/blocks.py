"""Reading the lake as it was known at an instant, block by block of organisations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from xinheng.apps.evaluation.lake.manifest import Manifest, Part
from xinheng.apps.evaluation.lake.place import Place
from xinheng.core.evaluation.columns import EVIDENCE

_COLUMNS = list(EVIDENCE.names())
_ABOUT = ["subject", "kind", "division", "region", "size"]


@dataclass(frozen=True, slots=True)
class Block:
    """Some organisations with all of their evidence, both sorted by subject."""

    evidence: pl.DataFrame
    subjects: pl.DataFrame


def blocks(place: Place, manifest: Manifest, *, known_at: int, applied: Iterable[int] = ()) -> Iterator[Block]:
    """Yield the lake as it was known at an instant (microseconds): what was told later is not in it.

    Blocks come in the order of subjects, whatever parts and deltas the lake consists of: the same knowledge gives the same
    results in the same order.
    """
    willing = pl.Series("subject", sorted(applied), dtype=pl.Int64)
    replaced = newest(place, manifest)
    firsts = [part.first for part in manifest.parts]
    ranges = zip(manifest.parts, [None, *firsts[1:]] if firsts else [], [*firsts[1:], None], strict=True)
    for part, first, until in ranges:
        changed = _between(replaced, first, until)
        found = [_read(place, part, manifest, known_at, ~_among(changed.get_column("subject")))]
        for delta in manifest.deltas:
            mine = changed.filter(pl.col("part") == delta.name).get_column("subject")
            if mine.len():
                found.append(_read(place, delta, manifest, known_at, _among(mine)))
        yield _joined(found, willing)


def _between(replaced: pl.DataFrame, first: int | None, until: int | None) -> pl.DataFrame:
    subject = pl.col("subject")
    return replaced.filter(
        pl.lit(True) if first is None else subject >= first, pl.lit(True) if until is None else subject < until
    )


def _among(subjects: pl.Series) -> pl.Expr:
    return pl.col("subject").is_in(subjects.implode())


def newest(place: Place, manifest: Manifest) -> pl.DataFrame:
    """Return the organisations of the deltas, each with the last delta it is in."""
    told = [
        place.scan(f"subjects/{part.name}.parquet")
        .select("subject")
        .unique()
        .with_columns(part=pl.lit(part.name))
        .collect()
        for part in manifest.deltas
    ]
    if not told:
        return pl.DataFrame(schema={"subject": pl.Int64, "part": pl.String})
    return pl.concat(told).unique("subject", keep="last", maintain_order=True)


def _read(place: Place, part: Part, manifest: Manifest, known_at: int, chosen: pl.Expr) -> Block:
    known = (pl.col("since") <= known_at) & (pl.col("known_until") > known_at)
    now = place.scan(f"evidence/{part.name}.parquet")
    if known_at < manifest.latest:  # some of it was not known yet, or is no longer: look at both files
        now = pl.concat([now, place.scan(f"past/{part.name}.parquet")]).filter(known)
    about = place.scan(f"subjects/{part.name}.parquet").filter(known)
    if manifest.deltas:
        now, about = now.filter(chosen), about.filter(chosen)
    return Block(now.select(_COLUMNS).collect(), about.select(_ABOUT).collect())


def _joined(found: list[Block], willing: pl.Series) -> Block:
    evidence = found[0].evidence if len(found) == 1 else pl.concat([b.evidence for b in found]).sort("subject", "on")
    subjects = pl.concat([b.subjects for b in found]).sort("subject")
    return Block(evidence, subjects.with_columns(applied=_among(willing)))
