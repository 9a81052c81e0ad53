"""What is said now about one subject, in plain SQL: the question public pages and machines ask most.

The same rows as ``queries.of_subject``; a test holds the two together. Building that query anew for each reader took longer than
answering it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from xinheng.apps.intake.visible import NOW

_ENDED = """
EXISTS (SELECT 1 FROM records_event e WHERE e.record_id = v.record_id AND e.kind IN ('withdraw', 'revoke', 'expire')
  AND e.at >= s.accepted_at AND NOT EXISTS (SELECT 1 FROM records_event r
    WHERE r.record_id = v.record_id AND r.kind = 'restore' AND r.id > e.id))
"""
_LATER = f"""
EXISTS (SELECT 1 FROM records_version w JOIN intake_submission x ON x.id = w.submission_id + 0
  WHERE w.record_id = v.record_id AND x.position > s.position AND {NOW.replace("s.", "x.")})
"""  # noqa: S608
_VERSIONS = f"""
SELECT v.record_id, v.item, v.governing, v.canonical, s.ref, s.accepted_at, s.position, COALESCE(NULLIF(d.short, ''), d.name)
FROM records_version v JOIN intake_submission s ON s.id = v.submission_id + 0
LEFT JOIN accounts_department d ON d.id = s.department_id
WHERE v.subject_id = %s AND {NOW} {{window}} AND NOT {_LATER} AND NOT {_ENDED} ORDER BY v.governing DESC, v.id DESC LIMIT 5000
"""  # noqa: S608
_WINDOW = "AND v.shown_rule IS NOT NULL AND v.shown_from <= %s AND (v.shown_until IS NULL OR v.shown_until > %s)"


@dataclass(frozen=True, slots=True)
class PlainSubmission:
    """What an answer says of a submission."""

    ref: str
    accepted_at: datetime
    position: int
    department: str


@dataclass(frozen=True, slots=True)
class PlainVersion:
    """What an answer says of a version: the same names as the model's."""

    record_id: int
    item: str
    subject_id: int
    governing: date | None
    canonical: str
    submission: PlainSubmission


def current_of_subject(subject: int, *, shown_on: date | None = None) -> list[PlainVersion]:
    """Return the current statements about a subject, newest first; with ``shown_on`` those whose window holds that day."""
    window, days = ("", []) if shown_on is None else (_WINDOW, [shown_on, shown_on])
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS.replace("{window}", window), [subject, *days])
        return [_version(subject, row) for row in cursor.fetchall()]


def _version(subject: int, row: tuple[Any, ...]) -> PlainVersion:
    record, item, governing, canonical, ref, accepted_at, position, department = row
    return PlainVersion(
        record,
        item,
        subject,
        _day(governing),
        canonical,
        PlainSubmission(ref or "", _moment(accepted_at), position, department or ""),
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    at = parse_datetime(value) if isinstance(value, str) else value
    if at is None:
        raise ValueError(f"not an instant: {value!r}")
    return at.replace(tzinfo=connection.timezone) if is_naive(at) else at
