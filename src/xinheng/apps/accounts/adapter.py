"""How signing in behaves here: no sign-up, locked names, words of our own, secrets encrypted, one identity provider."""

from __future__ import annotations

import base64
from hashlib import sha256
from time import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinheng.apps.accounts import factors, locking, owning, rights
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import now
from xinheng.core.refusal import Refusal

LEGAL = "legal"  # the identity provider of legal persons (法人统一认证); the city's own, for officers, is "city"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by invitation; too many wrong passwords lock the name."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("用户名或密码不对。请检查大小写；忘记密码请联系本单位管理员或市信用中心。"),
        "incorrect_password": _("密码不对。"),
        "enter_current_password": _("请输入现在的密码。"),
        "account_inactive": _("这个账号已停用。请联系系统管理员。"),
        "too_many_login_attempts": _("错误次数太多，已暂时锁定。请过一会儿再试，或请系统管理员解锁。"),
        "rate_limited": _("操作太频繁，请稍候再试。"),
        "incorrect_code": _("验证码不对，或已用过。请等下一个再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account for oneself."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Keep quiet: pages say in their own words what was done."""

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask again who it is before factors change, unless the person has just signed in."""
        request = self.request
        records = get_authentication_records(request, request.user)
        recent = any(time() - record["at"] < account_settings.REAUTHENTICATION_TIMEOUT for record in records)
        return not recent

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a locked name before the password is even looked at."""
        if locking.is_locked(credentials.get("username", ""), at=now()):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password."""
        if name := credentials.get("username", ""):
            locking.note_failure(name=name, at=now(), what="password")

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Refuse a locked account by whichever door it comes, before the second factor is asked for."""
        if locking.is_locked(user.username, at=now()):
            return render(request, "account/locked.html", status=403)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Write down who came in and how."""
        methods = [record["method"] for record in get_authentication_records(request, user)]
        with transaction.atomic():
            locking.forget(user.username)
            audit.record(
                "account.signed-in", about=user, by=user, at=now(), methods=methods, ip=self.get_client_ip(request)
            )
        return super().post_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead officers to the desk, and who acts for an organisation to its own pages."""
        if request.user.is_authenticated and request.user.role == Role.OWNER:
            return reverse("portal:own")
        return str(super().get_login_redirect_url(request))

    def logout(self, request: HttpRequest) -> None:
        """Write down who went."""
        if request.user.is_authenticated:
            audit.record("account.signed-out", about=request.user, by=request.user, at=now())
        super().logout(request)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets lie encrypted, and who must have one cannot take the last one away."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不对，或已用过。请等下一个再试。"),
        "cannot_delete_authenticator": _("您的岗位必须有第二因素。请先添加另一种，再移除这一种。"),
        "cannot_generate_recovery_codes": _("请先设置验证器或安全密钥，再生成恢复码。"),
    }

    def get_totp_issuer(self) -> str:
        """Return the name an authenticator app shows."""
        return "信衡"

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Say whether a factor may be removed by its owner: the last one of a role that needs one may not."""
        if not rights.needs_second_factor(authenticator.user):
            return True
        others = type(authenticator).objects.filter(user=authenticator.user, type__in=factors.STRONG)
        return others.exclude(pk=authenticator.pk).exists()


class _Counted:
    """A code is good once, in every process; wrong ones count like wrong passwords."""

    user: Account
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Refuse a locked name, count a wrong code, refuse one that was used."""
        if locking.is_locked(self.user.username, at=now()):
            raise AccountAdapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and not factors.use_once(self.authenticator, code):
            raise FactorAdapter().validation_error("incorrect_code")
        return code

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        locking.note_failure(name=self.user.username, at=now(), what="code")
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc]


class CodeForm(_Counted, AuthenticateForm):
    """The second factor at the door."""


class AgainForm(_Counted, ReauthenticateForm):
    """The second factor once more, before something is changed."""


class SignOnAdapter(DefaultSocialAccountAdapter):
    """The city's identity provider (统一身份认证): it says who somebody is; what they may do is decided here alone."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """An identity without an account opens none."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join an identity with the account of the same name, where an administrator has allowed it; else say what to do."""
        if sociallogin.account.provider == LEGAL:
            _legal(request, sociallogin)
            return
        if sociallogin.is_existing:
            if sociallogin.user.role == Role.OWNER or not sociallogin.user.sign_on:
                raise ImmediateHttpResponse(_no_account(request))
            return
        name = _claimed(sociallogin.account.extra_data, settings.XINHENG_OIDC_CLAIM)
        account = (
            Account.objects.exclude(role=Role.OWNER).filter(username=name, sign_on=True, is_active=True).first()
            if name
            else None
        )
        if account is None:
            raise ImmediateHttpResponse(_no_account(request))
        with transaction.atomic():
            sociallogin.connect(request, account)
            uid = sociallogin.account.uid
            audit.record("account.sign-on-joined", about=account, by=account, at=now(), subject=uid)


def _legal(request: HttpRequest, sociallogin: Any) -> None:
    """Let in who a legal person's identity provider says acts for an organisation: for that one alone, and only while it says so."""
    data = sociallogin.account.extra_data
    code = _claimed(data, settings.XINHENG_LEGAL_OIDC_CLAIM)
    try:
        if sociallogin.is_existing:
            if sociallogin.user.role != Role.OWNER or not code or not owning.still_of(sociallogin.user, code):
                raise ImmediateHttpResponse(_no_organisation(request))
            return
        with transaction.atomic():
            account = owning.of_claim(code, name=_claimed(data, "name"), at=now()) if code else None
            if account is None:
                raise ImmediateHttpResponse(_no_organisation(request))
            sociallogin.connect(request, account)
            uid = sociallogin.account.uid
            audit.record("account.sign-on-joined", about=account, by=account, at=now(), subject=uid, provider=LEGAL)
    except Refusal:  # a person's number, or no code of an organisation: nothing is opened, and it is not repeated
        raise ImmediateHttpResponse(_no_organisation(request)) from None


def _claimed(data: dict[str, Any], claim: str) -> str:
    """Return what the provider says under a claim, from the signed token before the user-info answer."""
    for part in ("id_token", "userinfo"):
        if value := (data.get(part) or {}).get(claim):
            return str(value)
    return str(data.get(claim, ""))


def _no_account(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/no_account.html", status=403)


def _no_organisation(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/no_organisation.html", status=403)


def _cipher() -> Fernet:
    key = sha256(b"xinheng second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
