"""A wholly new catalogue item: its table as the policy writes one, and what it brings to senders and to those it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from xinheng.core.changes.differing import Difference, cited, said
from xinheng.core.changes.editing import FIELD_KEYS, UnknownField
from xinheng.core.changes.impact import Effect, Weight, added_field, by_weight
from xinheng.core.policy.model import Item, Policy, SubjectKind
from xinheng.core.refusal import Refusal

NEEDED = (
    "id", "zh", "en", "class", "kinds", "behaviour", "sources", "channel", "frequency", "share", "share_scope", "publish",
    "publication_rule", "retention", "polarity", "governing", "title", "identity",
)  # fmt: skip
ALLOWED = (*NEEDED, "closing", "deadline_working_days")
# The day things happened, from the shared block: for an item that has no date of its own.
OCCURRED = "occurred_on"
VERIFY_EVERY = 365  # days
_ID = re.compile(r"[a-z]{3}\.[a-z][a-z0-9_]{1,39}")
_PERIOD = re.compile(r"P[1-9]\d{0,2}[YMD]")
_ASIDE = ("fields", "by_name", "basis", "effective_from", "effective_to", "ambiguous", "checks")


class AlreadyThere(Refusal):
    """An item of this id or of this name is in the catalogue already, here or with a higher authority."""

    code = "change.already-there"
    message = "目录里已经有“{item}”。要改它，请从它的页面提出变更。"


class NotWellFormed(Refusal):
    """Something of the item is not written as the catalogue writes it."""

    code = "change.not-well-formed"
    message = "“{what}”的写法不对：编号如 con.site_rent，保存期限如 P5Y，公示规则取自已有的规则。"


class PersonsOnly(Refusal):
    """An item about natural persons alone: their rows stop at the person gate, so it could never take one in."""

    code = "change.persons-only"
    message = "只关于自然人的目录项不能在这里新设：自然人的行止于自然人关口，不入库、不公示、不评分。"


class NotInForce(Refusal):
    """The basis is not in force on the day the item begins."""

    code = "change.basis-not-in-force"
    message = "依据从 {basis} 起施行，目录项不能早于这一天（{begins}）。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a new item rests on: a document that whoever proposes has read, and the day it is in force from."""

    document: str
    article: str
    effective_from: date


def require_new(policy: Policy, *, item: str, zh: str) -> None:
    """Raise AlreadyThere where any edition of any item, of any authority, has this id or this name."""
    for name, versions in policy.item_versions.items():
        if name == item or any(version.zh == zh for version in versions):
            raise AlreadyThere(item=f"{versions[-1].zh}（{name}）")


def new_item(
    told: Mapping[str, Any],
    own: Sequence[Mapping[str, Any]],
    basis: Basis,
    *,
    layer: str,
    rules: Iterable[str],
    effective_from: date,
    verified_on: date,
) -> dict[str, Any]:
    """Return the table of a new item of one authority (``layer``); ``rules`` are the keys of the publication rules there are.

    It is never scored and never published for persons: those are decisions of the folder of policy, not of a form.
    """
    if wrong := next((key for key in told if key not in ALLOWED), None):
        raise NotWellFormed(what=wrong)
    for what, good in (
        ("id", _ID.fullmatch(str(told["id"]))),
        ("retention", _PERIOD.fullmatch(str(told["retention"]))),
        ("publication_rule", told["publication_rule"] in set(rules)),
    ):
        if not good:
            raise NotWellFormed(what=what)
    persons = SubjectKind.PERSON.value in told["kinds"]
    if persons and len(told["kinds"]) == 1:
        raise PersonsOnly
    if basis.effective_from > effective_from:
        raise NotInForce(basis=basis.effective_from.isoformat(), begins=effective_from.isoformat())
    for one in own:
        if not set(one) <= set(FIELD_KEYS):
            raise UnknownField(field=str(one.get("name", "?")))
    occurred = told["governing"] == OCCURRED and all(one["name"] != OCCURRED for one in own)
    return {
        **{key: value for key, value in told.items() if value not in (None, "")},
        "layer": layer,
        "effective_from": effective_from,
        "verified_on": verified_on,
        "verify_every": VERIFY_EVERY,
        "publish_person": "X",
        "score_use": False,
        "standard": [
            "subject_or_person" if persons else "subject",
            *(["occurrence"] if occurred else []),
            "report",
        ],
        "checks": ["subject.code-missing", "subject.kind-outside-item"],
        "basis": [
            {
                "document": basis.document,
                **({"article": basis.article} if basis.article else {}),
                "certainty": "read",
                "effective_from": basis.effective_from,
            }
        ],
        "field": [dict(one) for one in own],
    }


def said_of(item: Item) -> tuple[Difference, ...]:
    """Return everything a new item says, as differences from nothing: attributes, basis, fields."""
    told = [
        Difference("", one.name, "", said(getattr(item, one.name))) for one in fields(Item) if one.name not in _ASIDE
    ]
    told.append(Difference("", "basis", "", cited(item.basis)))
    told += [Difference(field.name, "field", "", field.zh) for field in item.fields]
    return tuple(one for one in told if one.after)


def effects_of(item: Item, own: Iterable[str]) -> tuple[Effect, ...]:
    """Return what a new item does, the heaviest first. ``own``: the fields that are no shared ones."""
    found = [
        Effect(Weight.RIGHTS, "item.new", f"新设目录项：从此归集主体的“{item.behaviour}”，依据为{cited(item.basis)}。"),
        Effect(Weight.RIGHTS, "retention", f"公示结束后保存 {item.retention}。"),
        Effect(Weight.SENDERS, "sources", f"由{said(item.sources)}报送，频次 {item.frequency}：报送单位要安排人和表。"),
    ]
    if item.publish == "P":
        found.append(
            Effect(
                Weight.RIGHTS,
                "publish.wider",
                f"向社会公示，公示规则 {item.publication_rule}：决定公示多久、何时能修复。",
            )
        )
    if item.share != "N":
        found.append(Effect(Weight.RIGHTS, "share.wider", f"与{said(item.share_scope)}共享（{item.share}）。"))
    if item.polarity in ("negative", "both"):
        found.append(Effect(Weight.RIGHTS, "negative", "会含负面信息：须能提出异议、申请修复。"))
    if SubjectKind.PERSON in item.kinds:
        found.append(
            Effect(Weight.RIGHTS, "persons", "适用主体含自然人：自然人的行止于自然人关口，不入库、不公示、不评分。")
        )
    for name in own:
        found += added_field(name, item)
    return by_weight(found)
