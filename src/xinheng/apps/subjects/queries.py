"""Finding subjects: by any code they ever had, by name from two characters on. Always as of an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from xinheng.apps.intake.visible import visible
from xinheng.apps.subjects.actions import lexeme
from xinheng.apps.subjects.models import Identifier, Name, Scheme, Subject
from xinheng.apps.subjects.names import bigrams, fold
from xinheng.core.identifiers.folding import compact_code

_CANDIDATES = 400  # looked at, at most, for one query: a hot word has a hundred thousand hits
_FTS = "SELECT rowid FROM subjects_name_bigrams WHERE subjects_name_bigrams MATCH %s LIMIT %s"
_TSVECTOR = "SELECT name_id FROM subjects_name_bigrams WHERE bigrams @@ %s::tsquery LIMIT %s"


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found, and what it was found by."""

    subject: int
    code: str | None
    name: str  # the current one
    found_by: str  # the code or the name that matched; differs from ``name`` where it is a former name
    former: bool


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
    """Return subject → current name, for a page of them."""
    told = Name.objects.filter(visible(as_of), subject__in=list(subjects))
    found: dict[int, str] = {}
    for name in sorted(told, key=_age, reverse=True):
        found.setdefault(name.subject_id, name.name)
    return found


def search(text: str, *, as_of: datetime | None = None, limit: int = 20) -> list[Hit]:
    """Find subjects by code (whole, or from its first six characters), by whole name, by part of a name (two characters).

    The index says at once where a name stands; what is hot is cut off, never ranked in full.
    """
    folded, code = fold(text), compact_code(text)
    found: dict[int, str] = {}
    if code.isascii() and code.isalnum() and len(code) >= 6:
        _collect(found, _by_code(code, as_of, limit))
    if folded:
        _collect(found, _by_whole_name(folded, as_of, limit))
        if len(found) < limit:
            _collect(found, _by_part(folded, as_of, limit))
    return _hits(dict(list(found.items())[:limit]), as_of)


def _collect(found: dict[int, str], more: Iterable[tuple[int, str]]) -> None:
    for subject, by in more:
        found.setdefault(subject, by)


def _by_code(code: str, as_of: datetime | None, limit: int) -> Iterable[tuple[int, str]]:
    # A range, not LIKE: it uses the index whatever the collation.
    held = Identifier.objects.filter(visible(as_of), value__gte=code, value__lt=code + "\uffff")
    return held.order_by("value").values_list("subject_id", "value")[:limit]


def _by_whole_name(folded: str, as_of: datetime | None, limit: int) -> Iterable[tuple[int, str]]:
    return Name.objects.filter(visible(as_of), folded=folded).values_list("subject_id", "name")[:limit]


def _by_part(folded: str, as_of: datetime | None, limit: int) -> Iterable[tuple[int, str]]:
    if len(folded) == 1:  # one character: names that begin with it
        names = Name.objects.filter(visible(as_of), folded__gte=folded, folded__lt=folded + "\U0010ffff")
        return names.order_by("folded").values_list("subject_id", "name")[:limit]
    tokens = bigrams(folded)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_FTS, ['"' + " ".join(tokens).replace('"', "") + '"', _CANDIDATES])
        else:
            phrase = " <-> ".join(map(lexeme, tokens))
            cursor.execute(_TSVECTOR, [phrase, _CANDIDATES])
        ids = [row[0] for row in cursor.fetchall()]
    names = Name.objects.filter(visible(as_of), pk__in=ids).values_list("subject_id", "name", "folded")
    # Names that begin with what was asked come first, then the shorter ones.
    ranked = sorted(names, key=lambda n: (not n[2].startswith(folded), len(n[2]), n[2]))
    return [(subject, name) for subject, name, _ in ranked[:limit]]


def _hits(found: dict[int, str], as_of: datetime | None) -> list[Hit]:
    current = current_names(found, as_of=as_of)
    codes: dict[int, str] = {}
    held = Identifier.objects.filter(visible(as_of), subject__in=list(found), scheme=Scheme.USCC).order_by("-pk")
    for subject, value in held.values_list("subject_id", "value"):
        codes.setdefault(subject, value)
    hits = []
    for subject, by in found.items():
        name = current.get(subject, "")
        is_code = by == compact_code(by) and by.isascii() and fold(by) != fold(name)
        hits.append(Hit(subject, codes.get(subject), name, by, former=not is_code and fold(by) != fold(name)))
    return hits


def _age(name: Name) -> tuple[bool, date, int]:
    return name.registered, name.valid_from or date.min, name.pk
