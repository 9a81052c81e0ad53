"""What the register already says: the anti-join that decides new, next version or unchanged before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xinheng.apps.intake.visible import NOW
from xinheng.apps.records.store import store

# ``+ 0`` and ``|| ''`` here and in other bulk queries: rows are found by the key that is given, never by an index that looks
# good to a planner which still believes the tables empty. For the same reason the first query is a scalar one for each key:
# as a join, it was once worked out for every record there is.
#
# The version that speaks for each key: the current one, or the one this very submission staged.
# Each submission is asked for by its own number (a scalar query again): with few versions in a key and many submissions, to
# begin with the submissions would be to read them all for each key. What is staged, and has no position yet, comes last.
_VERSION = f"""
SELECT g.n, (
    SELECT t.id FROM (
        SELECT v.id, (
            SELECT COALESCE(s.position, 9000000000000000000) FROM intake_submission s
            WHERE s.id = v.submission_id AND (({NOW} AND s.id <> %s) OR s.id = %s)) AS place
        FROM records_record r JOIN records_version v ON v.record_id = r.id WHERE r.key = g.key AND r.item = %s) t
    WHERE t.place IS NOT NULL ORDER BY t.place DESC LIMIT 1)
FROM given g
"""  # noqa: S608
# What it says. A record ended by an event of its own is not known any more: to report it again is to say it anew.
_CURRENT = """
SELECT g.n, v.id, v.submission_id, v.fingerprint
FROM given g JOIN records_version v ON v.id = g.version
WHERE NOT EXISTS (
    SELECT 1 FROM records_event e JOIN intake_submission s ON s.id = v.submission_id + 0
    WHERE e.record_id = v.record_id AND e.kind IN ('withdraw', 'revoke', 'expire') AND e.at >= s.accepted_at
    AND NOT EXISTS (
        SELECT 1 FROM records_event e2 WHERE e2.record_id = v.record_id AND e2.kind = 'restore' AND e2.id > e.id))
"""
_OTHER_ORGAN = f"""
SELECT DISTINCT g.n, v.organ FROM given g
JOIN records_version v ON v.subject_id = g.subject AND v.title = g.title
JOIN intake_submission s ON s.id = v.submission_id + 0
WHERE {NOW} AND v.item || '' = %s AND v.organ <> g.organ
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Current:
    """The version that speaks for a record now."""

    version: int
    submission: int
    fingerprint: bytes


def current(item: str, keys: Sequence[bytes], *, own: int, without: int | None = None) -> dict[int, Current]:
    """Return position in ``keys`` → current version. ``without``: a submission about to be replaced."""
    if not keys:
        return {}
    found = store().join(_VERSION, {"key": keys}, ("bytea",), [without or 0, own, item])
    hits = [(n, version) for n, version in found if version is not None]
    if not hits:
        return {}
    rows = store().join(_CURRENT, {"version": [version for _, version in hits]}, ("bigint",))
    return {hits[i][0]: Current(version, submission, bytes(said)) for i, version, submission, said in rows}


def other_organs(item: str, subjects: Sequence[int], titles: Sequence[str], organs: Sequence[str]) -> dict[int, str]:
    """Return position → another organ that has reported the same document about the same subject."""
    if not subjects:
        return {}
    given = {"subject": subjects, "title": titles, "organ": organs}
    return dict(store().join(_OTHER_ORGAN, given, ("bigint", "text", "text"), [item]))
