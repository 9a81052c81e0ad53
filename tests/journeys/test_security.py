"""Signing in in a real browser: a security key, a new colleague from invitation to desk, every page of accounts and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from edges import town
from journeys.test_every_page import give_code, look_at, sign_in
from xinheng.apps.accounts import keys
from xinheng.apps.accounts.models import Account, ApiKey
from xinheng.apps.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def security_key(page: Any) -> None:
    """Plug a security key into the browser: a virtual one, of the browser's own making."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_security_key_is_added_and_opens_the_door(browse: Callable[..., Any], officer: Account) -> None:
    page = browse()
    security_key(page)
    sign_in(page, "wang")
    page.goto("/workbench/account/factors/keys/add/")
    page.get_by_label("给这把密钥起个名字").fill("蓝色的那把")
    page.get_by_role("button", name="添加").click()
    page.get_by_role("heading", name="恢复码").wait_for()
    page.goto("/workbench/account/factors/keys/")
    assert page.get_by_text("蓝色的那把").is_visible()
    page.get_by_role("button", name="退出").click()
    sign_in(page, "wang")
    page.get_by_role("button", name="用安全密钥登录").click()
    page.get_by_role("heading", name="深圳市市场监督管理局").wait_for()


def test_a_colleague_is_invited_and_comes_to_the_desk(browse: Callable[..., Any], admin: Account) -> None:
    page = browse()
    sign_in(page, "sun")
    give_code(page)
    page.get_by_role("link", name="账号", exact=True).click()
    page.get_by_role("link", name="邀请").click()
    page.get_by_label("用户名").fill("xin")
    page.get_by_label("姓名").fill("辛来")
    page.get_by_label("角色").select_option(label="报送员")
    page.get_by_label("部门").select_option(label="市生态环境局")
    page.get_by_role("button", name="生成邀请链接").click()
    link = page.locator(".secret").inner_text()
    other = browse(390)
    other.goto(link)
    other.get_by_label("新密码").fill("a-good-long-password-9")
    other.get_by_label("再输一次").fill("a-good-long-password-9")
    other.get_by_role("button", name="保存并去登录").click()
    other.get_by_label("用户名").fill("xin")
    other.get_by_label("密码").fill("a-good-long-password-9")
    other.get_by_role("button", name="登录", exact=True).click()
    other.get_by_role("heading", name="深圳市生态环境局").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_of_accounts_keys_and_order_are_accessible(
    browse: Callable[..., Any], officer: Account, admin: Account, width: int, scheme: str
) -> None:
    keys.issue(
        name="执法办案系统", department=officer.department, items=["adm.*"], purposes=["submission.send"],
        answers_for=officer, expires_at=now() + timedelta(days=20), by=admin, at=now(),
    )  # fmt: skip
    page = browse(width, color_scheme=scheme)
    sign_in(page, "sun")
    give_code(page)
    of = "/workbench/"
    paths = [
        "",
        "accounts/",
        "accounts/?q=nobody",
        "accounts/?sort=-person",
        "accounts/invite/",
        f"accounts/{officer.pk}/",
        "keys/",
        "keys/new/",
    ]
    paths += [
        f"keys/{ApiKey.objects.get().pk}/",
        "departments/",
        "rights/",
        "trail/",
        "notices/",
        "account/",
        "account/password/",
    ]
    paths += [
        "account/sessions/",
        "account/factors/",
        "account/factors/app/remove/",
        "account/factors/keys/add/",
        "links/",
    ]
    assert not look_at(page, [of + path for path in paths])


def test_a_wrong_password_is_said_so_on_the_page(browse: Callable[..., Any], officer: Account) -> None:
    page = browse(390)
    page.goto("/workbench/login/")
    page.get_by_label("用户名").fill("wang")
    page.get_by_label("密码").fill(town.PASSWORD + "x")
    page.get_by_role("button", name="登录", exact=True).click()
    assert page.get_by_role("alert").get_by_text("用户名或密码不对").is_visible()
