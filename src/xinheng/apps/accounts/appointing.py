"""Appointments: who is given which post from a day on, and accounts that are closed. The past is ended, not edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from xinheng.apps.accounts import rights, sessions
from xinheng.apps.accounts.models import Account, Appointment, Department, Role
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.core.refusal import Refusal


class NoDepartment(Refusal):
    """Officers who report, and machines, act for a department."""

    code = "account.no-department"
    message = gettext_noop("报送员和接口账号必须属于一个部门，请选择部门。")


class OwnersStay(Refusal):
    """An account of an organisation is bound to it for good: no post is given to it, and no officer becomes one."""

    code = "account.owner-stays"
    message = gettext_noop("组织账号只对应一个组织，不能任职；组织账号由市信用中心在核对身份后开通。")


class NotYourself(Refusal):
    """Nobody changes the own rights, or shuts the own door."""

    code = "account.not-yourself"
    message = gettext_noop("不能变更自己的任职、停用自己或重置自己的第二因素，请由另一位管理员办理。")


def appoint(
    *,
    account: Account,
    role: Role,
    department: Department | None,
    post: str,
    items: Sequence[str],
    by: Account | None,
    at: datetime,
) -> None:
    """Give an account a post from today on; its sessions end, so that no old right outlives the change."""
    if by is not None:
        rights.require(by, "account.manage")
        _not_oneself(account, by)
    if Role.OWNER in (role, account.role):
        raise OwnersStay
    if role in (Role.REPORTER, Role.MACHINE) and department is None:
        raise NoDepartment
    with transaction.atomic():
        day = local_date(at)
        Appointment.objects.filter(account=account, effective_to=None).update(effective_to=day)
        record_appointment(account, role=role, department=department, post=post, items=items, at=at)
        account.role, account.department, account.post, account.items = role, department, post, list(items)
        account.save(update_fields=["role", "department", "post", "items"])
        ended = sessions.end_all(account)
        audit.record(
            "account.appointed",
            about=account,
            by=by,
            at=at,
            role=role,
            department=department.code if department else "",
            post=post,
            items=list(items),
            sessions_ended=ended,
        )


def record_appointment(
    account: Account, *, role: str, department: Department | None, post: str, items: Sequence[str], at: datetime
) -> None:
    """Write the dated line of a post, within the caller's transaction."""
    Appointment.objects.create(
        account=account,
        role=role,
        department=department,
        post=post,
        items=list(items),
        effective_from=local_date(at),
    )


def close(*, account: Account, by: Account, at: datetime) -> None:
    """Close an account: it signs in no more, its sessions end; what it did stays on record under its name."""
    rights.require(by, "account.manage")
    _not_oneself(account, by)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=False)
        Appointment.objects.filter(account=account, effective_to=None).update(effective_to=local_date(at))
        audit.record("account.closed", about=account, by=by, at=at, sessions_ended=sessions.end_all(account))
    account.is_active = False


def reopen(*, account: Account, by: Account, at: datetime) -> None:
    """Open a closed account again, in the post it had."""
    rights.require(by, "account.manage")
    _not_oneself(account, by)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=True)
        record_appointment(
            account,
            role=account.role,
            department=account.department,
            post=account.post,
            items=account.items,
            at=at,
        )
        audit.record("account.reopened", about=account, by=by, at=at)
    account.is_active = True


def allow_sign_on(*, account: Account, allowed: bool, by: Account, at: datetime) -> None:
    """Allow, or no longer allow, an account to come in through the city's identity provider."""
    rights.require(by, "account.manage")
    _not_oneself(account, by)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(sign_on=allowed)
        audit.record("account.sign-on", about=account, by=by, at=at, allowed=allowed)
    account.sign_on = allowed


def _not_oneself(account: Account, by: Account) -> None:
    if account.pk == by.pk:
        raise NotYourself
