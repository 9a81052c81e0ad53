"""Signing in: password and second factor, locked names, devices, invitations, the city's identity provider."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from time import sleep, time
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from edges import town
from edges.conftest import sign_in, with_factor
from xinheng.apps.accounts import inviting
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now
from xinheng.project import environment

pytestmark = pytest.mark.django_db


def enter(client: Client, name: str, password: str = town.PASSWORD, **told: str) -> Any:
    return client.post("/workbench/login/", {"login": name, "password": password, **told})


def code(step: int = 0) -> str:
    counter = int(time()) // 30 + step
    return totp.format_hotp_value(totp.hotp_value(town.TOTP_SECRET, counter))


def actions() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("action", flat=True))


def test_an_officer_of_a_department_comes_in_with_a_password(client: Client, officer: Account) -> None:
    assert enter(client, "wang")["Location"] == "/workbench/"
    assert client.get("/workbench/").status_code == 200
    assert actions()[-1] == "account.signed-in"


def test_it_leads_back_to_the_page_that_was_asked_for(client: Client, officer: Account) -> None:
    response = client.get("/workbench/submissions/?state=checked")
    page = client.get(response["Location"]).content.decode()
    assert 'name="next" value="/workbench/submissions/?state=checked"' in page
    assert enter(client, "wang", next="/workbench/zero/")["Location"] == "/workbench/zero/"
    assert enter(Client(), "wang", next="https://elsewhere.example/")["Location"] == "/workbench/"


def test_an_officer_of_the_centre_also_needs_the_code(client: Client, centre: Account) -> None:
    assert enter(client, "zhao")["Location"] == "/workbench/account/factors/code/"
    assert client.get("/workbench/").status_code == 302  # the password alone opens nothing
    wrong = client.post("/workbench/account/factors/code/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert client.post("/workbench/account/factors/code/", {"code": code()})["Location"] == "/workbench/"
    assert client.get("/workbench/links/").status_code == 200


def test_a_code_is_good_once(client: Client, centre: Account) -> None:
    used = code()
    for number in range(2):
        one = Client()
        enter(one, "zhao")
        answer = one.post("/workbench/account/factors/code/", {"code": used})
        assert answer.status_code == (302 if number == 0 else 200)


def test_without_a_second_factor_the_centre_sees_only_the_page_that_asks_for_one(market: Any) -> None:
    from edges.conftest import _account

    client = sign_in(_account("new", "新来", Role.CENTRE, None))
    for path in ("/workbench/", "/workbench/links/", "/workbench/submissions/", "/workbench/accounts/"):
        assert client.get(path)["Location"] == "/workbench/account/factor-needed/", path
    assert "请先设置第二因素" in client.get("/workbench/account/factor-needed/").content.decode()


def test_a_second_factor_is_set_up_on_the_page_and_recovery_codes_are_shown_once(market: Any) -> None:
    from edges.conftest import _account

    account = _account("new", "新来", Role.CENTRE, None)
    client = Client()
    enter(client, "new")
    page = client.get("/workbench/account/factors/app/").content.decode()
    assert "<svg" in page
    secret = re.search(r'<span class="code">([A-Z2-7]{32})</span>', page)
    assert secret is not None
    told = totp.format_hotp_value(totp.hotp_value(secret[1], int(time()) // 30))
    answer = client.post("/workbench/account/factors/app/", {"code": told})
    assert answer["Location"] == "/workbench/account/factors/recovery/", answer.content.decode()
    shown = re.findall(r'<li class="code">(\d+)</li>', client.get(answer["Location"]).content.decode())
    assert len(shown) == 10
    assert "不再显示" in client.get(answer["Location"]).content.decode()
    assert client.get("/workbench/").status_code == 200
    assert {"account.factor-added"} <= set(actions())
    other = Client()
    enter(other, "new")
    assert other.post("/workbench/account/factors/code/", {"code": shown[0]})["Location"] == "/workbench/"
    assert Authenticator.objects.filter(user=account).count() == 2


def test_who_must_have_a_factor_cannot_take_the_last_one_away(client: Client, centre: Account) -> None:
    enter(client, "zhao")
    client.post("/workbench/account/factors/code/", {"code": code()})
    page = client.get("/workbench/account/factors/app/remove/").content.decode()
    assert "您的岗位必须有第二因素" in page
    client.post("/workbench/account/factors/app/remove/")
    assert Authenticator.objects.filter(user=centre).exists()


def test_who_need_not_have_one_may_take_it_away(client: Client, officer: Account) -> None:
    with_factor(officer)
    enter(client, "wang")
    client.post("/workbench/account/factors/code/", {"code": code()})
    client.post("/workbench/account/factors/app/remove/")
    assert not Authenticator.objects.filter(user=officer).exists()
    assert "account.factor-removed" in actions()


@pytest.mark.parametrize("name", ["wang", "nobody"])
def test_after_five_wrong_passwords_the_name_is_locked_even_for_the_right_one(officer: Account, name: str) -> None:
    said = []
    for _ in range(6):
        said.append(enter(Client(), name, "wrong-password").content.decode())
    assert "用户名或密码不对" in said[0]
    assert "已暂时锁定" in said[5]
    assert "已暂时锁定" in enter(Client(), name).content.decode()


def test_wrong_codes_lock_too(centre: Account) -> None:
    for _ in range(5):
        client = Client()
        enter(client, "zhao")
        client.post("/workbench/account/factors/code/", {"code": "000000"})
    assert "暂时锁定" in enter(Client(), "zhao").content.decode()


def test_a_closed_account_does_not_come_in(officer: Account) -> None:
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    assert enter(Client(), "wang")["Location"] == "/workbench/inactive/"


def test_devices_are_listed_and_one_is_ended(officer: Account) -> None:
    here, there = Client(), Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/150.0")
    enter(here, "wang")
    enter(there, "wang")
    page = here.get("/workbench/account/sessions/").content.decode()
    assert "Chrome · Windows" in page
    assert "这台设备" in page
    ended = re.search(r'name="end" value="(\d+)"', page)
    assert ended is not None
    here.post("/workbench/account/sessions/", {"end": ended[1]})
    assert there.get("/workbench/").status_code == 302
    assert here.get("/workbench/").status_code == 200
    assert "account.session-ended" in actions()


def test_a_device_of_somebody_else_is_not_found(officer: Account, neighbour: Account) -> None:
    mine, theirs = Client(), Client()
    enter(mine, "wang")
    enter(theirs, "li")
    from allauth.usersessions.models import UserSession

    session = UserSession.objects.get(user=neighbour)
    assert mine.post("/workbench/account/sessions/", {"end": str(session.pk)}).status_code == 404
    assert theirs.get("/workbench/").status_code == 200


def test_a_changed_password_ends_the_other_devices(officer: Account) -> None:
    here, there = Client(), Client()
    enter(here, "wang")
    enter(there, "wang")
    new = "another-good-password-7"
    told = {"oldpassword": town.PASSWORD, "password1": new, "password2": new}
    assert here.post("/workbench/account/password/", told)["Location"] == "/workbench/account/"
    assert here.get("/workbench/").status_code == 200
    assert there.get("/workbench/").status_code == 302
    assert enter(Client(), "wang", new)["Location"] == "/workbench/"
    assert "account.password-changed" in actions()


def test_an_invitation_is_a_page_of_our_own(client: Client, admin: Account, market: Any) -> None:
    told = {"display_name": "新来", "role": Role.REPORTER, "department": market, "post": "", "items": []}
    _account, secret = inviting.invite(username="xin", **told, by=admin, at=now())
    page = f"/workbench/invitation/{secret}/"
    assert "新来，您好" in client.get(page).content.decode()
    short = client.post(page, {"password": "short", "again": "short"})
    assert short.status_code == 422
    differing = client.post(page, {"password": "a-long-password-1", "again": "a-long-password-2"})
    assert "两次输入的不一样" in differing.content.decode()
    client.post(page, {"password": "a-long-password-1", "again": "a-long-password-1"})
    assert enter(client, "xin", "a-long-password-1")["Location"] == "/workbench/"
    assert client.get(page).status_code == 410


def test_nobody_signs_up(client: Client, db: None) -> None:
    for path in ("/workbench/signup/", "/accounts/signup/", "/workbench/account/email/"):
        assert client.get(path).status_code == 404, path


def test_every_page_of_signing_in_is_ours_in_both_languages(client: Client, centre: Account) -> None:
    enter(client, "zhao")
    client.post("/workbench/account/factors/code/", {"code": code()})
    paths = [
        "",
        "password/",
        "sessions/",
        "factors/",
        "factors/keys/",
        "factors/keys/add/",
        "factors/recovery/new/",
        "factors/app/remove/",
        "confirm/",
        "factors/confirm/",
    ]
    for language, expected in (("zh-hans", "部门工作台"), ("en", "Officers’ desk")):
        client.post("/language/", {"language": language, "next": "/"})
        for path in paths:
            response = client.get(f"/workbench/account/{path}")
            page = response.content.decode()
            assert response.status_code == 200, path
            assert expected in page, path
            assert "Menu:" not in page
            if language == "en":
                main = page[page.index("<main") : page.index("</main>")]
                left = re.sub(r"赵审核|市信用中心|我的密钥", "", re.sub(r"<[^>]+>", "", main))
                assert not re.search(r"[一-鿿]", left), (path, re.findall(r"[^\n]*[一-鿿][^\n]*", left))


@pytest.fixture
def provider(settings: Any) -> Iterator[str]:
    """An OpenID provider in a process of its own, answering over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    try:
        _wait_for(f"{url}/.well-known/openid-configuration")
        told = {
            "XINHENG_OIDC_URL": url,
            "XINHENG_OIDC_CLIENT": "xinheng",
            "XINHENG_OIDC_SECRET": "secret",
            "XINHENG_OIDC_NAME": "市统一身份认证",
        }
        settings.XINHENG_OIDC_URL = url
        settings.SOCIALACCOUNT_PROVIDERS = environment.identity_provider(told)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            sleep(0.1)
        else:
            return
    pytest.fail(f"no answer from {url}")


def claim(url: str, subject: str, name: str) -> None:
    requests.put(f"{url}/users/{subject}", json={"preferred_username": name}, timeout=5).raise_for_status()


def come_by_sign_on(client: Client, url: str, subject: str, provider: str = "city") -> Any:
    """Walk the whole way: our form, the provider's page, and back with its code."""
    leave = client.post(f"/workbench/sign-on/{provider}/")
    assert leave.status_code == 302
    assert leave["Location"].startswith(url)
    assert "code_challenge=" in leave["Location"]
    back = requests.post(leave["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
    assert back.status_code in (302, 303), back.text
    return client.get(back.headers["Location"].removeprefix("http://testserver"))


def test_the_sign_in_page_offers_the_citys_sign_on_and_lets_its_form_lead_there(
    client: Client, db: None, provider: str
) -> None:
    response = client.get("/workbench/login/")
    assert "用市统一身份认证登录" in response.content.decode()
    assert f"form-action 'self' {provider}" in response["Content-Security-Policy"]
    assert "localhost" not in client.get("/")["Content-Security-Policy"]


def test_who_is_known_and_allowed_comes_in_by_the_citys_sign_on(officer: Account, provider: str) -> None:
    Account.objects.filter(pk=officer.pk).update(sign_on=True)
    claim(provider, "s-1", "wang")
    client = Client()
    assert come_by_sign_on(client, provider, "s-1")["Location"] == "/workbench/"
    assert "王报送" in client.get("/workbench/").content.decode()
    assert {"account.sign-on-joined", "account.signed-in"} <= set(actions())
    again = Client()
    claim(provider, "s-1", "renamed-there")  # from now on it is known by its subject
    assert come_by_sign_on(again, provider, "s-1")["Location"] == "/workbench/"


@pytest.mark.parametrize(("name", "allowed"), [("wang", False), ("stranger", True), ("", True)])
def test_who_is_not_known_or_not_allowed_does_not(officer: Account, provider: str, name: str, allowed: bool) -> None:
    Account.objects.filter(pk=officer.pk).update(sign_on=allowed)
    claim(provider, "s-2", name)
    client = Client()
    answer = come_by_sign_on(client, provider, "s-2")
    assert answer.status_code == 403
    assert "没有对应的账号" in answer.content.decode()
    assert client.get("/workbench/").status_code == 302
    assert Account.objects.count() == 1


def test_the_second_factor_is_asked_for_behind_the_sign_on_too(centre: Account, provider: str) -> None:
    Account.objects.filter(pk=centre.pk).update(sign_on=True)
    claim(provider, "s-3", "zhao")
    client = Client()
    assert come_by_sign_on(client, provider, "s-3")["Location"] == "/workbench/account/factors/code/"
    assert client.get("/workbench/").status_code == 302


def test_an_allowance_taken_back_holds_at_once(officer: Account, provider: str) -> None:
    Account.objects.filter(pk=officer.pk).update(sign_on=True)
    claim(provider, "s-4", "wang")
    come_by_sign_on(Client(), provider, "s-4")
    Account.objects.filter(pk=officer.pk).update(sign_on=False)
    assert come_by_sign_on(Client(), provider, "s-4").status_code == 403
