"""What publication must know about a record: a few facts, not the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from xinheng.core.policy.model import Item, SubjectKind

NO_END = date(2099, 12, 31)  # how the field standard writes 长期


class State(StrEnum):
    """What has become of a record since it was reported."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"  # 撤回、撤销: the decision no longer stands, or was reported in error
    SUPERSEDED = "superseded"  # 更正: a later version says it rightly
    REPAIRED = "repaired"  # 信用修复
    SHIELDED = "shielded"  # 临时屏蔽: while a reorganisation plan is carried out


class Label(StrEnum):
    """A mark shown beside a record while something about it is open (标注). Labels never hide."""

    OBJECTION = "异议处理中"
    RECONSIDERATION = "行政复议中"
    LITIGATION = "行政诉讼中"
    REPAIR = "信用修复中"
    REORGANISED = "重整"
    SUSPENDED = "停止执行"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFacts:
    """The facts one record's publication depends on. Day fields are days, everything else stands as in the record."""

    item: str
    publish: str  # P Q G X, for this kind of subject
    publication_rule: str
    subject_kind: SubjectKind
    governing_on: date
    closing_on: date | None = None  # the item's closing field; for penalties the provider's 公示截止期
    published_on: date | None = None  # first day it was shown
    state: State = State.CURRENT
    labels: frozenset[Label] = frozenset()
    stands: bool = True  # the item is active and its basis in force
    values: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}), hash=False)

    def value(self, name: str) -> str | None:
        """Return the canonical text of a field, or None."""
        return self.values.get(name)


def facts_of(
    item: Item,
    values: Mapping[str, str | None],
    *,
    subject_kind: SubjectKind,
    governing_on: date,
    on: date,
    state: State = State.CURRENT,
    labels: frozenset[Label] = frozenset(),
    published_on: date | None = None,
) -> PublicationFacts:
    """Gather the facts from a record's item and canonical values."""
    person = subject_kind is SubjectKind.PERSON
    return PublicationFacts(
        item=item.id,
        publish=item.publish_person if person else item.publish,
        publication_rule=item.publication_rule,
        subject_kind=subject_kind,
        governing_on=governing_on,
        closing_on=closing_day(values.get(item.closing) if item.closing else None),
        published_on=published_on,
        state=state,
        labels=labels,
        stands=item.stands(on),
        values=values,
    )


def closing_day(text: str | None) -> date | None:
    """Read a closing day; 2099-12-31 means that there is none."""
    if not text:
        return None
    day = date.fromisoformat(text)
    return None if day >= NO_END else day
