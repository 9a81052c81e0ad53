"""What the subject map has to say at a cut: whose records the turns since the last cut have touched, and what speaks for them now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xinheng.apps.ledger.models import Turn
from xinheng.apps.ledger.reading import rows_of, version_entries
from xinheng.apps.ledger.runs import Places
from xinheng.apps.ledger.standing import Standing, rows_of_digests
from xinheng.apps.records.models import EventKind
from xinheng.apps.records.store import store
from xinheng.apps.subjects.models import Subject
from xinheng.core.ledger import submap
from xinheng.core.ledger.hashing import LEAF, SHA256, Hashing

_SUBJECTS_AT_ONCE = 20_000
_RECORDS_AT_ONCE = 50_000
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
# Subjects of all versions of the given records.
_TOLD_ELSEWHERE = """
SELECT DISTINCT o.subject_id FROM given g
JOIN records_version o ON o.record_id = g.record WHERE o.subject_id IS NOT NULL
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
    versions: Standing  # ``Fresh.standing``
    ranges: list[tuple[int, int]]  # their ids
    newest_record: int  # no record with a greater id was in the log at the last cut


def touched(after: int, cut: Turn, since: Since | None = None) -> list[int]:
    """Return the subjects that the turns after one cut and up to the next may have changed."""
    if since is None:
        return sorted(row[0] for row in rows_of(_TOUCHED, [after, cut.number, after, cut.number]))
    found = set(np.unique(since.versions.subjects).tolist())
    known = since.versions.records[since.versions.records <= since.newest_record].tolist()
    for start in range(0, len(known), _RECORDS_AT_ONCE):
        some = known[start : start + _RECORDS_AT_ONCE]
        found.update(row[0] for row in store().join(_TOLD_ELSEWHERE, {"record": some}, ("bigint",)))
    return sorted(found - {-1})


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
        if since is None:
            standing = _standing(some, cut.position, places, ended, hashing)
        else:
            standing = _standing_since(some, since, places, ended, hashing)
        values, present = standing.values(np.asarray(some, dtype=np.int64), hashing)
        yield Changes(rows_of_digests(submap.keys_of(names_of(some), hashing)), values, present)


def listed_of(subject: int, cut: Turn, places: Places, hashing: Hashing = SHA256) -> list[tuple[int, submap.Listed]]:
    """Return the versions that speak for a subject at a cut, each with its place and leaf hash."""
    found = _standing([subject], cut.position, places, _ended_records(cut), hashing)
    columns = found.ids.tolist(), found.places.tolist(), found.leaves
    return [(version, submap.Listed(place, leaf.tobytes())) for version, place, leaf in zip(*columns, strict=True)]


def names_of(subjects: list[int]) -> list[str]:
    """Return what each subject is called in the map: its code, or our number where it has none."""
    codes = dict(store().join("SELECT g.n, s.code FROM given g JOIN subjects_subject s ON s.id = g.subject", {"subject": subjects}, ("bigint",)))  # fmt: skip
    return [codes.get(n) or f"#{subject}" for n, subject in enumerate(subjects)]


def _standing(
    subjects: list[int], position: int, places: Places, ended: dict[int, int], hashing: Hashing, and_not: str = ""
) -> Standing:
    """Return what spoke for these subjects at a position, by subject and in the log's order."""
    rows = store().join(_STANDING + and_not, {"subject": subjects}, ("bigint",), [position] * 4)
    # A record told anew after its end stands again: only versions that were visible before the end are gone.
    rows = [row for row in rows if row[4] not in ended or row[5] > ended[row[4]]] if ended else rows
    if not rows:
        return Standing.of([])
    owners, versions, items, commitments, records, _ = zip(*rows, strict=True)
    leaves = hashing.each(version_entries([bytes(one) for one in commitments], items), prefix=LEAF)
    ids = np.array(versions, dtype=np.int64)
    subject, record = (np.array(column, dtype=np.int64) for column in (owners, records))
    return Standing(subject, ids, record, places.of(ids), rows_of_digests(leaves)).ordered()


def _standing_since(
    subjects: list[int], since: Since, places: Places, ended: dict[int, int], hashing: Hashing
) -> Standing:
    """Return the same, from what stood at the last cut and what has been accepted since."""
    and_not = "".join(f" AND NOT v.id BETWEEN {first} AND {last}" for first, last in since.ranges)
    before = _standing(subjects, since.position, places, ended, hashing, and_not)
    fresh = since.versions.of_subjects(subjects[0], subjects[-1])
    if not len(before):
        return fresh
    left = before.pick(~np.isin(before.records, since.versions.records))  # told anew, of whichever subject
    return Standing.of([left, fresh]).ordered()


def _ended_records(cut: Turn) -> dict[int, int]:
    """Return record → position of the register at which it was ended, for those not restored since."""
    ended: dict[int, int] = {}
    for record, kind, position in rows_of(_ENDED, [cut.number]):
        if kind == EventKind.RESTORE:
            ended.pop(record, None)
        else:
            ended[record] = position
    return ended


def together(parts: Iterator[Changes]) -> Changes:
    """Return all changes as one, to be taken in at once."""
    found = list(parts)
    if not found:
        return Changes(rows_of_digests(b""), rows_of_digests(b""), np.zeros(0, dtype=bool))
    return Changes(
        np.concatenate([part.keys for part in found]),
        np.concatenate([part.values for part in found]),
        np.concatenate([part.present for part in found]),
    )
