"""Accounts of organisations: opened by the centre after a check of identity, or by a legal person's identity provider. One account, one organisation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from xinheng.apps.accounts import inviting, rights, sessions
from xinheng.apps.accounts.actions import open_account
from xinheng.apps.accounts.models import Account, InvitationKind, Role
from xinheng.apps.audit import actions as audit
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.queries import subject_by_code
from xinheng.core.evaluation.organisations import organisation_code
from xinheng.core.refusal import Refusal


class IdentityNotTold(Refusal):
    """How the applicant's identity was checked is not written down."""

    code = "owner.identity-not-told"
    message = gettext_noop("请写明经办人姓名，以及怎样核对了其代表该组织的身份。")


class NotAnOwner(Refusal):
    """The account belongs to no organisation."""

    code = "owner.no-such-account"
    message = gettext_noop("没有这个组织账号。")


def invite(*, subject: Subject, display_name: str, proof: str, by: Account, at: datetime) -> tuple[Account, str]:
    """Open an account for somebody who acts for an organisation and whose identity was checked; return it and the secret of its link."""
    rights.require(by, "owner.manage")
    if not proof.strip() or not display_name.strip():
        raise IdentityNotTold
    with transaction.atomic():
        account = _open(subject, display_name.strip()[:50], by=by, at=at)
        audit.record("owner.invited", about=account, by=by, at=at, subject=subject.pk, proof=proof.strip()[:200])
        return account, inviting.link_for(account, InvitationKind.JOIN, by=by, at=at)


def renew(*, account: Account, by: Account, at: datetime) -> str:
    """Return the secret of a new link for an organisation's account whose password or link was lost."""
    rights.require(by, "owner.manage")
    _require_owner(account)
    kind = InvitationKind.RESET if account.has_usable_password() else InvitationKind.JOIN
    with transaction.atomic():
        return inviting.link_for(account, kind, by=by, at=at)


def close(*, account: Account, by: Account, at: datetime) -> None:
    """Close an organisation's account at once: its sessions end, its links open nothing."""
    rights.require(by, "owner.manage")
    _require_owner(account)
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=False)
        audit.record("account.closed", about=account, by=by, at=at, sessions_ended=sessions.end_all(account))


def of_claim(code: str, *, name: str, at: datetime) -> Account | None:
    """Open the account for a legal person's identity whose provider says this unified code; None where it is nobody's here.

    A number of a natural person opens nothing: raise SubjectIsNaturalPerson; no code at all: NotAnOrganisation.
    """
    subject = subject_by_code(organisation_code(code))
    if subject is None:
        return None
    account = _open(subject, name.strip()[:50], by=None, at=at)
    Account.objects.filter(pk=account.pk).update(sign_on=True)
    account.sign_on = True
    return account


def still_of(account: Account, code: str) -> bool:
    """Say whether a unified code is still the organisation's an account is bound to."""
    found = subject_by_code(organisation_code(code))
    return found is not None and found.pk == account.subject_id


def accounts_of(subject: Subject, *, visible_to: Account) -> list[Account]:
    """Return the accounts of an organisation, for the centre."""
    if rights.grant(visible_to, "owner.manage") is None:
        return []
    return list(Account.objects.filter(role=Role.OWNER, subject=subject).order_by("pk"))


def _open(subject: Subject, display_name: str, *, by: Account | None, at: datetime) -> Account:
    told = (subject.code or f"s{subject.pk}").lower()
    number = Account.objects.filter(subject=subject).count() + 1
    return open_account(
        username=f"{told}-{number}", display_name=display_name, role=Role.OWNER, by=by, at=at, subject=subject
    )


def _require_owner(account: Account) -> None:
    if account.role != Role.OWNER:
        raise NotAnOwner
