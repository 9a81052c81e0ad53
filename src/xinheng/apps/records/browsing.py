"""The register as officers browse it: what an account may see is part of the question, and reading one record is written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.records import queries
from xinheng.apps.records.models import Record, Version
from xinheng.core.access.words import Purpose


def versions(*, visible_to: Account) -> QuerySet[Version]:
    """Return the current versions of records an account may see: those its department, or one below it, reported."""
    found = queries.current().filter(rights.within(visible_to, "record.read", "submission__department"))
    return found.select_related("submission__department", "subject")


def record(record_id: int, *, visible_to: Account) -> Record | None:
    """Return a record an account may see any version of; None for another's, as for none."""
    told = Version.objects.filter(record=record_id, submission__accepted_at__isnull=False)
    mine = told.filter(rights.within(visible_to, "record.read", "submission__department"))
    return Record.objects.filter(pk=record_id).first() if mine.exists() else None


@transaction.atomic
def note_reading(*, record: Record, purpose: Purpose, by: Account, at: datetime) -> None:
    """Write down that an officer read a record, and what for: its subject may ask who looked."""
    audit.record("record.read", about=record, by=by, at=at, purpose=purpose.value)
