"""Invitations: a link, good once and for some days, by which a named officer sets the own password."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_noop

from xinheng.apps.accounts import rights, sessions
from xinheng.apps.accounts.actions import open_account
from xinheng.apps.accounts.appointing import NotYourself, OwnersStay
from xinheng.apps.accounts.models import Account, Department, Invitation, InvitationKind, Role
from xinheng.apps.audit import actions as audit
from xinheng.core.refusal import Refusal

GOOD_FOR = timedelta(days=7)


class NameTaken(Refusal):
    """The user name belongs to somebody."""

    code = "account.exists"
    message = gettext_noop("账号“{username}”已存在，请换一个。")


class InvitationOver(Refusal):
    """The link was used, revoked, replaced by a newer one, or is too old."""

    code = "invitation.over"
    message = gettext_noop("这个链接已经用过、已作废或已过期。请联系系统管理员重新发一个。")


def invite(
    *,
    username: str,
    display_name: str,
    role: Role,
    department: Department | None,
    post: str,
    items: Sequence[str],
    by: Account | None,
    at: datetime,
) -> tuple[Account, str]:
    """Open an account that cannot sign in yet; return it and the secret of the link its owner is to be given."""
    if by is not None:
        rights.require(by, "account.manage")
    if role == Role.OWNER:
        raise OwnersStay
    if Account.objects.filter(username__iexact=username).exists():
        raise NameTaken(username=username)
    with transaction.atomic():
        account = open_account(
            username=username,
            display_name=display_name,
            role=role,
            department=department,
            post=post,
            items=items,
            by=by,
            at=at,
        )
        return account, link_for(account, InvitationKind.JOIN, by=by, at=at)


def renew(*, account: Account, by: Account, at: datetime) -> str:
    """Return the secret of a new link for an account whose owner lost the old one, or forgot the password."""
    rights.require(by, "account.manage")
    if account.pk == by.pk:
        raise NotYourself
    kind = InvitationKind.RESET if account.has_usable_password() else InvitationKind.JOIN
    with transaction.atomic():
        return link_for(account, kind, by=by, at=at)


def link_for(account: Account, kind: InvitationKind, *, by: Account | None, at: datetime) -> str:
    """Return the secret of a new link within the caller's transaction; older links are good for nothing from now on."""
    Invitation.objects.filter(account=account, used_at=None, revoked_at=None).update(revoked_at=at)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        account=account, kind=kind, digest=_digest(secret), made_by=by, made_at=at, expires_at=at + GOOD_FOR
    )
    audit.record("account.invited", about=account, by=by, at=at, kind=kind)
    return secret


def open_invitation(secret: str, *, at: datetime) -> Invitation:
    """Return the invitation a link belongs to; raise InvitationOver where it opens nothing."""
    found = Invitation.objects.select_related("account").filter(digest=_digest(secret)).first()
    if found is None or found.used_at or found.revoked_at or found.expires_at <= at or not found.account.is_active:
        raise InvitationOver
    return found


def accept(*, secret: str, password: str, at: datetime) -> Account:
    """Set the password by a link; the link is used up, older sessions end. The password was validated by the caller."""
    with transaction.atomic():
        invitation = open_invitation(secret, at=at)
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None).update(used_at=at):
            raise InvitationOver  # somebody was faster with the same link
        account = invitation.account
        account.set_password(password)
        account.save(update_fields=["password"])
        sessions.end_all(account)
        audit.record("account.password-set", about=account, by=account, at=at, kind=invitation.kind)
    return account


def _digest(secret: str) -> str:
    # The secret is drawn from 256 bits: a plain hash cannot be guessed back, and finding it must be quick.
    return sha256(secret.encode()).hexdigest()
