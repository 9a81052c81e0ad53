"""The table of rights, asked for a stored account: may this person do this, to whose things, for what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_noop

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.access import table
from xinheng.core.access.tree import below
from xinheng.core.access.words import NEEDS_SECOND_FACTOR, Grant, Holder, Purpose, Reach, Role
from xinheng.core.refusal import Refusal


class NotAllowed(Refusal):
    """The table of rights does not give this to the role, department or post of the account."""

    code = "right.not-given"
    message = gettext_noop("您的岗位没有“{right}”的权限。需要的话，请联系系统管理员调整任职。")

    def __init__(self, action: str) -> None:
        super().__init__(right=table.BY_ACTION[action].zh, action=action)


def holder(account: Account, *, on: date | None = None) -> Holder:
    """Return the account as the table of rights sees it on a day (today)."""
    policy, day = current_policy(), on or today()
    code = account.department.code if account.department else ""
    powers = tuple(power for d in policy.departments if d.code == code for power in d.items)
    return Holder(
        role=Role(account.role),
        department=code,
        below=below(policy.departments, code, on=day) if code else frozenset(),
        items=tuple(account.items),
        powers=powers,
    )


def grant(account: Account, action: str) -> Grant | None:
    """Return what the role of an active account is given under an action; None for nothing."""
    return table.grant_of(account.role, action) if account.is_active else None


def may(account: Account, action: str, *, department: Department | None = None, item: str | None = None) -> bool:
    """Say whether an account may do this to a thing of this department and item."""
    if not account.is_active:
        return False
    return table.may(holder(account), action, department=department.code if department else None, item=item or None)


def require(account: Account, action: str, *, department: Department | None = None, item: str | None = None) -> Purpose:
    """Raise NotAllowed unless the account may; return the purpose it may do it for."""
    if not may(account, action, department=department, item=item):
        raise NotAllowed(action)
    return table.grant_of(account.role, action).purpose  # type: ignore[union-attr]


def within(account: Account, action: str, path: str = "department") -> Q:
    """Return the condition that a row belongs to a department the account reaches under this action."""
    given = grant(account, action)
    if given is None:
        return Q(pk__in=())
    if given.reach is Reach.ALL:
        return Q()
    seen = holder(account)
    codes = {seen.department} | (seen.below if given.reach is Reach.BELOW else frozenset())
    return Q(**{f"{path}__code__in": sorted(codes - {""})})


def own_subject(account: Account, action: str) -> int | None:
    """Return the id of the organisation an account acts for under this action; None where the table gives nothing, or it acts for none."""
    return account.subject_id if grant(account, action) is not None else None


def needs_second_factor(account: Account) -> bool:
    """Say whether a password alone is not enough for this account's role."""
    return account.role in NEEDS_SECOND_FACTOR or account.is_superuser


def powers_of(departments: Iterable[Department]) -> dict[str, tuple[str, ...]]:
    """Return code → patterns of items a department may decide on, by the policy."""
    codes = {d.code for d in departments}
    return {d.code: d.items for d in current_policy().departments if d.code in codes}
