"""What kind of difference is it? Each one gets a name, so that its owner knows what to do; nothing is guessed.

A pure function of what only one side has, of what we know about those statements, and of what the other side answers about them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of difference (差异类型)."""

    MISSING_THERE = "missing-there"  # 对方缺失
    MISSING_HERE = "missing-here"  # 我方缺失
    ALTERED = "altered"  # 内容不一致
    OUTDATED_THERE = "outdated-there"  # 对方为旧版本: they hold what we have since corrected
    DUPLICATE_THERE = "duplicate-there"  # 对方重复
    DUPLICATE_HERE = "duplicate-here"  # 我方重复
    LATE = "late"  # 在途, within its term
    REJECTED_THERE = "rejected-there"  # 对方退回, with its code
    WITHDRAWN_HERE = "withdrawn-here"  # 我方已撤回，对方仍在
    TRUNCATED = "truncated"  # 交付不完整: the end of a delivery did not arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """A statement only one side has. ``copies``: how many more than the other side."""

    item: str
    name: bytes
    print: str  # 32 hexadecimal digits, as ``Sum.text`` writes them
    content: Mapping[str, str] = field(default_factory=dict, hash=False)
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What our side knows about a statement. Days are ours; a delivery is named by its reference."""

    held: bool = False  # it stands in our register now
    due_on: date | None = None  # last day on which the other side may still lack it
    withdrawn: bool = False  # it stood here, and does not any more
    earlier: frozenset[str] = frozenset()  # fingerprints it had here before
    delivery: str = ""
    place: int = 0  # its number within that delivery, from 0
    rows: int = 0  # statements that delivery holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the other side says about a statement it does not hold as we do."""

    held: bool = False  # something of this name stands there
    rejected: str = ""  # code of the reason it was sent back for
    arrived: Mapping[str, int] = field(default_factory=dict, hash=False)  # delivery → statements of it that came


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """One field that is not the same. None: empty."""

    name: str
    here: str | None
    there: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. ``here`` and ``there`` are the fingerprints; empty where that side has none."""

    kind: Kind
    item: str
    name: bytes
    here: str = ""
    there: str = ""
    fields: tuple[FieldDifference, ...] = ()
    code: str = ""  # of the rejection
    delivery: str = ""
    due_on: date | None = None
    copies: int = 1

    @property
    def key(self) -> tuple[str, bytes, str, str, str]:
        """What tells it from every other, in the order statements list them."""
        return (self.item, self.name, self.kind.value, self.here, self.there)

    def as_json(self) -> dict[str, object]:
        """Return it as differences files hold it: without the contents, which stay with the two sides."""
        told: dict[str, object] = {"item": self.item, "name": self.name.hex(), "kind": self.kind.value}
        told |= {"here": self.here, "there": self.there, "copies": self.copies}
        if self.fields:
            told["fields"] = [f.name for f in self.fields]
        if self.code:
            told["code"] = self.code
        if self.delivery:
            told["delivery"] = self.delivery
        if self.due_on:
            told["due_on"] = self.due_on.isoformat()
        return told


def fields_that_differ(here: Mapping[str, str], there: Mapping[str, str]) -> tuple[FieldDifference, ...]:
    """Return the fields in which two contents differ, in the order of their names."""
    return tuple(
        FieldDifference(name=name, here=here.get(name), there=there.get(name))
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    )


def classify(
    here: Iterable[Only],
    there: Iterable[Only],
    *,
    known: Mapping[bytes, Known],
    answered: Mapping[bytes, Answered],
    on: date,
) -> list[Difference]:
    """Return every difference with its kind, in order. ``known`` and ``answered`` are keyed by name."""
    here, theirs = list(here), defaultdict[bytes, list[Only]](list)
    for only in there:
        theirs[only.name].append(only)
    cut_off = _cut_off([known[one.name] for one in here if one.name in known and one.name not in theirs])
    found: list[Difference] = []
    for ours in here:
        knows, says = known.get(ours.name, Known()), answered.get(ours.name, Answered())
        if knows.delivery in cut_off and knows.delivery not in says.arrived:
            says = replace(says, arrived={**says.arrived, knows.delivery: cut_off[knows.delivery]})
        if other := theirs.get(ours.name):
            found.append(_changed(ours, other.pop(0), knows, on))
        else:
            found.append(_only_here(ours, knows, says, on))
    for only in (rest for group in theirs.values() for rest in group):
        found.append(_only_there(only, known.get(only.name, Known())))
    return sorted(found, key=lambda difference: difference.key)


def _cut_off(lacking: Iterable[Known]) -> dict[str, int]:
    """Return the deliveries of which exactly the end is lacking, and how much of each came. A lone last statement proves nothing."""
    places: dict[str, set[int]] = defaultdict(set)
    sizes: dict[str, int] = {}
    for one in lacking:
        places[one.delivery].add(one.place)
        sizes[one.delivery] = one.rows
    return {
        delivery: sizes[delivery] - len(found)
        for delivery, found in places.items()
        if delivery and 1 < len(found) < sizes[delivery] and min(found) == sizes[delivery] - len(found)
    }


def _changed(ours: Only, other: Only, knows: Known, on: date) -> Difference:
    kind = Kind.ALTERED
    if other.print in knows.earlier:
        kind = Kind.LATE if knows.due_on is not None and on <= knows.due_on else Kind.OUTDATED_THERE
    return Difference(
        kind=kind,
        item=ours.item,
        name=ours.name,
        here=ours.print,
        there=other.print,
        fields=fields_that_differ(ours.content, other.content),
        due_on=knows.due_on if kind is Kind.LATE else None,
        copies=ours.copies,
    )


def _only_here(ours: Only, knows: Known, says: Answered, on: date) -> Difference:
    arrived = says.arrived.get(knows.delivery) if knows.delivery else None
    if says.rejected:
        kind = Kind.REJECTED_THERE
    elif says.held:
        kind = Kind.DUPLICATE_HERE
    elif arrived is not None and arrived <= knows.place:
        kind = Kind.TRUNCATED
    elif knows.due_on is not None and on <= knows.due_on:
        kind = Kind.LATE
    else:
        kind = Kind.MISSING_THERE
    return Difference(
        kind=kind,
        item=ours.item,
        name=ours.name,
        here=ours.print,
        code=says.rejected if kind is Kind.REJECTED_THERE else "",
        delivery=knows.delivery if kind is Kind.TRUNCATED else "",
        due_on=knows.due_on if kind is Kind.LATE else None,
        copies=ours.copies,
    )


def _only_there(other: Only, knows: Known) -> Difference:
    if knows.held:
        kind = Kind.DUPLICATE_THERE
    elif knows.withdrawn:
        kind = Kind.WITHDRAWN_HERE
    else:
        kind = Kind.MISSING_HERE
    return Difference(kind=kind, item=other.item, name=other.name, there=other.print, copies=other.copies)


def counts(found: Sequence[Difference]) -> dict[str, int]:
    """Return how many there are of each kind, in the order of the kinds; kinds without any are left out."""
    told = {kind.value: sum(d.kind is kind for d in found) for kind in Kind}
    return {kind: count for kind, count in told.items() if count}
