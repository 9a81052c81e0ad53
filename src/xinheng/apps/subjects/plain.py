"""Who an organisation is now, in plain SQL: asked with every public page. The same answers as ``queries``; a test holds them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xinheng.apps import driver
from xinheng.apps.intake.visible import NOW

_SUBJECT = f"""
SELECT t.id, t.code, t.kind, n.name, n.folded FROM subjects_identifier i JOIN intake_submission s ON s.id = i.submission_id + 0
JOIN subjects_subject t ON t.id = i.subject_id LEFT JOIN subjects_name n ON n.subject_id = t.id
AND EXISTS (SELECT 1 FROM intake_submission x WHERE x.id = n.submission_id AND {NOW.replace("s.", "x.")})
WHERE i.value = %s AND {NOW} ORDER BY n.registered DESC, COALESCE(n.valid_from, '0001-01-01') DESC, n.id DESC
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
    found = driver.rows(_SUBJECT, [code])
    spelt: dict[str, str] = {}
    for pk, _, _, name, folded in found:
        if pk != found[0][0]:
            return None
        if name is not None:
            spelt.setdefault(folded, name)
    return PlainSubject(*found[0][:3], tuple(spelt.values())) if found else None


def current_names(subjects: Iterable[int]) -> dict[int, str]:
    """Return subject → current name: the newest registered one, else the newest told."""
    asked = list(subjects)
    if not asked:
        return {}
    return dict(driver.rows(_CURRENT.replace("{marks}", ", ".join(["%s"] * len(asked))), asked))  # type: ignore[arg-type]  # pairs; the last of each is the newest
