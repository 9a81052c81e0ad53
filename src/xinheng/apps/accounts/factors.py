"""The second factor: who has one, and taking it away from somebody whose telephone is lost."""

from __future__ import annotations

from datetime import datetime
from time import time

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

from xinheng.apps.accounts import rights, sessions
from xinheng.apps.accounts.appointing import NotYourself
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.audit.models import Event

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(account: Account) -> bool:
    """Say whether the account has set up an authenticator app or a security key."""
    return Authenticator.objects.filter(user=account, type__in=STRONG).exists()


def is_missing(account: Account) -> bool:
    """Say whether the account's role needs a second factor that is not set up yet."""
    return rights.needs_second_factor(account) and not has_second_factor(account)


def reset(*, account: Account, because: str, by: Account, at: datetime) -> None:
    """Take all second factors of an account away and end its sessions: its owner sets up a new one at the next sign-in."""
    rights.require(by, "account.manage")
    if account.pk == by.pk:
        raise NotYourself
    with transaction.atomic():
        removed = list(Authenticator.objects.filter(user=account).values_list("type", flat=True))
        Authenticator.objects.filter(user=account).delete()
        ended = sessions.end_all(account)
        audit.record(
            "account.factor-reset", about=account, by=by, at=at, removed=removed, because=because, sessions_ended=ended
        )


def shown_code(account: Account) -> str:
    """Return the present code of an account of the demo city, for its sign-in page; "" for every other account.

    Two things must hold, and only building a demo city makes either: the register was begun as a demo (it never is mixed with
    real data), and this very authenticator was made by the demo. No setting turns it on.
    """
    found = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP, data__demo=True).first()
    if found is None or not Event.objects.filter(action="demo.begun").exists():
        return ""
    counter = int(time()) // mfa_settings.TOTP_PERIOD
    return totp.format_hotp_value(totp.hotp_value(decrypt(found.data["secret"]), counter))


def use_once(authenticator: Authenticator, code: str) -> bool:
    """Use a code of an authenticator app up; False where it, or a later one, was used before.

    Kept with the authenticator: a note in the memory of one worker would let the other take the same code again.
    """
    secret, now_at = decrypt(authenticator.data["secret"]), int(time()) // mfa_settings.TOTP_PERIOD
    steps = range(now_at - mfa_settings.TOTP_TOLERANCE, now_at + mfa_settings.TOTP_TOLERANCE + 1)
    counter = next((step for step in steps if totp.format_hotp_value(totp.hotp_value(secret, step)) == code.strip()), 0)
    with transaction.atomic():
        locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if counter <= locked.data.get("last_step", 0):
            return False
        Authenticator.objects.filter(pk=locked.pk).update(data=locked.data | {"last_step": counter})
    authenticator.data["last_step"] = counter
    return True
