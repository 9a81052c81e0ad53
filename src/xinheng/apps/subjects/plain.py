"""Who an organisation is now, in plain SQL: asked with every public page. The same answers as ``queries``; a test holds them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from xinheng.apps.intake.visible import NOW

_SUBJECT = f"""
SELECT DISTINCT t.id, t.code, t.kind FROM subjects_identifier i JOIN subjects_subject t ON t.id = i.subject_id
JOIN intake_submission s ON s.id = i.submission_id + 0 WHERE i.value = %s AND {NOW} LIMIT 2
"""  # noqa: S608
_NAMES = f"""
SELECT n.name, n.folded FROM subjects_name n JOIN intake_submission s ON s.id = n.submission_id + 0
WHERE n.subject_id = %s AND {NOW} ORDER BY n.registered DESC, COALESCE(n.valid_from, '0001-01-01') DESC, n.id DESC
"""  # noqa: S608
_CURRENT = f"""
SELECT n.subject_id, n.name FROM subjects_name n JOIN intake_submission s ON s.id = n.submission_id + 0
WHERE n.subject_id IN ({{marks}}) AND {NOW} ORDER BY n.registered, COALESCE(n.valid_from, '0001-01-01'), n.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class PlainSubject:
    """An organisation, with its names: the current one first, each once."""

    id: int
    code: str | None
    kind: str
    names: tuple[str, ...]


def subject_of_code(code: str) -> PlainSubject | None:
    """Return the subject a code belongs or belonged to; None where nobody has told us of it, or of more than one."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECT, [code])
        found = cursor.fetchall()
        if len(found) != 1:
            return None
        ((pk, first_code, kind),) = found
        cursor.execute(_NAMES, [pk])
        spelt: dict[str, str] = {}
        for name, folded in cursor.fetchall():
            spelt.setdefault(folded, name)
    return PlainSubject(pk, first_code, kind, tuple(spelt.values()))


def current_names(subjects: Iterable[int]) -> dict[int, str]:
    """Return subject → current name: the newest registered one, else the newest told."""
    asked = list(subjects)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT.replace("{marks}", ", ".join(["%s"] * len(asked))), asked)
        return dict(cursor.fetchall())  # the last of each is the newest
