"""Locking a name after too many wrong passwords or codes, and unlocking it. Kept in the database: it holds for every worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account, SignInTrouble
from xinheng.apps.audit import actions as audit
from xinheng.core.access import lockout

_FORGOTTEN_AFTER = timedelta(days=2)


def trouble_of(name: str) -> lockout.Trouble:
    """Return what is known of wrong attempts under a name."""
    found = SignInTrouble.objects.filter(name=fold(name)).first()
    if found is None:
        return lockout.Trouble()
    return lockout.Trouble(found.failures, found.last_at, found.locks, found.locked_until)


def is_locked(name: str, *, at: datetime) -> bool:
    """Say whether a name is locked at this instant."""
    return lockout.is_locked(trouble_of(name), at=at)


def note_failure(*, name: str, at: datetime, what: str) -> lockout.Trouble:
    """Count one wrong password or code (``what``); the one that is too many locks the name."""
    name = fold(name)
    with transaction.atomic():
        SignInTrouble.objects.get_or_create(name=name)
        row = SignInTrouble.objects.select_for_update().get(name=name)
        before = lockout.Trouble(row.failures, row.last_at, row.locks, row.locked_until)
        after = lockout.after_failure(before, at=at)
        SignInTrouble.objects.filter(pk=row.pk).update(
            failures=after.failures, last_at=after.last_at, locks=after.locks, locked_until=after.locked_until
        )
        account = Account.objects.filter(username__iexact=name).first()
        if account is not None:
            audit.record("account.sign-in-failed", about=account, by=None, at=at, what=what)
            if after.locks > before.locks:
                audit.record("account.locked", about=account, by=None, at=at, until=str(after.locked_until))
        SignInTrouble.objects.filter(last_at__lt=at - _FORGOTTEN_AFTER, locked_until=None).delete()
        SignInTrouble.objects.filter(last_at=None, locked_until__lt=at - _FORGOTTEN_AFTER).delete()
    return after


def forget(name: str) -> None:
    """Begin anew after somebody came in."""
    SignInTrouble.objects.filter(name=fold(name)).delete()


def unlock(*, account: Account, by: Account, at: datetime) -> None:
    """Unlock an account before its time."""
    rights.require(by, "account.manage")
    with transaction.atomic():
        forget(account.username)
        audit.record("account.unlocked", about=account, by=by, at=at)


def fold(name: str) -> str:
    """Return the name by which attempts are counted."""
    return name.strip().casefold()[:150]
