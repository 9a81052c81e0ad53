"""Which fields of a record the public sees: whole, masked, with persons taken out of the text, or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from xinheng.core.identifiers import names
from xinheng.core.policy.model import Field, FieldType, Item, Privacy, SubjectKind
from xinheng.core.publication.redaction import hide_citizen_numbers, redact


class Showing(StrEnum):
    """How one field is shown to the public."""

    WHOLE = "whole"
    CODE = "code"  # a code or a title: whole, but a citizen's number in it is taken out
    REDACTED = "redacted"  # free text: what identifies a person is taken out
    MASKED = "masked"  # a person's name: the surname
    HIDDEN = "hidden"


# Personal fields other than names: phones, addresses, accounts and numbers are never public, not even in part.
_NEVER: Final = re.compile("电话|手机|联系方式|邮箱|传真|地址|住址|住所|场所|账号|账户|号码|车牌|证件")
_TEXT: Final = frozenset({FieldType.TEXT, FieldType.JSON, FieldType.SET, FieldType.CODE, FieldType.DOC_NO})
_FREE_TEXT_FROM: Final = 256  # characters: what may be longer is prose, what may not is a code, a name or a title


_TRADER_CODE: Final = "92"  # registered by market supervision, an individual business (GB 32100)
_TRADER_TYPE: Final = "个体工商户"


def is_trader(item: Item, values: Mapping[str, str | None]) -> bool:
    """Say whether a record is about an individual business (个体工商户); where nothing tells, it is taken for one."""
    if SubjectKind.TRADER not in item.kinds:
        return False
    if code := values.get("subject_code"):
        return code.startswith(_TRADER_CODE)
    return values.get("subject_type") in (_TRADER_TYPE, "", None)


def showing(field: Field, *, trader: bool = False) -> Showing:
    """Say how the public is shown a field. ``trader``: of an individual business, whose address may be a home."""
    privacy = field.privacy_trader or field.privacy if trader else field.privacy
    if privacy in (Privacy.SEALED, Privacy.INTERNAL) or field.type is FieldType.PERSON_ID:
        return Showing.HIDDEN
    if privacy is Privacy.PERSONAL:
        return Showing.HIDDEN if _NEVER.search(field.zh) or field.type is not FieldType.TEXT else Showing.MASKED
    if field.type not in _TEXT:
        return Showing.WHOLE
    prose = field.type in (FieldType.TEXT, FieldType.JSON) and (field.max_length or _FREE_TEXT_FROM) >= _FREE_TEXT_FROM
    return Showing.REDACTED if prose else Showing.CODE


def masked_fields(item: Item) -> tuple[str, ...]:
    """Return the fields of an item that the public is shown masked or not at all."""
    return tuple(f.name for f in item.fields if showing(f) in (Showing.MASKED, Showing.HIDDEN))


_Ways = tuple[tuple[str, Callable[[str], str] | None], ...]
_ways: dict[int, tuple[Item, _Ways, _Ways]] = {}  # id of an item → the item, kept so that the id stays its own
_MOST_ITEMS = 4_000


def _ways_of(item: Item, *, trader: bool) -> _Ways:
    """Return field → what is done to its text (None: nothing), without those hidden. Worked out once for each item of a policy."""
    found = _ways.get(id(item))
    if found is None:
        if len(_ways) >= _MOST_ITEMS:
            _ways.clear()
        plain, traders = (
            tuple(
                (f.name, _TREATED[how]) for f in item.fields if (how := showing(f, trader=is_one)) is not Showing.HIDDEN
            )
            for is_one in (False, True)
        )
        found = _ways[id(item)] = (item, plain, traders)
    return found[2] if trader else found[1]


def public_values(item: Item, values: Mapping[str, str | None]) -> dict[str, str]:
    """Return what the public may see of a record's values, in the item's order; empty and hidden fields are left out.

    Fields the item does not know are left out too: nothing outside the catalogue goes out.
    """
    shown = {}
    for name, treated in _ways_of(item, trader=is_trader(item, values)):
        if value := values.get(name):
            shown[name] = treated(value) if treated else value
    return shown


def _masked(value: str) -> str:
    return ";".join(names.mask(name) for name in re.split("[;；、,，]", value) if name.strip())


_TREATED: Final[Mapping[Showing, Callable[[str], str] | None]] = {
    Showing.WHOLE: None,
    Showing.MASKED: _masked,
    Showing.REDACTED: redact,
    Showing.CODE: hide_citizen_numbers,
}
