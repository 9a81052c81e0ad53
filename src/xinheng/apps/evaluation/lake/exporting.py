"""Writing the lake: whole, or only about those whom something new concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from xinheng.apps.evaluation.lake import manifest as manifests
from xinheng.apps.evaluation.lake.manifest import Manifest, Part
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.lake.rows import Codes, Rows, rows_of
from xinheng.apps.evaluation.reading import in_steps
from xinheng.apps.intake.order import position as register_position
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Event, Version
from xinheng.apps.subjects.models import Subject
from xinheng.core.evaluation.columns import LAKE, ORDER, SUBJECT_ROWS
from xinheng.core.evaluation.knowledge import FOREVER, micros
from xinheng.core.evaluation.words_of_evidence import vocabulary_of

_STEP = 2_000  # organisations read from the register at once
_PART = 50_000  # organisations of a part: some million rows
_MOST_DELTAS, _MOST_SHARE = 40, 5  # then, or when a fifth of the lake is replaced, it is written anew
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export did."""

    manifest: Manifest
    whole: bool
    subjects: int
    rows: int


def export(place: Place, *, at: datetime, rebuild: bool = False, progress: Progress = lambda n: None) -> Exported:
    """Bring the lake up to the register, and return what was done.

    Only organisations that something new concerns are read again; everything is where there is no lake yet, where its words
    mean something else now, or where ``rebuild`` asks for it.
    """
    present = manifests.load(place)
    made = _export(place, None if rebuild else present, at=at, progress=progress)
    if manifests.load(place) != present:
        # Another export was faster. What it left may no longer be what ours stands on: begin anew from there.
        return export(place, at=at, progress=progress)
    manifests.save(place, made.manifest)
    for folder in ("evidence", "past", "subjects"):
        place.remove_all_but(made.manifest.files(), folder)
    return made


def _export(place: Place, before: Manifest | None, *, at: datetime, progress: Progress) -> Exported:
    if before is None or before.meaning != manifests.meaning_of(vocabulary_of(current_policy())):
        return _export_all(place, at=at, progress=progress)
    changed = changed_since(before.position, before.events)
    if len(before.deltas) >= _MOST_DELTAS or _share(before, len(changed)) > 1 / _MOST_SHARE:
        return _export_all(place, at=at, progress=progress)
    return _export_some(place, before, changed, at=at, progress=progress)


def changed_since(position: int, event: int) -> list[int]:
    """Return the organisations something became visible of, or ceased to be, after a position of the register."""
    told = Version.objects.filter(submission__position__gt=position)
    gone = Version.objects.filter(submission__withdrawn_position__gt=position)
    happened = Version.objects.filter(record__events__pk__gt=event)
    touched = {*told.values_list("record", flat=True), *gone.values_list("record", flat=True)}
    found = set(happened.exclude(subject=None).values_list("subject", flat=True))
    ids = sorted(touched)
    for start in range(0, len(ids), _STEP):  # a record may have been another's before
        about = Version.objects.filter(record__in=ids[start : start + _STEP]).exclude(subject=None)
        found |= set(about.values_list("subject", flat=True))
    return sorted(found)


def _share(before: Manifest, changed: int) -> float:
    total = sum(part.subjects for part in before.parts)
    replaced = changed + sum(part.subjects for part in before.deltas)
    return replaced / total if total >= 1_000 else 0.0


def _standing(at: datetime) -> dict[str, int]:
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"position": register_position(), "events": last, "at": micros(at)}


@dataclass
class _Writer:
    """Collects rows and writes them as parts."""

    place: Place
    stamp: str
    codes: Codes
    parts: list[Part] = field(default_factory=list)
    waiting: list[Rows] = field(default_factory=list)
    latest: int = 0

    def add(self, rows: Rows) -> None:
        self.waiting.append(rows)
        self.latest = max(self.latest, rows.latest)
        if sum(r.subjects.get_column("subject").n_unique() for r in self.waiting) >= _PART:
            self.flush()

    def flush(self) -> None:
        evidence = pl.concat([r.evidence for r in self.waiting] or [pl.DataFrame(schema=LAKE)]).sort(ORDER)
        subjects = pl.concat([r.subjects for r in self.waiting] or [pl.DataFrame(schema=SUBJECT_ROWS)])
        self.waiting = []
        if subjects.height == 0:
            return
        self.parts.append(self._write(f"{self.stamp}-{len(self.parts):05d}", evidence, subjects))

    def _write(self, name: str, evidence: pl.DataFrame, subjects: pl.DataFrame) -> Part:
        now = pl.col("known_until") == FOREVER
        current, past = evidence.filter(now), evidence.filter(~now)
        size = self.place.write_frame(f"evidence/{name}.parquet", current)
        size += self.place.write_frame(f"past/{name}.parquet", past)
        size += self.place.write_frame(f"subjects/{name}.parquet", subjects)
        ids = subjects.get_column("subject")
        return Part(
            name=name,
            first=int(ids.min()),  # type: ignore[arg-type]
            last=int(ids.max()),  # type: ignore[arg-type]
            subjects=ids.n_unique(),
            rows=current.height,
            past=past.height,
            bytes=size,
        )


def _export_all(place: Place, *, at: datetime, progress: Progress) -> Exported:
    standing = _standing(at)  # taken first: what comes while we read is taken up by the next export
    writer = _Writer(place, f"p{standing['position']}-{standing['at']:x}", Codes())
    for subjects in in_steps(_STEP):
        rows = rows_of(subjects, writer.codes)
        writer.add(rows)
        progress(subjects.count())
    writer.flush()
    made = Manifest(
        meaning=manifests.meaning_of(vocabulary_of(current_policy())),
        policy=current_policy().digest,
        latest=writer.latest,
        words=writer.codes.words,
        parts=writer.parts,
        **standing,
    )
    return _done(made, whole=True, parts=made.parts)


def _export_some(place: Place, before: Manifest, changed: list[int], *, at: datetime, progress: Progress) -> Exported:
    standing = _standing(at)
    writer = _Writer(place, f"d{standing['position']}-{standing['at']:x}", Codes.of(before.book.words))
    for ids in _in_lists(changed):
        rows = rows_of(Subject.objects.filter(pk__in=ids), writer.codes)
        writer.add(rows)
        progress(len(ids))
    writer.flush()
    made = replace(
        before,
        policy=current_policy().digest,
        latest=max(before.latest, writer.latest),
        words=writer.codes.words,
        deltas=[*before.deltas, *writer.parts],
        **standing,
    )
    return _done(made, whole=False, parts=writer.parts)


def _in_lists(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _STEP):
        yield ids[start : start + _STEP]


def _done(made: Manifest, *, whole: bool, parts: list[Part]) -> Exported:
    return Exported(
        manifest=made,
        whole=whole,
        subjects=sum(p.subjects for p in parts),
        rows=sum(p.rows + p.past for p in parts),
    )
