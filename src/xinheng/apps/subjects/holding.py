"""What a page full of subjects go by: their current names and unified codes, in one question each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from xinheng.apps.intake.visible import visible
from xinheng.apps.subjects.models import Identifier, Name, Scheme


def names(subjects: Iterable[int], *, as_of: datetime | None = None) -> dict[int, str]:
    """Return subject → current name: the newest registered one, else the newest told."""
    told = Name.objects.filter(visible(as_of), subject__in=list(subjects))
    found: dict[int, tuple[tuple[bool, date, int], str]] = {}
    for subject, name, *age in told.values_list("subject_id", "name", "registered", "valid_from", "pk"):
        key = (age[0], age[1] or date.min, age[2])
        if subject not in found or found[subject][0] < key:
            found[subject] = key, name
    return {subject: name for subject, (_, name) in found.items()}


def codes(subjects: Iterable[int], *, as_of: datetime | None = None) -> dict[int, str]:
    """Return subject → unified code, the newest told."""
    held = Identifier.objects.filter(visible(as_of), subject__in=list(subjects), scheme=Scheme.USCC).order_by("pk")
    return dict(held.values_list("subject_id", "value"))
