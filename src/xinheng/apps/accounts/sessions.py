"""Sessions of an account: which devices are signed in, and ending them."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit


def of(account: Account) -> list[UserSession]:
    """Return the sessions of an account that still stand, the newest first."""
    return sorted(UserSession.objects.purge_and_list(account), key=lambda s: s.last_seen_at, reverse=True)


def end_all(account: Account, *, but: str | None = None) -> int:
    """End the sessions of an account, within the caller's transaction; return how many. ``but``: a session key that stays."""
    told = UserSession.objects.filter(user=account).exclude(session_key=but or "")
    ended = list(told)
    for session in ended:
        session.end()
    return len(ended)


def end(*, session: UserSession, by: Account, at: datetime) -> None:
    """End one session of one's own account."""
    with transaction.atomic():
        session.end()
        audit.record("account.session-ended", about=by, by=by, at=at, ip=session.ip)


def end_others(*, account: Account, but: str, by: Account, at: datetime) -> int:
    """End all sessions of one's own account but this one; return how many."""
    with transaction.atomic():
        ended = end_all(account, but=but)
        audit.record("account.sessions-ended", about=account, by=by, at=at, number=ended)
    return ended
