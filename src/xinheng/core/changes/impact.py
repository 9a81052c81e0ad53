"""What a change does to those who send and to those it is about: compatible, burdensome, touching rights, or not this city's to make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from xinheng.core.changes.differing import Difference
from xinheng.core.policy.model import Item, Privacy, Required


class Weight(StrEnum):
    """How heavily an effect weighs."""

    NOTE = "note"  # 兼容
    SENDERS = "senders"  # 影响报送
    RIGHTS = "rights"  # 影响主体权益: somebody has to say why
    STOP = "stop"  # 不能审定


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect of a change, in a sentence."""

    weight: Weight
    code: str
    message: str
    field: str = ""


_WIDER_PUBLISH = {"X": 0, "G": 1, "Q": 2, "P": 3}
_WIDER_SHARE = {"N": 0, "C": 1, "U": 2}
_STRICTER = {"O": 0, "R": 1, "C": 2, "M": 3}
_OPENER = {Privacy.SEALED.value: 0, Privacy.PERSONAL.value: 1, Privacy.INTERNAL.value: 2, Privacy.PUBLIC.value: 3}
_WHAT_IS_ONE = ("identity", "governing", "title", "klass", "id", "layer", "storage")
# What a city may say about an item of the nation or the province: how it is collected here, not what it is.
_OURS_ON_THEIRS = ("sources", "channel", "deadline_working_days", "aliases", "rule", "example", "en")


def effects(
    differences: Iterable[Difference], *, old: Item, new: Item, authority: str, ours: frozenset[str] = frozenset()
) -> tuple[Effect, ...]:
    """Return the effects of a change, the heaviest first. ``ours``: fields this authority had added to a higher one's item."""
    found: list[Effect] = []
    for one in differences:
        told = _of_field(one, new) if one.field else _of_item(one)
        if old.layer != authority and one.field not in ours and not _ours(one, new):
            told = [
                Effect(
                    Weight.STOP,
                    "layer",
                    f"{_where(one)}属于上级目录，本市不能改动；可以补充选填字段和列名变体，其余请报上级修订。",
                    one.field,
                )
            ]
        found += told
    return by_weight(found)


def by_weight(found: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return effects, the heaviest first."""
    order = list(Weight)[::-1]
    return tuple(sorted(found, key=lambda effect: order.index(effect.weight)))


def may_be_approved(found: Iterable[Effect]) -> bool:
    """Say whether nothing stands against approving."""
    return all(effect.weight is not Weight.STOP for effect in found)


def _ours(one: Difference, new: Item) -> bool:
    if one.key == "field":
        return bool(one.after) and new.field(one.field).required is Required.OPTIONAL
    return one.key in _OURS_ON_THEIRS


def _where(one: Difference) -> str:
    return f"字段“{one.field}”的“{one.key}”" if one.field and one.key != "field" else f"“{one.field or one.key}”"


def _of_item(one: Difference) -> list[Effect]:
    key, before, after = one.key, one.before, one.after
    if key in _WHAT_IS_ONE:
        return [
            Effect(Weight.STOP, "identity", f"“{key}”决定哪些行是同一条记录，改了就接不上已有的记录；请另立目录项。")
        ]
    if key == "publish" and _WIDER_PUBLISH.get(after, 9) > _WIDER_PUBLISH.get(before, 0):
        return [
            Effect(
                Weight.RIGHTS,
                "publish.wider",
                f"公开属性由 {before} 放宽到 {after}：更多人能看到主体的信息，须有法律依据。",
            )
        ]
    if key == "share" and _WIDER_SHARE.get(after, 9) > _WIDER_SHARE.get(before, 0):
        return [Effect(Weight.RIGHTS, "share.wider", f"共享属性由 {before} 放宽到 {after}：更多部门能用到这些信息。")]
    if key == "retention":
        return [Effect(Weight.RIGHTS, "retention", f"保存期限由 {before} 改为 {after}：影响主体的信息保存多久。")]
    if key == "publication_rule":
        return [Effect(Weight.RIGHTS, "term", f"公示规则由 {before} 改为 {after}：影响公示多久、何时能修复。")]
    if key == "kinds":
        return [Effect(Weight.RIGHTS, "kinds", f"适用主体由“{before}”改为“{after}”。")]
    if key == "score_use" and after == "是":
        return [Effect(Weight.RIGHTS, "score", "从此进入组织的信用评价。")]
    if key == "status":
        return [Effect(Weight.SENDERS, "status", f"由 {before} 改为 {after}：报送随之开始或停止。")]
    if key in ("frequency", "deadline_working_days", "sources"):
        return [Effect(Weight.SENDERS, key, f"“{key}”由“{before}”改为“{after}”：报送单位的安排要调整。")]
    return [Effect(Weight.NOTE, "words", f"“{key}”由“{before}”改为“{after}”。")]


def _of_field(one: Difference, new: Item) -> list[Effect]:
    name, key, before, after = one.field, one.key, one.before, one.after
    if key == "field" and after:
        return added_field(name, new)
    if key == "field":
        return [
            Effect(
                Weight.SENDERS,
                "field.ended",
                f"字段“{before}”停用：新报送里的这一列不再采集；已有记录里的内容照旧保留。",
                name,
            )
        ]
    if key == "required":
        tighter = _STRICTER.get(after, 0) > _STRICTER.get(before, 0)
        message = f"字段“{name}”由选填变为必填：没有填的行会被退回。" if tighter else f"字段“{name}”放宽了填写要求。"
        return [Effect(Weight.SENDERS if tighter else Weight.NOTE, "field.required", message, name)]
    if key == "privacy":
        wider = _OPENER.get(after, 9) > _OPENER.get(before, 0)
        message = (
            f"字段“{name}”的隐私级别由 {before} 改为 {after}：更多人能看到内容。"
            if wider
            else f"字段“{name}”的隐私级别由 {before} 改为 {after}。"
        )
        return [
            Effect(
                Weight.RIGHTS if wider else Weight.NOTE,
                "field.privacy",
                message,
                name,
            )
        ]
    if key in ("type", "codelist", "unit", "scale"):
        return [
            Effect(
                Weight.SENDERS,
                f"field.{key}",
                f"字段“{name}”的“{key}”由“{before}”改为“{after}”：原来的写法可能不再通过。",
                name,
            )
        ]
    if key == "max_length" and after and (not before or int(after) < int(before)):
        return [
            Effect(Weight.SENDERS, "field.shorter", f"字段“{name}”最多 {after} 个字（原来 {before or '不限'}）。", name)
        ]
    return [Effect(Weight.NOTE, "field.words", f"字段“{name}”的“{key}”由“{before}”改为“{after}”。", name)]


def added_field(name: str, new: Item) -> list[Effect]:
    """Return what one field more does."""
    field = new.field(name)
    must = field.required in (Required.MANDATORY, Required.CONDITIONAL)
    if field.required_when is not None:
        other, labels = field.required_when
        values = "或".join(f"“{label}”" for label in labels)
        message = f"新增字段“{field.zh}”，“{new.field(other).zh}”为{values}时必填：各报送单位的表和系统都要加这一列。"
    elif must:
        message = f"新增字段“{field.zh}”，必填：各报送单位的表和系统都要加这一列。"
    else:
        message = f"新增字段“{field.zh}”，选填：不填也能报送。"
    found = [Effect(Weight.SENDERS if must else Weight.NOTE, "field.added", message, name)]
    if field.privacy is not Privacy.INTERNAL:
        found.append(
            Effect(
                Weight.RIGHTS,
                "field.collects",
                f"新采集“{field.zh}”（{field.privacy.value}）：要有依据，且以必要为限。",
                name,
            )
        )
    return found
