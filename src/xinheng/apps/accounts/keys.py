"""API keys: issued for a department's own system, shown once, kept as a hash, scoped, expiring, revocable."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db import transaction
from django.utils.translation import gettext_noop

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.actions import open_account
from xinheng.apps.accounts.models import Account, ApiKey, Department, Role
from xinheng.apps.audit import actions as audit
from xinheng.core.access.table import TABLE
from xinheng.core.access.words import Role as Word
from xinheng.core.refusal import Refusal

PURPOSES = tuple(right.action for right in TABLE if Word.MACHINE in right.grants)
LONGEST = timedelta(days=366)
_USED_EVERY = timedelta(minutes=1)  # last use is shown to the minute: not every call writes


class KeyTooLong(Refusal):
    """A key ends within a year."""

    code = "key.too-long"
    message = gettext_noop("接口密钥的有效期最长一年，且须晚于现在。到期前可以另签发一个，交接后吊销旧的。")


class KeyForNothing(Refusal):
    """A key without a purpose, or for one machines do not have."""

    code = "key.no-purpose"
    message = gettext_noop("请至少选一项用途；接口只能用于报送、确认和查看本部门的批次。")


class NotOfDepartment(Refusal):
    """The officer who answers for a key belongs to its department."""

    code = "key.not-of-department"
    message = gettext_noop("对密钥负责的人须是该部门在用的报送员。")


class KeyUnknown(Refusal):
    """No such key, or it was revoked, or has expired."""

    code = "key.unknown"
    message = gettext_noop("密钥不对、已吊销或已过期。请联系系统管理员。")


def issue(
    *,
    name: str,
    department: Department,
    items: Sequence[str],
    purposes: Sequence[str],
    answers_for: Account,
    expires_at: datetime,
    by: Account,
    at: datetime,
) -> tuple[ApiKey, str]:
    """Make a key; return it and its text, which nobody can be shown again. ``items`` empty: all the department's."""
    rights.require(by, "key.manage")
    if not at < expires_at <= at + LONGEST:
        raise KeyTooLong
    if not purposes or not set(purposes) <= set(PURPOSES):
        raise KeyForNothing
    if answers_for.department_id != department.pk or answers_for.role != Role.REPORTER or not answers_for.is_active:
        raise NotOfDepartment
    prefix, secret = "xh_" + secrets.token_hex(4), secrets.token_urlsafe(32)
    with transaction.atomic():
        account = open_account(
            username=prefix,
            display_name=f"接口 {name}"[:50],
            role=Role.MACHINE,
            department=department,
            items=items,
            by=by,
            at=at,
        )
        key = ApiKey.objects.create(
            account=account,
            name=name,
            prefix=prefix,
            digest=_digest(secret),
            purposes=sorted(set(purposes)),
            answers_for=answers_for,
            made_by=by,
            made_at=at,
            expires_at=expires_at,
        )
        told = {"items": list(items), "purposes": key.purposes, "expires_at": expires_at.isoformat()}
        audit.record("key.issued", about=key, by=by, at=at, department=department.code, **told)
    return key, f"{prefix}.{secret}"


def revoke(*, key: ApiKey, by: Account, at: datetime) -> None:
    """Make a key good for nothing, at once."""
    rights.require(by, "key.manage")
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
            Account.objects.filter(pk=key.account_id).update(is_active=False)
            audit.record("key.revoked", about=key, by=by, at=at)
    key.refresh_from_db()


def holder_of(text: str, *, action: str, at: datetime) -> ApiKey:
    """Return the key a caller shows, where it is good for this action now; raise KeyUnknown or NotAllowed."""
    prefix, _, secret = text.partition(".")
    key = ApiKey.objects.select_related("account__department", "answers_for__department").filter(prefix=prefix).first()
    if key is None or not compare_digest(key.digest, _digest(secret)):
        raise KeyUnknown
    if key.revoked_at is not None or key.expires_at <= at or not key.account.is_active:
        raise KeyUnknown
    if action not in key.purposes:
        raise rights.NotAllowed(action)
    if key.last_used_at is None or at - key.last_used_at >= _USED_EVERY or key.last_used_for != action:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at, last_used_for=action)
    return key


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
