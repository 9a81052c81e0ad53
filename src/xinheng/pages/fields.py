"""The fields of a record as the public sees them: shown, masked with the reason, or left out and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import Field, FieldType, Item
from xinheng.core.publication.masking import Showing, is_trader, public_values, showing
from xinheng.pages.words import said as _

_NO_END = "2099-12-31"
_IDENTITY = frozenset({"subject_name", "subject_code", "subject_type"})
_NUMBERS = (FieldType.AMOUNT, FieldType.DECIMAL)


@dataclass(frozen=True, slots=True)
class ShownField:
    """One label and value; ``masked`` values say why."""

    label: str
    value: str
    masked: bool = False
    why: str = ""


def label(field: Field) -> str:
    """Return the field's name in the reader's language."""
    return field.en if get_language() == "en" and field.en else field.zh


def shown_fields(item: Item, values: Mapping[str, str | None]) -> list[ShownField]:
    """Return the filled fields of a record that may be seen, in the order of the catalogue."""
    trader = is_trader(item, values)
    return [shown_field(item.field(name), text, trader=trader) for name, text in public_values(item, values).items()]


def hidden_fields(item: Item, values: Mapping[str, str | None]) -> list[str]:
    """Return the names of the filled fields that are not shown at all."""
    trader = is_trader(item, values)
    hidden = (field for field in item.fields if showing(field, trader=trader) is Showing.HIDDEN)
    return [label(field) for field in hidden if values.get(field.name)]


def shown_field(field: Field, text: str, *, trader: bool = False) -> ShownField:
    """Return one field as it is shown; ``text`` is masked already."""
    if showing(field, trader=trader) is Showing.MASKED:
        # However long the text was: its length says too much, too.
        return ShownField(label(field), f"{text[0]}＊＊", masked=True, why=_("个人信息，依规则遮蔽"))
    return ShownField(label(field), shown_value(field, text))


def shown_value(field: Field, text: str) -> str:
    """Write a value for people."""
    if field.type is FieldType.DATE and field.open_ended and text >= _NO_END:
        return _("长期")
    if field.type is FieldType.REGION:
        return _regions(current_policy().digest).get(text, text)
    if field.type is FieldType.SET:
        return _("、").join(text.split(";"))
    if field.type in _NUMBERS:
        whole, _point, part = text.partition(".")
        part = part.rstrip("0")
        return f"{int(whole):,}{'.' + part if part else ''}" if whole.lstrip("-").isdigit() else text
    return text


@lru_cache(maxsize=2)
def _regions(digest: str) -> dict[str, str]:
    told = current_policy().codelists.get("region")
    return {entry.code: entry.label for entry in told.entries} if told else {}


# What tells a reader at a glance what a record is about, in order of preference.
_TELLING = (
    "violation_type", "kinds", "fine_wan", "certificate_name", "licence_class", "content", "grade", "level", "result",
    "list_name", "award_name", "reason", "name", "facts",
)  # fmt: skip
_GLANCE = 60


def summary(item: Item, public: Mapping[str, str]) -> str:
    """Return a line on what the record says, of what the public may see of it."""
    fields = item.by_name
    aside = _IDENTITY | {item.title, item.governing, "organ_name", "organ_code", "source_name", "source_code", "remark"}
    telling = [name for name in _TELLING if name in public and name not in aside]
    if not telling:
        telling = [n for n in public if n not in aside and fields[n].type in (FieldType.TEXT, FieldType.CODE)]
    parts = []
    for name in telling[:3]:
        value = shown_value(fields[name], public[name])
        parts.append(f"{value} {fields[name].unit}" if fields[name].unit else value)
    line = _("；").join(parts)
    return line if len(line) <= _GLANCE else line[: _GLANCE - 1] + "…"
