"""When a submission is withdrawn, what others had confirmed still stands: it is said again in their stead."""

from __future__ import annotations

from django.db import connection

from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.visible import NOW
from xinheng.apps.records.copying import say_again
from xinheng.apps.records.store import store

# Current versions of the submission that a visible submission has confirmed and that were not yet said again.
_CONFIRMED = f"""
SELECT DISTINCT v.id FROM records_confirmation c
JOIN records_version v ON v.id = c.version_id AND v.submission_id = %s
JOIN intake_submission s ON s.id = c.submission_id
JOIN intake_submission own ON own.id = v.submission_id
WHERE {NOW} AND s.id <> v.submission_id AND s.position > %s
AND NOT EXISTS (SELECT 1 FROM records_version a WHERE a.record_id = v.record_id AND a.submission_id = %s)
AND NOT EXISTS (
    SELECT 1 FROM records_version l JOIN intake_submission s2 ON s2.id = l.submission_id
    WHERE l.record_id = v.record_id AND s2.accepted_at IS NOT NULL AND s2.withdrawn_at IS NULL
    AND s2.position > own.position)
LIMIT %s
"""  # noqa: S608  only our own words are put in


def still_confirmed(submission: Submission, *, since: int = 0) -> bool:
    """Say whether another submission has confirmed anything of this one; ``since``: one accepted after this position."""
    return bool(_some(submission.pk, 0, since, 1))


def restate(submission: Submission, *, under: int, since: int = 0) -> int:
    """Say again, under the submission ``under``, what others confirmed; return how many. Nothing is said twice."""
    done, bulk = 0, store()
    while versions := _some(submission.pk, under, since, bulk.step):
        with bulk.staging():
            say_again(versions, submission=under)
        done += len(versions)
    return done


def _some(submission: int, under: int, since: int, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRMED, [submission, since, under, limit])
        return [row[0] for row in cursor.fetchall()]
