"""What the register knows about organisations, as an evaluation reads it: versions and events, record by record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import Min, QuerySet

from xinheng.apps.evaluation.refusals import NoSuchOrganisation
from xinheng.apps.intake.models import Submission
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Event
from xinheng.apps.records.models import Version as Row
from xinheng.apps.subjects.models import Identifier, Subject
from xinheng.apps.subjects.queries import subject_by_code
from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.extracting import Statement, division_of, extractor_of
from xinheng.core.evaluation.knowing import Happening, Version, known_at
from xinheng.core.evaluation.organisations import Organisation, OrganisationKind, organisation_code
from xinheng.core.evaluation.result import Unused
from xinheng.core.policy.model import Policy

REGISTRATIONS = ("reg.enterprise", "reg.social_org", "reg.institution", "reg.trader")
_ORGANS = ("organ_name", "decision_organ", "list_organ", "organ")
_COLUMNS = (
    "record_id", "item", "subject_id", "governing", "shown_from", "shown_until", "shown_rule", "organ", "canonical",
    "submission__position", "submission__accepted_at", "submission__withdrawn_at",
)  # fmt: skip
Life = tuple[list[Version], list[Happening]]


def subject_of(code: str, *, as_of: datetime | None = None) -> Subject:
    """Return the organisation of a unified code; a person's number is refused before anything is looked up."""
    found = subject_by_code(organisation_code(code), as_of=as_of)
    if found is None:
        raise NoSuchOrganisation(code=code)
    return found


def lives(subjects: QuerySet[Subject] | Iterable[int]) -> dict[int, dict[int, Life]]:
    """Return subject → record → its versions and events, of the items that can be evidence at all."""
    extractor = extractor_of(current_policy())
    mine = Row.objects.filter(subject__in=subjects, item__in=list(extractor.kinds_of_item))
    rows = Row.objects.filter(record__in=mine.values("record"), submission__accepted_at__isnull=False)
    events = Event.objects.filter(record__in=mine.values("record")).order_by("pk")
    return _by_subject(rows.order_by("record_id", "submission__position").values_list(*_COLUMNS), events)


def _by_subject(rows: Iterable[tuple[Any, ...]], events: QuerySet[Event]) -> dict[int, dict[int, Life]]:
    happened: dict[int, list[Happening]] = {}
    for pk, record, kind, at, text in events.values_list("pk", "record_id", "kind", "at", "text"):
        happened.setdefault(record, []).append(Happening(number=pk, kind=kind, at=at, text=text))
    found: dict[int, dict[int, Life]] = {}
    told: dict[int, list[Version]] = {}
    for row in rows:
        told.setdefault(row[0], []).append(_version(row))
    for record, versions in told.items():
        for subject in {v.subject for v in versions} - {None}:
            found.setdefault(subject, {})[record] = (versions, happened.get(record, []))
    return found


def _version(row: tuple[Any, ...]) -> Version:
    record, item, subject, governing, shown_from, shown_until, rule, organ, canonical, position, begins, ends = row
    values = orjson.loads(canonical)
    return Version(
        subject=subject,
        position=position,
        begins=begins,
        ends=ends,
        statement=Statement(
            record=record,
            item=item,
            values=values,
            governing=governing,
            shown_from=shown_from,
            shown_until=shown_until,
            shown=rule is not None,
            organ=next((values[name] for name in _ORGANS if values.get(name)), "") or organ_names().get(organ, ""),
        ),
    )


def organ_names() -> dict[str, str]:
    """Return code → name of the bodies of the policy."""
    return _organ_names(current_policy())


@lru_cache(maxsize=2)
def _organ_names(policy: Policy) -> dict[str, str]:
    return {department.code: department.name for department in policy.departments}


def statements(subject: Subject, at: datetime) -> list[Statement]:
    """Return what was known about a subject at an instant, what had ended by then included."""
    found = []
    for versions, events in lives([subject.pk]).get(subject.pk, {}).values():
        version = known_at(versions, events, at)
        if version is not None and version.subject == subject.pk:
            found.append(version.statement)
    return found


def evidence(told: Sequence[Statement]) -> tuple[list[Evidence], list[Unused]]:
    """Return statements as evidence, and those that are none with the reason."""
    extractor = extractor_of(current_policy())
    found: list[Evidence] = []
    none: list[Unused] = []
    for statement in told:
        for one in extractor.evidence(statement):
            if isinstance(one, Evidence):
                found.append(one)
            else:
                none.append(one)
    return found, none


def organisation(subject: Subject, told: Sequence[Statement], *, applied: bool = False) -> Organisation:
    """Return the subject as an evaluation sees it."""
    identity = next((s for s in told if s.item in REGISTRATIONS and s.ended is None), None)
    values = identity.values if identity is not None else {}
    return Organisation(
        code=subject.code,
        kind=OrganisationKind(subject.kind or "E"),
        division=division_of(values.get("industry")),
        region=values.get("region") or "",
        applied=applied,
    )


def collected(as_of: datetime | None = None) -> frozenset[str]:
    """Return the items anything was ever reported of by an instant: a source that is silent altogether is missing."""
    found = Submission.objects.filter(accepted_at__isnull=False).exclude(item="").values("item")
    first = found.annotate(first=Min("accepted_at")).values_list("item", "first")
    return frozenset(item for item, begun in first if as_of is None or begun <= as_of)


def in_steps(step: int) -> Iterator[QuerySet[Subject]]:
    """Yield the organisations of the register, so many at a time, by id. Persons are no subjects of the register."""
    last = 0
    while True:
        ids = list(Subject.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:step])
        if not ids:
            return
        yield Subject.objects.filter(pk__gt=last, pk__lte=ids[-1])
        last = ids[-1]


def first_known(subjects: QuerySet[Subject]) -> dict[int, datetime]:
    """Return subject → the instant anything visible first told of it."""
    found = Identifier.objects.filter(subject__in=subjects, submission__accepted_at__isnull=False)
    return dict(found.values("subject").annotate(first=Min("submission__accepted_at")).values_list("subject", "first"))
