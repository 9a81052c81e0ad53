"""What allauth does by itself, written into the audit trail: factors added, removed, renewed; sign-ons and passwords changed."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as mfa
from django.contrib.auth import get_user_model

from xinheng.apps.clock import now


def follow() -> None:
    """Listen. Called once, when the apps are ready; the pages run in one transaction, so both are written or neither."""
    mfa.authenticator_added.connect(_factor_added, dispatch_uid="xinheng")
    mfa.authenticator_removed.connect(_factor_removed, dispatch_uid="xinheng")
    mfa.authenticator_reset.connect(_factor_renewed, dispatch_uid="xinheng")
    password_changed.connect(_password_changed, sender=get_user_model(), dispatch_uid="xinheng")


def _factor_added(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _write("account.factor-added", user, type=authenticator.type)


def _factor_removed(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _write("account.factor-removed", user, type=authenticator.type)


def _factor_renewed(sender: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _write("account.factor-renewed", user, type=authenticator.type)


def _password_changed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    from xinheng.apps.accounts import sessions

    ended = sessions.end_all(user, but=request.session.session_key)
    _write("account.password-changed", user, sessions_ended=ended)


def _write(action: str, user: Any, **facts: Any) -> None:
    from xinheng.apps.audit import actions as audit

    audit.record(action, about=user, by=user, at=now(), **facts)
