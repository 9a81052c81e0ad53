"""Addresses of signing in: the pages of allauth that are used here, and no other. Changes run in one transaction with their audit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from xinheng.pages.middleware import content_security_policy
from xinheng.workbench.views import security

View = Callable[..., HttpResponseBase]


def whole(view: View) -> View:
    """Return a view whose changes and audit events are written together or not at all."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return inner


def sign_on_form(view: View) -> View:
    """Let the form of the sign-in page lead to the city's identity provider; browsers hold the policy against redirects, too."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        places = (settings.XINHENG_OIDC_URL, settings.XINHENG_LEGAL_OIDC_URL)
        if any(places):
            response.headers["Content-Security-Policy"] = content_security_policy(*places)
        return response

    return inner


urlpatterns = [
    path("login/", sign_on_form(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", whole(security.password_change), name="account_change_password"),
    path("account/sessions/", security.sessions, name="usersessions_list"),
    path("account/factors/", base.index, name="mfa_index"),
    path("account/factors/code/", base.authenticate, name="mfa_authenticate"),
    path("account/factors/confirm/", base.reauthenticate, name="mfa_reauthenticate"),
    path("account/factors/app/", whole(totp.activate_totp), name="mfa_activate_totp"),
    path("account/factors/app/remove/", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/factors/recovery/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/factors/recovery/new/", whole(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/factors/recovery/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("account/factors/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/factors/keys/add/", whole(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("account/factors/keys/confirm/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/factors/keys/<int:pk>/remove/", whole(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("account/factors/keys/<int:pk>/name/", whole(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("sign-on/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-on/error/", social.login_error, name="socialaccount_login_error"),
    path("sign-on/<str:provider_id>/", sign_on_form(oidc.login), name="openid_connect_login"),
    path("sign-on/<str:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
]
