"""What public pages ask of the register: each question is one call, and nothing leaves here that may not be shown today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson

from xinheng.apps.clock import local_date
from xinheng.apps.intake.models import Register
from xinheng.apps.policy import current_policy
from xinheng.apps.records import plain
from xinheng.apps.records import queries as records
from xinheng.apps.records.counting.reading import totals
from xinheng.apps.records.models import Event, EventKind, Version
from xinheng.apps.subjects import plain as plain_subjects
from xinheng.apps.subjects import queries as subjects
from xinheng.apps.subjects import search as finding
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.names import fold
from xinheng.core.identifiers import uscc
from xinheng.core.identifiers.folding import compact_code
from xinheng.core.policy.model import Item, SubjectKind
from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import facts_of
from xinheng.core.publication.masking import public_values
from xinheng.core.publication.rules import rules_of
from xinheng.pages import addresses, resting, words
from xinheng.pages.showing import Held, item_of, newest_of
from xinheng.pages.words import said as _

LICENCE, PENALTY = "adm.licence", "adm.penalty"
REGISTRATIONS = ("reg.enterprise", "reg.trader", "reg.institution", "reg.social_org", "reg.organ")
# Of a submission pages need its name and its day, not its whole report.
LIGHT = tuple(f"submission__{name}" for name in ("report", "counts", "options", "notices"))
_HITS, _MOST_HITS, _SUGGESTED = 20, 200, 8
_MOST_OF_SUBJECT = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation the register knows."""

    id: int
    code: str
    name: str
    kind: str
    former_names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Found:
    """One search hit on a page."""

    name: str
    code: str
    url: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """Search hits, and where the next page begins."""

    hits: list[Found]
    next: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Records of a list, and where the next page begins."""

    records: list[Held]
    next: list[Any] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is public."""

    subjects: int = 0
    records: int = 0
    by_item: dict[str, int] = field(default_factory=dict)


def as_code(query: str) -> str | None:
    """Return the unified code the query is; None where it is something else."""
    code = uscc.compact(query)
    return code if len(code) == 18 and code.isascii() and code.isalnum() else None


def too_short(query: str) -> bool:
    """Say whether the query is too short to look anybody up by."""
    return len(fold(query)) < 2


def search(query: str, *, after: Any) -> Page:
    """Find organisations; each hit says why it matches."""
    begin = after if isinstance(after, int) and 0 < after < _MOST_HITS else 0
    end = min(begin + _HITS, _MOST_HITS)
    hits = finding.search(query, limit=min(end + 1, _MOST_HITS))
    return Page(_found(hits[begin:end], query), end if len(hits) > end else None)


def suggestions(query: str) -> list[Found]:
    """Return the few organisations most likely meant by what has been typed so far."""
    return _found(finding.search(query, limit=_SUGGESTED), query)


def _found(hits: list[finding.Hit], query: str) -> list[Found]:
    kinds = dict(Subject.objects.filter(pk__in=[h.subject for h in hits]).values_list("pk", "kind"))
    return [
        Found(
            name=hit.name,
            code=hit.code or "",
            url=addresses.of_subject(hit.code) if hit.code else "",
            kind=words.say(words.KINDS, kinds.get(hit.subject, "")),
            why=why(hit, query),
        )
        for hit in hits
    ]


def why(hit: finding.Hit, query: str) -> str:
    """Say why an organisation was found."""
    if hit.how is finding.How.CODE:
        return _("代码 %s 以所查内容开头") % hit.found_by
    if hit.former:
        return _("曾用名“%s”含所查文字") % hit.found_by
    if hit.how is finding.How.INITIALS:
        return _("名称的拼音首字母以“%s”开头") % query.lower()
    if hit.how is finding.How.WHOLE:
        return _("名称相同")
    return _("名称含“%s”") % query if query in hit.name else _("名称含“%s”（繁简、大小写、符号不计）") % query


def subject(code: str, *, as_of: datetime | None) -> Known | None:
    """Return the organisation a code belongs or belonged to."""
    if as_of is None:
        now = plain_subjects.subject_of_code(compact_code(code))
        if now is None:
            return None
        resting.on_subject(now.id, code=compact_code(code))
        return Known(now.id, now.code or code, now.names[0] if now.names else "", now.kind, now.names[1:])
    found = subjects.subject_by_code(code, as_of=as_of)
    if found is None:
        return None
    resting.on_subject(found.pk, code=compact_code(code))
    names = [name.name for name in subjects.names_of(found, as_of=as_of)]
    return Known(found.pk, found.code or code, names[0] if names else "", found.kind, tuple(names[1:]))


def records_of(found: Known, *, on: date, as_of: datetime | None) -> list[Held]:
    """Return the records about an organisation that may be shown today, the newest first."""
    versions = records.of_subject(found.id, as_of=as_of).select_related("submission__department").defer(*LIGHT)
    held = hold(versions[:_MOST_OF_SUBJECT], on=on, names={found.id: found}, as_of=as_of)
    return [one for one in held if one.publication.shown]


def own_records(subject: Subject, *, on: date, record: int | None = None) -> list[Held]:
    """Return every record about an organisation, public or not, the newest first: for itself. ``record``: that one only.

    Fields about persons stay masked or left out as everywhere: a file about an organisation is none about its people.
    """
    versions = records.of_subject(subject.pk).select_related("submission__department", "subject").defer(*LIGHT)
    if record is not None:
        versions = versions.filter(record=record)
    return hold(versions[:_MOST_OF_SUBJECT], on=on, for_itself=True)


def listing(
    item_id: str,
    *,
    on: date,
    size: int,
    after: Any = None,
    organ: str | None = None,
    region: str | None = None,
    seat: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Listing:
    """Return records of one item that may be shown today, the newest decision first."""
    resting.on_item(item_id)
    if region:
        resting.on_everything()  # where organisations are registered, whichever they are
    departments = current_policy().departments
    organs = [organ] if organ else None
    if seat:
        there = {d.code for d in departments if d.region == seat}
        organs = [code for code in organs or sorted(there) if code in there]
    bodies = [d.code for d in departments if d.region == region] if region else []
    rows = plain.latest_shown(
        item_id,
        on=on,
        limit=size + 1,
        before=_place(after),
        organs=organs,
        region=(region, bodies, REGISTRATIONS) if region else None,
        since=since,
        until=until,
    )
    following = [str(rows[size - 1].governing), rows[size - 1].id] if len(rows) > size else None
    return Listing([one for one in hold(rows[:size], on=on) if one.publication.shown], following)


def _place(after: Any) -> tuple[date, int] | None:
    match after:
        case [str(day), int(pk)]:
            try:
                return date.fromisoformat(day), pk
            except ValueError:
                return None
    return None


def regions() -> list[tuple[str, str]]:
    """Return the districts a list can be filtered by, as code and name."""
    return [(region, name) for region, name in _seats(policy_digest()) if name]


def seats() -> dict[str, str]:
    """Return where deciding bodies sit: the districts, and the city for its own bodies; code to name."""
    return {region: name or _("市级单位") for region, name in _seats(policy_digest())}


@lru_cache(maxsize=4)
def _seats(policy: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of each district with a body of its own, then of the cities, without a name; by the policy in force."""
    in_force = current_policy()
    labels = {e.code: e.label for e in in_force.codelists["region"].entries} if "region" in in_force.codelists else {}
    told = sorted(
        {d.region for d in in_force.departments if d.region}, key=lambda region: (region.endswith("00"), region)
    )
    return tuple((region, "" if region.endswith("00") else labels.get(region, region)) for region in told)


def versions(record_id: int, *, on: date, as_of: datetime | None) -> list[Held]:
    """Return the versions of a record that count, the newest first; none where the record has ended."""
    resting.on_record(record_id)
    if as_of is None:
        return hold(plain.versions_of_record(record_id), on=on)
    current = records.current(as_of).filter(record=record_id)
    if not current.exists():
        return []
    told = records.told(as_of).filter(record=record_id, subject__isnull=False)
    rows = told.select_related("submission__department", "subject").defer(*LIGHT).order_by("-submission__position")
    return hold(rows, on=on, as_of=as_of)


def hold(
    versions: Iterable[Version | plain.PlainVersion],
    *,
    on: date,
    names: dict[int, Known] | None = None,
    as_of: datetime | None = None,
    labels: dict[int, tuple[str, ...]] | None = None,
    for_itself: bool = False,
) -> list[Held]:
    """Return versions with what the rules of today say about showing them. Rows without a subject are left out.

    ``for_itself``: what may be told of them is told also where it is not shown to the public: to the organisation itself.
    """
    rows = [v for v in versions if v.subject_id is not None]
    policy = current_policy()
    rules = rules_of(policy)
    items = {name: newest_of(policy, name) for name in {v.item for v in rows}}
    if names is None:
        wanted = {v.subject_id for v in rows if v.subject_id is not None}
        resting.on_names(wanted)
        current = plain_subjects.current_names(wanted) if as_of is None else subjects.current_names(wanted, as_of=as_of)
        names = {
            v.subject_id: Known(v.subject_id, v.subject.code or "", current.get(v.subject_id, ""), v.subject.kind, ())
            for v in rows
            if v.subject is not None and v.subject_id is not None
        }
    if labels is None:
        labels = _labels([v.record_id for v in rows], as_of)
    held = []
    for version in rows:
        item = items[version.item]
        if item is None or version.subject_id is None:
            continue
        known, values = names[version.subject_id], orjson.loads(version.canonical)
        accepted_at = version.submission.accepted_at
        accepted_on = local_date(accepted_at)
        facts = facts_of(
            item,
            values,
            subject_kind=SubjectKind(known.kind) if known.kind else SubjectKind.ENTERPRISE,
            governing_on=version.governing or accepted_on,
            on=on,
            published_on=accepted_on,
        )
        publication = decide(facts, rules, on=on)
        held.append(
            Held(
                id=version.record_id,
                item=item,
                values=values,
                public=public_values(item, values) if publication.shown or for_itself else {},
                subject_code=known.code,
                subject_name=known.name or values.get("subject_name", ""),
                governing=version.governing,
                publication=publication,
                labels=labels.get(version.record_id, ()),
                submission=version.submission.ref or "",
                department=str(version.submission.department or ""),
                accepted_at=accepted_at,
                position=version.submission.position,
            )
        )
    return held


def _labels(ids: list[int], as_of: datetime | None) -> dict[int, tuple[str, ...]]:
    if as_of is None:
        return plain.labels_of(ids)
    told = Event.objects.filter(record__in=ids, kind=EventKind.ANNOTATE, at__lte=as_of)
    found: dict[int, tuple[str, ...]] = {}
    for record_id, text in told.order_by("pk").values_list("record_id", "text"):
        found[record_id] = (*found.get(record_id, ()), text)
    return found


def counts(*, on: date) -> Counts:
    """Return how much is public today."""
    resting.on_everything()
    subjects, kept = totals(on=on)
    public = {item.id for item in current_policy().items(on=on) if item.publish == "P"}
    by_item = {item: n for item, n in kept.items() if item in public}
    return Counts(subjects, sum(by_item.values()), by_item)


def is_public_class(klass: str) -> bool:
    """Say whether anything of a class of the catalogue is public at all."""
    return any(
        v.publish == "P" for versions in current_policy().item_versions.values() for v in versions if v.klass == klass
    )


def item(item_id: str) -> Item | None:
    """Return an item of the catalogue."""
    return item_of(item_id)


def position() -> int:
    """Return the position the register has reached."""
    return Register.objects.values_list("position", flat=True).filter(pk=1).first() or 0  # none yet in a new register


def policy_digest() -> str:
    """Return which policy data the answers rest on."""
    return current_policy().digest
