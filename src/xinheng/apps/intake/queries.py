"""Reading submissions: what an account may see is part of the question."""

from __future__ import annotations

from django.db.models import QuerySet

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.intake.models import Kind, ReturnedRow, Submission


def submissions(*, visible_to: Account) -> QuerySet[Submission]:
    """Return the submissions an account may see: its department's and those below it, or all for the centre. Newest first."""
    found = Submission.objects.exclude(kind=Kind.DECISION).select_related("department", "officer", "certifier")
    return found.filter(rights.within(visible_to, "submission.read")).order_by("-pk")


def returned_rows(submission: Submission, *, still_open: bool = False) -> QuerySet[ReturnedRow]:
    """Return the rows of a submission that went back, in the order of the file."""
    rows = submission.returned_rows.order_by("pk")
    return rows.filter(mended_by=None, sealed=False) if still_open else rows


def progress(submission: Submission) -> dict[str, object]:
    """Return how far checking has come, for a page to poll."""
    found = Submission.objects.values("state", "stage", "progress", "rows", "error_message").get(pk=submission.pk)
    return found | {"total": found["rows"] or None}
