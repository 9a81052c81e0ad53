"""Knowing subjects: by any code they ever had, with their names and codes. Always as of an instant. ``search`` finds by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from xinheng.apps.intake.visible import visible
from xinheng.apps.subjects.models import Identifier, Name, Scheme, Subject
from xinheng.core.identifiers.folding import compact_code


def known(as_of: datetime | None = None) -> QuerySet[Subject]:
    """Return the subjects anything visible tells of."""
    codes = Identifier.objects.filter(visible(as_of), subject=OuterRef("pk"))
    names = Name.objects.filter(visible(as_of), subject=OuterRef("pk"))
    return Subject.objects.filter(Exists(codes) | Exists(names))


def subject_by_code(code: str, *, as_of: datetime | None = None) -> Subject | None:
    """Return the subject a code belongs or belonged to; None where nobody has told us of it, or of more than one."""
    held = Identifier.objects.filter(visible(as_of), value=compact_code(code))
    subjects = set(held.values_list("subject_id", flat=True)[:3])
    return Subject.objects.get(pk=subjects.pop()) if len(subjects) == 1 else None


def names_of(subject: Subject | int, *, as_of: datetime | None = None) -> list[Name]:
    """Return the names of a subject, the current one first, each once."""
    told = Name.objects.filter(visible(as_of), subject=subject)
    kept: dict[str, Name] = {}
    for name in sorted(told, key=_age, reverse=True):
        kept.setdefault(name.folded, name)
    return list(kept.values())


def identifiers_of(subject: Subject | int, *, as_of: datetime | None = None) -> list[Identifier]:
    """Return the codes of a subject, unified code first, each once."""
    told = Identifier.objects.filter(visible(as_of), subject=subject).order_by("pk")
    kept: dict[tuple[str, str], Identifier] = {}
    for identifier in told:
        kept.setdefault((identifier.scheme, identifier.value), identifier)
    return sorted(kept.values(), key=lambda i: i.scheme != Scheme.USCC)


def current_names(subjects: Iterable[int], *, as_of: datetime | None = None) -> dict[int, str]:
    """Return subject → current name: the newest registered one, else the newest told."""
    told = Name.objects.filter(visible(as_of), subject__in=list(subjects))
    found: dict[int, tuple[tuple[bool, date, int], str]] = {}
    for subject, name, *age in told.values_list("subject_id", "name", "registered", "valid_from", "pk"):
        key = (age[0], age[1] or date.min, age[2])
        if subject not in found or found[subject][0] < key:
            found[subject] = key, name
    return {subject: name for subject, (_, name) in found.items()}


def current_codes(subjects: Iterable[int], *, as_of: datetime | None = None) -> dict[int, str]:
    """Return subject → unified code, the newest told."""
    held = Identifier.objects.filter(visible(as_of), subject__in=list(subjects), scheme=Scheme.USCC).order_by("pk")
    return dict(held.values_list("subject_id", "value"))


def _age(name: Name) -> tuple[bool, date, int]:
    return name.registered, name.valid_from or date.min, name.pk
