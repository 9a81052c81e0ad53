"""What differs between two editions of an item, in the words of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from xinheng.core.policy.model import Basis, Field, Item

_ASIDE = ("fields", "by_name", "basis", "effective_from", "effective_to", "ambiguous")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: of the item (``field`` empty) or of one field; a field new or gone has the key ``field``."""

    field: str
    key: str
    before: str
    after: str


def differences(old: Item, new: Item) -> tuple[Difference, ...]:
    """Return what differs, attributes of the item first, then fields in the order of the new edition."""
    found = [
        Difference("", one.name, said(getattr(old, one.name)), said(getattr(new, one.name)))
        for one in fields(Item)
        if one.name not in _ASIDE and getattr(old, one.name) != getattr(new, one.name)
    ]
    if old.basis != new.basis:
        found.append(Difference("", "basis", cited(old.basis), cited(new.basis)))
    before, after = old.by_name, new.by_name
    for name in [*after, *(n for n in before if n not in after)]:
        found += _of_field(name, before.get(name), after.get(name))
    return tuple(found)


def _of_field(name: str, old: Field | None, new: Field | None) -> list[Difference]:
    if old is None or new is None:
        return [Difference(name, "field", old.zh if old else "", new.zh if new else "")]
    return [
        Difference(name, one.name, said(getattr(old, one.name)), said(getattr(new, one.name)))
        for one in fields(Field)
        if getattr(old, one.name) != getattr(new, one.name)
    ]


def said(value: Any) -> str:
    """Return a value of the catalogue as a reader is shown it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, frozenset):
        return "、".join(sorted(map(said, value)))
    if isinstance(value, tuple):
        return "、".join(map(said, value))
    return str(value)


def cited(basis: tuple[Basis, ...]) -> str:
    """Return what an item rests on, as it is cited."""
    return "；".join(f"{one.document} {one.article}".strip() for one in basis)
