"""Does everything stored point to something that is there? Asked by the doctor, since bulk tables carry no constraints."""

from __future__ import annotations

from django.db import connection

_POINTERS = (
    ("records_version", "record_id", "records_record"),
    ("records_version", "subject_id", "subjects_subject"),
    ("records_version", "submission_id", "intake_submission"),
    ("records_confirmation", "version_id", "records_version"),
    ("records_confirmation", "submission_id", "intake_submission"),
)


def dangling() -> dict[str, int]:
    """Return pointer → how many rows point to nothing. Empty is well."""
    found = {}
    with connection.cursor() as cursor:
        for table, column, target in _POINTERS:
            cursor.execute(
                f"SELECT COUNT(*) FROM {table} a WHERE a.{column} IS NOT NULL "  # noqa: S608  only our own words
                f"AND NOT EXISTS (SELECT 1 FROM {target} b WHERE b.id = a.{column})"
            )
            (count,) = cursor.fetchone()
            if count:
                found[f"{table}.{column}"] = count
    return found
