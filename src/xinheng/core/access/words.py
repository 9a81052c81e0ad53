"""The words of permission: roles, how far they reach, which items they touch, and what for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What somebody, or some machine, does here."""

    REPORTER = "reporter"  # 报送员: an officer of a department
    CENTRE = "centre"  # 信用中心业务员
    AUDITOR = "auditor"  # 审计员: reads everything, changes nothing
    ADMIN = "admin"  # 系统管理员: accounts and keys, no records
    MACHINE = "machine"  # 接口: a department's own system
    OWNER = "owner"  # 组织: somebody who acts for one organisation, and sees that one alone


class Reach(IntEnum):
    """Whose things: nobody's, those of the own department, also of departments below it, everybody's."""

    NONE = 0
    OWN = 1
    BELOW = 2
    ALL = 3


class Items(StrEnum):
    """Which catalogue items: those the post and the department's powers name, or all."""

    OWN = "own"
    ALL = "all"


class Purpose(StrEnum):
    """What something is done for; written into the audit trail with the action."""

    REPORT = "report"  # 报送
    STEWARD = "steward"  # 数据管理
    AUDIT = "audit"  # 审计监督
    ADMINISTER = "administer"  # 系统管理
    SELF = "self"  # 本人账号
    USE = "use"  # 事项办理: a matter whose rule names what is asked for
    OWN = "own"  # 本组织: what is held about oneself, and contesting it


# Officers of the centre, auditors and administrators see or change what is everybody's: a password alone is not enough.
NEEDS_SECOND_FACTOR = frozenset({Role.CENTRE, Role.AUDITOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role is allowed under one action."""

    reach: Reach
    items: Items
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table: an action, and who may do it. A role that is not named may not."""

    action: str
    zh: str
    en: str
    grants: Mapping[Role, Grant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody who asks, as far as permission is concerned, on a certain day."""

    role: Role
    department: str = ""  # code; "" for those who belong to none
    below: frozenset[str] = frozenset()  # departments below it on the day
    items: tuple[str, ...] = ()  # patterns of the post: adm.penalty, adm.*, *; none: the department's powers
    powers: tuple[str, ...] = ()  # patterns of the department


def matches(item: str, patterns: tuple[str, ...]) -> bool:
    """Say whether an item is named by one of the patterns: itself, its group with ``.*``, or ``*``."""
    return any(pattern in ("*", item, f"{item.split('.')[0]}.*") for pattern in patterns)
