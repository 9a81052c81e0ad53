"""Taking staged rows away again, in small steps. Only rows that never became visible may be removed."""

from __future__ import annotations

from django.db import connection

from xinheng.apps.intake.models import Submission
from xinheng.apps.records.store import store
from xinheng.apps.subjects.actions import forget_names

# In the order of who points to whom. Subjects and records keep their ids: without a visible row nobody sees them.
_TABLES = (
    "records_linktask",
    "records_confirmation",
    "records_version",
    "subjects_identifier",
    "intake_returnedrow",
    "intake_quarantine",
)


def remove_staged(submission: Submission) -> int:
    """Delete everything a submission staged that never became visible; return how many versions that were."""
    submission.refresh_from_db(fields=["accepted_at"])
    if submission.accepted_at is not None:
        raise AssertionError(f"{submission} is visible: its rows stay")
    bulk, versions = store(), 0
    for table in _TABLES:
        while True:
            with bulk.staging():
                gone = bulk.delete_some(table, submission.pk, bulk.step)
            versions += gone if table == "records_version" else 0
            if not gone:
                break
    while forget_names(submission.pk, limit=bulk.step):
        pass
    return versions


def has_staged(submission: Submission) -> bool:
    """Say whether anything of this submission is staged."""
    with connection.cursor() as cursor:
        for table in (*_TABLES, "subjects_name"):
            cursor.execute(f"SELECT 1 FROM {table} WHERE submission_id = %s LIMIT 1", [submission.pk])  # noqa: S608
            if cursor.fetchone():
                return True
    return False
