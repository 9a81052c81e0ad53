"""Evidence with the time it was known: what the lake keeps, so that any past day can be evaluated with what was known then."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from xinheng.core.evaluation.evidence import Evidence, EvidenceKind
from xinheng.core.evaluation.extracting import Extractor, division_of
from xinheng.core.evaluation.knowing import Happening, Version, instants, known_at

FOREVER = 2**62  # still known


@dataclass(frozen=True, slots=True)
class Known:
    """Evidence, known from an instant on (included) until another (excluded); microseconds since 1970."""

    evidence: Evidence
    since: int
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Attributes:
    """What reports group organisations by, and sector models are scoped by; known for a time."""

    division: str
    region: str
    size: str
    since: int
    until: int = FOREVER


def micros(instant: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    delta = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


Lives = Mapping[int, tuple[Sequence[Version], Sequence[Happening]]]  # record → its versions and events


def evidence_of(subject: int, lives: Lives, extractor: Extractor) -> list[Known]:
    """Return all evidence there ever was about a subject, each fact once at a time."""
    found: list[Known] = []
    for versions, events in lives.values():
        moments = instants(versions, events)
        for n, moment in enumerate(moments):
            until = micros(moments[n + 1]) if n + 1 < len(moments) else FOREVER
            version = known_at(versions, events, moment)
            if version is None or version.subject != subject:
                continue
            for one in extractor.evidence(version.statement):
                if isinstance(one, Evidence):
                    found.append(Known(one, micros(moment), until))
    return once(_joined(found), extractor.vocabulary.kinds)


def _joined(found: list[Known]) -> list[Known]:
    """Join what is the same before and after an instant that changed nothing."""
    joined: list[Known] = []
    for one in found:
        if joined and joined[-1].evidence == one.evidence and joined[-1].until == one.since:
            joined[-1] = Known(one.evidence, joined[-1].since, one.until)
        else:
            joined.append(one)
    return joined


def once(found: Iterable[Known], kinds: Mapping[str, EvidenceKind]) -> list[Known]:
    """Return evidence so that of two statements of one fact, known at the same time, only the graver is there."""
    kept: list[Known] = []
    groups: dict[tuple[str, str], list[Known]] = {}
    for one in found:
        if one.evidence.fact:
            groups.setdefault((one.evidence.kind, one.evidence.fact), []).append(one)
        else:
            kept.append(one)
    for (kind, _), group in groups.items():
        kept += group if len(group) == 1 else _gravest(group, kinds[kind])
    return kept


def _gravest(group: Sequence[Known], kind: EvidenceKind) -> list[Known]:
    moments = sorted({k.since for k in group} | {k.until for k in group})
    spoken: list[Known] = []
    for begin, end in itertools.pairwise(moments):
        there = [k.evidence for k in group if k.since <= begin < k.until]
        if there:
            gravest = max(there, key=lambda e: (kind.rank(e.level), e.value, e.on, -e.record))
            spoken.append(Known(gravest, begin, end))
    return _joined(spoken)


def attributes_of(subject: int, lives: Lives, items: Sequence[str]) -> list[Attributes]:
    """Return trade, district and size of a subject by its registration, as known over time."""
    found: list[Attributes] = []
    for versions, events in lives.values():
        if not versions or versions[0].statement.item not in items:
            continue
        moments = instants(versions, events)
        for n, moment in enumerate(moments):
            version = known_at(versions, events, moment)
            if version is None or version.subject != subject or version.statement.ended is not None:
                continue
            until = micros(moments[n + 1]) if n + 1 < len(moments) else FOREVER
            values = version.statement.values
            found.append(
                Attributes(
                    division=division_of(values.get("industry")),
                    region=values.get("region") or "",
                    size=size_of(values.get("reg_capital")),
                    since=micros(moment),
                    until=until,
                )
            )
    return _unbroken(sorted(found, key=lambda a: (a.since, a.until)))


def _unbroken(found: list[Attributes]) -> list[Attributes]:
    """Let each hold until the next begins: two registrations never speak at once."""
    kept: list[Attributes] = []
    for one in found:
        if kept and kept[-1].until > one.since:
            kept[-1] = Attributes(kept[-1].division, kept[-1].region, kept[-1].size, kept[-1].since, one.since)
        kept.append(one)
    return [one for one in kept if one.since < one.until]


def size_of(capital_wan: str | None) -> str:
    """Return a rough size by registered capital, for the fairness report only: never for points."""
    try:
        capital = float(capital_wan or "")
    except ValueError:
        return ""
    return "S" if capital < 100 else "M" if capital < 1_000 else "L"
