"""What the subject map has to say at a cut: whose records the turns since the last cut have touched, and what speaks for them now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from xinheng.apps.ledger.models import Turn
from xinheng.apps.ledger.reading import rows_of
from xinheng.apps.ledger.runs import Places
from xinheng.apps.records.models import EventKind
from xinheng.apps.records.store import store
from xinheng.apps.subjects.models import Subject
from xinheng.core.ledger import entry, submap
from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing

_SUBJECTS_AT_ONCE = 20_000
ENDS = (EventKind.WITHDRAW, EventKind.REVOKE, EventKind.EXPIRE)

# Subjects of all versions, visible ones or not, of the records that the turns touched: whoever had or has one of them may change.
_TOUCHED = """
SELECT DISTINCT o.subject_id FROM ledger_turn t
JOIN records_version v ON v.submission_id = t.submission
JOIN records_version o ON o.record_id = v.record_id
WHERE t.number > %s AND t.number <= %s AND t.kind IN (4, 5) AND o.subject_id IS NOT NULL
UNION
SELECT DISTINCT o.subject_id FROM ledger_turn t
JOIN records_event e ON e.id = t.event
JOIN records_version o ON o.record_id = e.record_id
WHERE t.number > %s AND t.number <= %s AND t.kind = 2 AND o.subject_id IS NOT NULL
"""
# Versions of the given subjects that counted at a position of the register, with what would have superseded or ended them.
_STANDING = """
SELECT g.subject, v.id, v.item, v.commitment, v.record_id, s.position
FROM given g JOIN records_version v ON v.subject_id = g.subject
JOIN intake_submission s ON s.id = v.submission_id + 0
WHERE s.position IS NOT NULL AND s.position <= %s
AND (s.withdrawn_position IS NULL OR s.withdrawn_position > %s)
AND NOT EXISTS (
    SELECT 1 FROM records_version l JOIN intake_submission s2 ON s2.id = l.submission_id + 0
    WHERE l.record_id = v.record_id AND l.id <> v.id AND s2.position > s.position AND s2.position <= %s
    AND (s2.withdrawn_position IS NULL OR s2.withdrawn_position > %s))
"""
# The last end or return of each record that has one, by turn, with the position of the register it happened at.
_ENDED = """
SELECT e.record_id, e.kind, t.position FROM records_event e JOIN ledger_turn t ON t.event = e.id
WHERE t.number <= %s AND e.kind IN ('withdraw', 'revoke', 'expire', 'restore') ORDER BY t.number
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the map takes in: key and value of each subject, and whether it still has any record."""

    keys: np.ndarray
    values: np.ndarray
    present: np.ndarray


@dataclass(frozen=True, slots=True)
class Since:
    """What has come since the last cut, where that was acceptances only: it need not be asked for again."""

    position: int  # of the register at the last cut
    versions: pl.DataFrame  # ``Fresh.frame``
    ranges: list[tuple[int, int]]  # their ids


def touched(after: int, cut: Turn) -> list[int]:
    """Return the subjects that the turns after one cut and up to the next may have changed."""
    return sorted(row[0] for row in rows_of(_TOUCHED, [after, cut.number, after, cut.number]))


def all_subjects() -> list[int]:
    """Return every subject there is."""
    return list(Subject.objects.order_by("pk").values_list("pk", flat=True))


def changes(
    subjects: list[int], cut: Turn, places: Places, hashing: Hashing = SHA256, since: Since | None = None
) -> Iterator[Changes]:
    """Yield what the map says of these subjects at a cut, some thousands at a time."""
    ended = _ended_records(cut)
    for start in range(0, len(subjects), _SUBJECTS_AT_ONCE):
        some = subjects[start : start + _SUBJECTS_AT_ONCE]
        keys = [submap.key_of(name, hashing) for name in names_of(some)]
        if since is None:
            standing = _standing(some, cut.position, places, ended, hashing)
        else:
            standing = _standing_since(some, since, places, ended, hashing)
        values = _values(some, standing, hashing)
        present = np.fromiter((value is not None for value in values), dtype=bool, count=len(values))
        yield Changes(_rows(keys), _rows([value or bytes(SIZE) for value in values]), present)


def listed_of(subject: int, cut: Turn, places: Places, hashing: Hashing = SHA256) -> list[tuple[int, submap.Listed]]:
    """Return the versions that speak for a subject at a cut, each with its place and leaf hash."""
    frame = _standing([subject], cut.position, places, _ended_records(cut), hashing)
    return [
        (version, submap.Listed(place, leaf)) for version, place, leaf in frame.select("id", "place", "leaf").rows()
    ]


def names_of(subjects: list[int]) -> list[str]:
    """Return what each subject is called in the map: its code, or our number where it has none."""
    codes = dict(store().join("SELECT g.n, s.code FROM given g JOIN subjects_subject s ON s.id = g.subject", {"subject": subjects}, ("bigint",)))  # fmt: skip
    return [codes.get(n) or f"#{subject}" for n, subject in enumerate(subjects)]


def _standing(
    subjects: list[int], position: int, places: Places, ended: dict[int, int], hashing: Hashing, and_not: str = ""
) -> pl.DataFrame:
    """Return subject, version id, record, place and leaf hash of what spoke for these subjects at a position, in the log's order."""
    rows = store().join(_STANDING + and_not, {"subject": subjects}, ("bigint",), [position] * 4)
    # A record told anew after its end stands again: only versions that were visible before the end are gone.
    rows = [row for row in rows if row[4] not in ended or row[5] > ended[row[4]]] if ended else rows
    head, ends = bytes([entry.Kind.VERSION]), {item: item.encode("ascii") for item in {row[2] for row in rows}}
    leaves = hashing.each((head + bytes(row[3]) + ends[row[2]] for row in rows), prefix=b"\0")
    ids = np.fromiter((row[1] for row in rows), dtype=np.int64, count=len(rows))
    return pl.DataFrame(
        {
            "subject": np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows)),
            "id": ids,
            "record": np.fromiter((row[4] for row in rows), dtype=np.int64, count=len(rows)),
            "place": places.of(ids) if len(ids) else ids,
            "leaf": [leaves[i : i + SIZE] for i in range(0, len(leaves), SIZE)],
        },
        schema_overrides={"leaf": pl.Binary},
    ).sort("subject", "place")


def _standing_since(
    subjects: list[int], since: Since, places: Places, ended: dict[int, int], hashing: Hashing
) -> pl.DataFrame:
    """Return the same, from what stood at the last cut and what has been accepted since."""
    and_not = "".join(f" AND NOT v.id BETWEEN {first} AND {last}" for first, last in since.ranges)
    before = _standing(subjects, since.position, places, ended, hashing, and_not)
    fresh = since.versions.filter(pl.col("subject").is_in(subjects))
    told_anew = since.versions.select("record")
    left = before.join(told_anew, on="record", how="anti") if before.height else before
    return pl.concat([left, fresh]).sort("subject", "place")


def _values(subjects: list[int], standing: pl.DataFrame, hashing: Hashing) -> list[bytes | None]:
    """Return the value of each subject, None for one without records."""
    places = standing.get_column("place").to_numpy().astype(">i8").tobytes()
    leaves = standing.get_column("leaf").to_list()
    listed = [places[8 * i : 8 * i + 8] + leaf for i, leaf in enumerate(leaves)]
    owners = standing.get_column("subject").to_numpy()
    wanted = np.asarray(subjects)
    starts, ends = np.searchsorted(owners, wanted), np.searchsorted(owners, wanted, side="right")
    return [
        hashing.of(submap.LISTED + b"".join(listed[a:b])) if b > a else None
        for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def _ended_records(cut: Turn) -> dict[int, int]:
    """Return record → position of the register at which it was ended, for those not restored since."""
    ended: dict[int, int] = {}
    for record, kind, position in rows_of(_ENDED, [cut.number]):
        if kind == EventKind.RESTORE:
            ended.pop(record, None)
        else:
            ended[record] = position
    return ended


def _rows(digests: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, SIZE)


def together(parts: Iterator[Changes]) -> Changes:
    """Return all changes as one, to be taken in at once."""
    found = list(parts)
    if not found:
        return Changes(_rows([]), _rows([]), np.zeros(0, dtype=bool))
    return Changes(
        np.concatenate([part.keys for part in found]),
        np.concatenate([part.values for part in found]),
        np.concatenate([part.present for part in found]),
    )
