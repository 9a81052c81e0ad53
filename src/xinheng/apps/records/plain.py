"""What is said now about one subject, or under one item, in plain SQL: the questions public pages and machines ask most.

The same rows as ``queries.of_subject`` and ``queries.latest``; tests hold them together. Building those queries anew for each reader took
longer than answering them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from xinheng.apps import driver
from xinheng.apps.intake.visible import NOW


def _current(v: str = "v", s: str = "s") -> str:
    """Return SQL: the version counts, no later one does, and no event has ended the record."""
    visible = NOW.replace("s.", f"{s}.")
    return f"""{visible} AND NOT EXISTS (SELECT 1 FROM records_version w JOIN intake_submission x ON x.id = w.submission_id + 0
  WHERE w.record_id = {v}.record_id AND x.position > {s}.position AND {NOW.replace("s.", "x.")})
AND NOT EXISTS (SELECT 1 FROM records_event e WHERE e.record_id = {v}.record_id AND e.kind IN ('withdraw', 'revoke', 'expire')
  AND e.at >= {s}.accepted_at AND NOT EXISTS (SELECT 1 FROM records_event r
    WHERE r.record_id = {v}.record_id AND r.kind = 'restore' AND r.id > e.id))"""  # noqa: S608


_SHOWN = "AND v.shown_rule IS NOT NULL AND v.shown_from <= %s AND (v.shown_until IS NULL OR v.shown_until > %s)"
# Days and instants as expressions: of a column SQLite's driver would read each anew, and a submission's records share theirs.
_COLUMNS = (
    "v.id, v.record_id, v.item, COALESCE(v.governing, NULL), v.canonical, s.ref, COALESCE(s.accepted_at, NULL), s.position, "
    "COALESCE(NULLIF(d.short, ''), d.name), v.subject_id"
)
OF_SUBJECT = f"""
SELECT {_COLUMNS} FROM records_version v JOIN intake_submission s ON s.id = v.submission_id + 0
LEFT JOIN accounts_department d ON d.id = s.department_id
WHERE v.subject_id = %s AND {_current()} {{window}} ORDER BY v.governing DESC, v.id DESC LIMIT 5000
"""  # noqa: S608
_LATEST = f"""
SELECT {_COLUMNS}, t.code, t.kind FROM records_version v JOIN intake_submission s ON s.id = v.submission_id + 0
JOIN subjects_subject t ON t.id = v.subject_id LEFT JOIN accounts_department d ON d.id = s.department_id
WHERE v.item = %s AND v.governing IS NOT NULL AND {_current()} {_SHOWN} {{more}}
ORDER BY v.governing DESC, v.id DESC LIMIT %s
"""  # noqa: S608
_REGISTERED = f"""
EXISTS (SELECT 1 FROM records_version g JOIN intake_submission y ON y.id = g.submission_id + 0
  WHERE g.subject_id = v.subject_id AND g.item IN ({{items}}) AND g.canonical LIKE %s AND {_current("g", "y")})
"""  # noqa: S608
_OF_RECORD = f"""
SELECT {_COLUMNS}, t.code, t.kind FROM records_version v JOIN intake_submission s ON s.id = v.submission_id + 0
JOIN subjects_subject t ON t.id = v.subject_id LEFT JOIN accounts_department d ON d.id = s.department_id
WHERE v.record_id = %s AND {NOW} ORDER BY s.position DESC
"""  # noqa: S608
_CURRENT_RECORD = f"""
SELECT 1 FROM records_version v JOIN intake_submission s ON s.id = v.submission_id + 0 WHERE v.record_id = %s AND {_current()} LIMIT 1
"""  # noqa: S608
_LABELS = """
SELECT e.record_id, e.text FROM records_event e WHERE e.kind = 'annotate' AND e.record_id IN ({marks}) ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class PlainSubmission:
    """What an answer says of a submission."""

    ref: str
    accepted_at: datetime
    position: int
    department: str


@dataclass(frozen=True, slots=True)
class PlainSubject:
    """What a list says of an organisation besides its name."""

    code: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class PlainVersion:
    """What an answer says of a version: the same names as the model's."""

    id: int
    record_id: int
    item: str
    subject_id: int
    governing: date | None
    canonical: str
    submission: PlainSubmission
    subject: PlainSubject | None = None


def current_of_subject(subject: int, *, shown_on: date | None = None) -> list[PlainVersion]:
    """Return the current statements about a subject, newest first; with ``shown_on`` those whose window holds that day."""
    window, days = ("", []) if shown_on is None else (_SHOWN, [shown_on, shown_on])
    return _versions(OF_SUBJECT.replace("{window}", window), [subject, *days])


def latest_shown(
    item: str,
    *,
    on: date,
    limit: int,
    before: tuple[date, int] | None = None,
    organs: Sequence[str] | None = None,
    region: tuple[str, Sequence[str], Sequence[str]] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[PlainVersion]:
    """Return the current statements of an item whose window holds a day, newest first.

    ``before`` (governing day, id of a version) goes on from there; ``organs``: decided by one of these bodies; ``region``: a district,
    its bodies, and the items that register organisations: decided by one of the bodies, or about an organisation registered there.
    """
    more, told = "", list[Any]()
    if before is not None:
        more, told = "AND (v.governing < %s OR (v.governing = %s AND v.id < %s))", [before[0], *before]
    if organs is not None:
        more, told = f"{more} AND {_among('v.organ', organs)}", [*told, *organs]
    if region is not None:
        code, bodies, items = region
        there = _REGISTERED.replace("{items}", ", ".join(["%s"] * len(items)))
        more = f"{more} AND ({_among('v.organ', bodies)} OR {there})"
        told = [*told, *bodies, *items, f'%"region":"{code}"%']
    for day, sign in ((since, ">="), (until, "<=")):
        if day is not None:
            more, told = f"{more} AND v.governing {sign} %s", [*told, day]
    return _versions(_LATEST.replace("{more}", more), [item, on, on, *told, limit])


def versions_of_record(record: int) -> list[PlainVersion]:
    """Return the versions of a record that count, newest first, those without a subject left out; none where the record has ended."""
    return _versions(_OF_RECORD, [record]) if driver.rows(_CURRENT_RECORD, [record]) else []


def labels_of(records: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return record → what is annotated about it, the oldest first."""
    asked, found = list(records), dict[int, tuple[str, ...]]()
    if asked:
        for record, text in driver.rows(_LABELS.replace("{marks}", ", ".join(["%s"] * len(asked))), asked):
            found[record] = (*found.get(record, ()), text)
    return found


def _among(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(['%s'] * len(values))})" if values else "1 = 0"


def _versions(sql: str, told: Sequence[Any]) -> list[PlainVersion]:
    return [_version(row) for row in driver.rows(sql, told)]


def _version(row: tuple[Any, ...]) -> PlainVersion:
    pk, record, item, governing, canonical, ref, accepted_at, position, department, subject, *who = row
    return PlainVersion(
        pk,
        record,
        item,
        subject,
        _day(governing),
        canonical,
        PlainSubmission(ref or "", _moment(accepted_at), position, department or ""),
        PlainSubject(*who) if who else None,
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=4_000)
def _moment(value: datetime | str) -> datetime:
    at = parse_datetime(value) if isinstance(value, str) else value
    if at is None:
        raise ValueError(f"not an instant: {value!r}")
    return at.replace(tzinfo=connection.timezone) if is_naive(at) else at
