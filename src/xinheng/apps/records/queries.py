"""Reading the register: current versions, as of now or of any instant; the life of one record; provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.visible import visible
from xinheng.apps.records.models import Confirmation, Event, EventKind, LinkTask, Record, Version
from xinheng.apps.subjects.models import Subject

_ENDS = (EventKind.WITHDRAW, EventKind.REVOKE, EventKind.EXPIRE)


def told(as_of: datetime | None = None) -> QuerySet[Version]:
    """Return every version whose submission counts: current and superseded."""
    return Version.objects.filter(visible(as_of))


def current(as_of: datetime | None = None) -> QuerySet[Version]:
    """Return the current version of each record: of the visible ones the one with the greatest position.

    Records ended by an event of their own are left out until they are restored or told anew.
    """
    later = told(as_of).filter(record=OuterRef("record"), submission__position__gt=OuterRef("submission__position"))
    by_then = Q() if as_of is None else Q(at__lte=as_of)
    restored = Event.objects.filter(by_then, record=OuterRef("record"), kind=EventKind.RESTORE, pk__gt=OuterRef("pk"))
    ended = Event.objects.filter(
        by_then, record=OuterRef("record"), kind__in=_ENDS, at__gte=OuterRef("submission__accepted_at")
    ).filter(~Exists(restored))
    return told(as_of).filter(~Exists(later), ~Exists(ended)).select_related("submission")


def of_subject(subject: Subject | int, *, item: str | None = None, as_of: datetime | None = None) -> QuerySet[Version]:
    """Return the current statements about a subject, newest first."""
    found = current(as_of).filter(subject=subject)
    return (found.filter(item=item) if item else found).order_by("-governing", "-pk")


def latest(item: str, *, as_of: datetime | None = None, before: tuple[date, int] | None = None) -> QuerySet[Version]:
    """Return the current statements of an item, newest first; ``before`` (governing day, id) goes on from there.

    Statements whose subject is not certain are left out: they are not shown until it is.
    """
    found = current(as_of).filter(item=item, subject__isnull=False, governing__isnull=False)
    if before is not None:
        day, pk = before
        found = found.filter(Q(governing__lt=day) | Q(governing=day, pk__lt=pk))
    return found.order_by("-governing", "-pk")


def shown(versions: QuerySet[Version], *, on: date) -> QuerySet[Version]:
    """Return those whose window says they may be shown on this day; without a window nothing is shown."""
    return versions.filter(
        Q(shown_until__isnull=True) | Q(shown_until__gt=on), shown_rule__isnull=False, shown_from__lte=on
    )


def content(version: Version) -> dict[str, str]:
    """Return what a version says, field by field; nothing once it was erased."""
    return orjson.loads(version.canonical) if version.canonical else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One version in the life of a record."""

    version: Version
    received_at: datetime
    visible_from: datetime
    superseded_at: datetime | None  # when a later version became visible, or its submission was withdrawn
    confirmed_by: list[str]  # references of submissions that said the same again


def history(record: Record | int, *, as_of: datetime | None = None) -> list[Chapter]:
    """Return the versions of a record, oldest first, withdrawn ones included; ``superseded_at`` is worked out here."""
    versions = list(
        Version.objects.filter(record=record, submission__accepted_at__isnull=False)
        .filter(Q() if as_of is None else Q(submission__accepted_at__lte=as_of))
        .select_related("submission")
        .order_by("submission__position")
    )
    chapters = []
    for i, version in enumerate(versions):
        ends = [v.submission.accepted_at for v in versions[i + 1 : i + 2]] + [version.submission.withdrawn_at]
        ended = min((e for e in ends if e is not None and (as_of is None or e <= as_of)), default=None)
        confirmed = Confirmation.objects.filter(visible(as_of), version=version).order_by("pk")
        chapters.append(
            Chapter(
                version=version,
                received_at=version.submission.received_at,
                visible_from=version.submission.accepted_at,
                superseded_at=ended,
                confirmed_by=list(confirmed.values_list("submission__ref", flat=True)),
            )
        )
    return chapters


def events(record: Record | int, *, as_of: datetime | None = None) -> QuerySet[Event]:
    """Return what happened to a record besides being told."""
    found = Event.objects.filter(record=record).order_by("pk")
    return found if as_of is None else found.filter(at__lte=as_of)


def provenance(version: Version) -> dict[str, Any]:
    """Return where a version comes from: submission, file, sheet, row, officer, certifier, policy."""
    submission: Submission = version.submission
    return {
        "submission": submission.ref,
        "department": str(submission.department) if submission.department else "",
        "file": submission.file_name,
        "file_sha256": submission.file_sha256,
        "sheet": version.sheet,
        "row": version.row,
        "officer": str(submission.officer),
        "certifier": str(submission.certifier) if submission.certifier else "",
        "received_at": submission.received_at,
        "accepted_at": submission.accepted_at,
        "position": submission.position,
        "policy": submission.policy_digest,
        "commitment": bytes(version.commitment).hex(),
    }


def open_link_tasks(*, as_of: datetime | None = None) -> QuerySet[LinkTask]:
    """Return what waits for a person to say whose it is."""
    return (
        LinkTask.objects.filter(visible(as_of), state="waiting").select_related("version", "submission").order_by("pk")
    )


def as_of_position(position: int) -> datetime | None:
    """Return the instant at which the register reached a position."""
    return Submission.objects.filter(position=position).values_list("accepted_at", flat=True).first()
