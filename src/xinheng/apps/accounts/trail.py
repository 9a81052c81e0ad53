"""What allauth does by itself, written into the audit trail in the same transaction: factors added and removed, passwords changed."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db.models.signals import post_delete, post_save

from xinheng.apps.clock import now


def follow() -> None:
    """Listen. Called once, when the apps are ready.

    allauth's own signals come after the transaction has ended: what is stored is listened to instead.
    """
    post_save.connect(_factor_saved, sender=Authenticator, dispatch_uid="xinheng")
    post_delete.connect(_factor_removed, sender=Authenticator, dispatch_uid="xinheng")
    password_changed.connect(_password_changed, sender=get_user_model(), dispatch_uid="xinheng")


def _factor_saved(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created:
        _write("account.factor-added", instance.user, type=instance.type)


def _factor_removed(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    _write("account.factor-removed", instance.user, type=instance.type)


def _password_changed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    from xinheng.apps.accounts import sessions

    ended = sessions.end_all(user, but=request.session.session_key)
    _write("account.password-changed", user, sessions_ended=ended)


def _write(action: str, about: Any, **facts: Any) -> None:
    from xinheng.apps.audit import actions as audit

    request = context.request
    user = getattr(request, "user", None)
    audit.record(
        action, about=about, by=user if user is not None and user.is_authenticated else None, at=now(), **facts
    )
