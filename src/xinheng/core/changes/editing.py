"""A new edition of a catalogue item: the old table with some fields added, changed or left out, and some attributes changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import Enum
from typing import Any

from xinheng.core.policy.model import Field, Item
from xinheng.core.refusal import Refusal

ATTRIBUTES = (
    "zh", "en", "behaviour", "sources", "channel", "frequency", "deadline_working_days", "share", "share_scope", "publish",
    "publication_rule", "retention", "status", "inactive_because",
)  # fmt: skip
FIELD_KEYS = (
    "name",
    "zh",
    "en",
    "type",
    "required",
    "required_when",
    "max_length",
    "codelist",
    "unit",
    "aliases",
    "privacy",
    "rule",
    "example",
)


class UnknownField(Refusal):
    """A change of a field the item does not have, or an addition of one it has."""

    code = "change.field"
    message = "字段“{field}”与本目录项现有字段对不上：要改、要停的必须有，要加的必须没有。"


class NothingChanged(Refusal):
    """The new edition would say what the old one says."""

    code = "change.nothing"
    message = "没有任何改动。请至少改一处。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What a proposal changes. Values are those of the policy's own tables (TOML)."""

    attributes: Mapping[str, Any]
    added: Sequence[Mapping[str, Any]] = ()
    changed: Mapping[str, Mapping[str, Any]] | None = None  # field → keys that change
    ended: Sequence[str] = ()


def new_edition(table: Mapping[str, Any], item: Item, edits: Edits, *, effective_from: date) -> dict[str, Any]:
    """Return the table of the new edition. ``table`` and ``item`` are the present one, as written and as built."""
    new = deepcopy(dict(table))
    new.pop("effective_to", None)
    new["effective_from"] = effective_from
    for key, value in edits.attributes.items():
        if key not in ATTRIBUTES:
            raise UnknownField(field=key)
        new[key] = value
    own = {str(told["name"]): dict(told) for told in new.get("field", ())}
    known = item.by_name
    for name, keys in (edits.changed or {}).items():
        if name not in known or not set(keys) <= set(FIELD_KEYS) - {"name"}:
            raise UnknownField(field=name)
        own[name] = {**(own.get(name) or field_table(known[name])), **keys}
    for told in edits.added:
        name = str(told.get("name", ""))
        if not name or name in known or not set(told) <= set(FIELD_KEYS):
            raise UnknownField(field=name or "?")
        own[name] = dict(told)
    for name in edits.ended:
        if name not in own:  # a standard field comes with its block: it is not this item's to leave out
            raise UnknownField(field=name)
        del own[name]
    new["field"] = list(own.values())
    if {k: v for k, v in new.items() if k != "effective_from"} == {
        k: v for k, v in table.items() if k not in ("effective_from", "effective_to")
    }:
        raise NothingChanged
    return new


def field_table(field: Field) -> dict[str, Any]:
    """Return a field as the policy's tables write it: what differs from the default, and nothing else."""
    told: dict[str, Any] = {}
    for one in fields(Field):
        value = getattr(field, one.name)
        if value is None or (one.default is not MISSING and value == one.default):
            continue
        if one.name == "required_when":
            value = {"field": value[0], "has": list(value[1])}
        elif isinstance(value, Enum):
            value = value.value
        told[one.name] = list(value) if isinstance(value, tuple) else value
    return told
