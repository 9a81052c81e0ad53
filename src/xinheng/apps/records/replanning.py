"""What became visible after a submission was planned is taken account of before it becomes visible itself.

The plan said of each row: new, next version, or unchanged. Acceptances and withdrawals since then can make a staged row
superfluous (another submission said the same), or an unchanged row necessary (what it agreed with is no longer current).
The work is proportional to what the others brought, never to what this submission holds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, Sum

from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.visible import NOW
from xinheng.apps.records.copying import say_again
from xinheng.apps.records.models import Confirmation, LinkTask, Version
from xinheng.apps.records.store import store

# Records one of the others (o) touched and we staged a version (v) of.
_STAGED = """
SELECT DISTINCT v.id, v.record_id FROM records_version o
JOIN records_version v ON v.record_id = o.record_id AND v.submission_id + 0 = %s
WHERE o.submission_id = %s
"""
# Records one of the others touched and we found unchanged.
_CONFIRMED = """
SELECT DISTINCT c.id, v.id, v.record_id FROM records_version o
JOIN records_version v ON v.record_id = o.record_id
JOIN records_confirmation c ON c.version_id = v.id AND c.submission_id + 0 = %s
WHERE o.submission_id = %s
"""
_CURRENT = f"""
SELECT v.id, v.fingerprint, s.ref, s.id FROM records_version v JOIN intake_submission s ON s.id = v.submission_id
WHERE v.record_id = %s AND {NOW} AND s.id <> %s ORDER BY s.position DESC LIMIT 1
"""  # noqa: S608  only our own words are put in


_STEP = 200  # records settled in one transaction: each costs a handful of queries


@dataclass(slots=True)
class Met:
    """Which other submissions said the same, or something else, about the same records meanwhile."""

    same: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)


def others(submission: Submission, planned: int) -> list[Submission]:
    """Return the submissions that became visible, or were withdrawn, after the plan."""
    moved = Q(position__gt=planned) | Q(withdrawn_position__gt=planned)
    return list(Submission.objects.filter(moved).exclude(pk=submission.pk).order_by("pk"))


def weight(submission: Submission, planned: int) -> int:
    """Return how many rows the others brought: the most there can be to take account of."""
    moved = Q(position__gt=planned) | Q(withdrawn_position__gt=planned)
    return Submission.objects.filter(moved).exclude(pk=submission.pk).aggregate(n=Sum("rows"))["n"] or 0


def replan(submission: Submission, planned: int) -> Met:
    """Bring the staged rows up to date, within the caller's transaction; correct the submission's counts."""
    met, change = Met(), Counter[str]()
    for other in others(submission, planned):
        for version, record in _rows(_STAGED, submission.pk, other.pk):
            _restage(submission, version, record, met, change)
        for confirmation, version, record in _rows(_CONFIRMED, submission.pk, other.pk):
            _reconfirm(submission, confirmation, version, record, met, change)
    _correct(submission, change)
    return met


def replan_in_steps(submission: Submission, planned: int, position: int) -> Met:
    """Do the same against all that happened up to ``position``, in short transactions of its own."""
    met = Met()
    for other in others(submission, planned):
        if (other.withdrawn_position or other.position) > position:
            continue
        staged, confirmed = _rows(_STAGED, submission.pk, other.pk), _rows(_CONFIRMED, submission.pk, other.pk)
        for start in range(0, max(len(staged), len(confirmed)), _STEP):
            change = Counter[str]()
            with store().staging():
                for version, record in staged[start : start + _STEP]:
                    _restage(submission, version, record, met, change)
                for confirmation, version, record in confirmed[start : start + _STEP]:
                    _reconfirm(submission, confirmation, version, record, met, change)
                _correct(submission, change)
    return met


def _correct(submission: Submission, change: Counter[str]) -> None:
    if change:
        submission.counts = {name: count + change.get(name, 0) for name, count in submission.counts.items()}
        Submission.objects.filter(pk=submission.pk).update(counts=submission.counts)


def _restage(submission: Submission, version: int, record: int, met: Met, change: Counter[str]) -> None:
    """A row we staged: superfluous if what became current says the same; otherwise it follows as the next version."""
    current = _current(record, submission)
    staged = Version.objects.filter(pk=version).values("fingerprint", "sheet", "row").first()
    if staged is None:  # settled already, for another of the others
        return
    was = _is_next(submission, version)
    if current is not None and bytes(current[1]) == bytes(staged["fingerprint"]):
        LinkTask.objects.filter(version=version).delete()
        Version.objects.filter(pk=version)._raw_delete(using="default")
        Confirmation.objects.create(
            submission=submission, version_id=current[0], sheet=staged["sheet"], row=staged["row"]
        )
        met.same[current[2]] += 1
        change["unchanged"] += 1
        change["versions" if was else "new"] -= 1
    elif current is not None:
        met.changed[current[2]] += 1
        if not was:
            change["versions"] += 1
            change["new"] -= 1


def _reconfirm(
    submission: Submission, confirmation: int, version: int, record: int, met: Met, change: Counter[str]
) -> None:
    """A row we found unchanged: if what it agreed with is no longer current, it must be said."""
    current = _current(record, submission)
    if current is not None and current[0] == version:
        return
    place = Confirmation.objects.filter(pk=confirmation).values_list("sheet", "row").first()
    if place is None:
        return
    said = bytes(Version.objects.values_list("fingerprint", flat=True).get(pk=version))
    if current is not None and bytes(current[1]) == said:
        Confirmation.objects.filter(pk=confirmation).update(version_id=current[0])
        return
    say_again([version], submission=submission.pk, places={version: place})
    Confirmation.objects.filter(pk=confirmation).delete()
    change["unchanged"] -= 1
    change["new" if current is None else "versions"] += 1
    if current is not None:
        met.changed[current[2]] += 1


def _is_next(submission: Submission, version: int) -> bool:
    """Say whether a staged version was planned as the next one of a record already visible then."""
    planned = submission.planned_position or 0
    record = Version.objects.values_list("record_id", flat=True).get(pk=version)
    return (
        Version.objects.filter(record=record, submission__position__lte=planned, submission__withdrawn_at=None)
        .exclude(pk=version)
        .exists()
    )


def _current(record: int, submission: Submission) -> tuple[int, bytes, str, int] | None:
    without = submission.replaces_id or 0
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, [record, without])
        return cursor.fetchone()


def _rows(sql: str, *parameters: int) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
