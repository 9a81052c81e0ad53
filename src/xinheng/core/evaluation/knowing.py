"""What was known of a record at an instant: the current version, whether it had ended, and what was open about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from xinheng.core.evaluation.evidence import NotCounted
from xinheng.core.evaluation.extracting import Statement

_ENDS = {
    "withdraw": NotCounted.WITHDRAWN,
    "revoke": NotCounted.REVOKED,
    "expire": NotCounted.EXPIRED,
    "repair": NotCounted.REPAIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a record: visible from an instant, and no longer from another."""

    subject: int | None
    statement: Statement
    position: int
    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event in the life of a record."""

    number: int  # events of one instant have an order
    kind: str  # withdraw, restore, annotate …
    at: datetime
    text: str = ""


def known_at(versions: Sequence[Version], events: Sequence[Happening], at: datetime) -> Version | None:
    """Return the version that spoke at an instant, its statement carrying what had become of it; None before there was one."""
    begun = [v for v in versions if v.begins <= at]
    if not begun:
        return None
    visible = [v for v in begun if v.ends is None or v.ends > at]
    if not visible:
        last = max(begun, key=lambda v: v.position)
        return replace(last, statement=replace(last.statement, ended=NotCounted.WITHDRAWN))
    current = max(visible, key=lambda v: v.position)
    past = [e for e in events if e.at <= at]
    statement = replace(
        current.statement,
        ended=_ended(current, past),
        labels=frozenset(e.text for e in past if e.kind == "annotate"),
    )
    return replace(current, statement=statement)


def _ended(current: Version, past: Sequence[Happening]) -> NotCounted | None:
    """Return how the current version ended. An end before it was told does not touch it; a restoration undoes what lay before."""
    restored = max((e.number for e in past if e.kind == "restore"), default=0)
    ends = [e for e in past if e.kind in _ENDS and e.at >= current.begins and e.number > restored]
    return _ENDS[max(ends, key=lambda e: e.number).kind] if ends else None


def instants(versions: Sequence[Version], events: Sequence[Happening]) -> list[datetime]:
    """Return every instant at which what is known of the record may change, in order."""
    moments = {v.begins for v in versions} | {v.ends for v in versions if v.ends is not None} | {e.at for e in events}
    return sorted(moments)
