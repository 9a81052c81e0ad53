"""Pages people write: an officer writes, the centre reviews, then the public reads; one sign-on, one look."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from edges import town
from edges.conftest import with_factor
from xinheng.apps.accounts.actions import open_account
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.clock import now
from xinheng.news.rights import give_rights

pytestmark = pytest.mark.django_db


def signed_in(account: Account) -> Client:
    client = Client()
    assert client.login(username=account.username, password=town.PASSWORD)
    return client


def write(officer: Account, title: str = "一家餐馆修复信用之后") -> Any:
    from xinheng.news.models import Article, Section

    section = Section.objects.get(slug="cases")
    article = Article(
        title=title, slug="case-1", on=town.DAY, summary="整改、申请、核查、停止公示。", body="<p>正文</p>", live=False
    )
    section.add_child(instance=article)
    article.save_revision(user=officer)
    return article


def test_the_sections_are_there_from_the_beginning_in_the_look_of_the_site(client: Client) -> None:
    html = client.get("/news/").content.decode()
    for text in ("资讯", "信用动态", "政策法规", "典型案例", "专栏", "信用查询", "xinheng.css"):
        assert text in html
    assert "这里还没有文章" in client.get("/news/policies/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style", html)


def test_what_an_officer_writes_is_public_after_the_centre_has_approved(
    client: Client, officer: Account, centre: Account
) -> None:
    desk = signed_in(officer)
    article = write(officer)
    assert client.get("/news/cases/case-1/").status_code == 404
    article.get_workflow().start(article, officer)
    assert desk.post(f"/news/desk/pages/{article.pk}/unpublish/").status_code in (302, 403)
    task = article.current_workflow_task_state
    assert task.task.specific.get_actions(article, officer) == []
    signed_in(centre)
    assert "approve" in [name for name, *_ in task.task.specific.get_actions(article, centre)]
    task.approve(user=centre)
    html = client.get("/news/cases/case-1/").content.decode()
    assert "整改、申请、核查、停止公示。" in html
    assert "一家餐馆修复信用之后" in client.get("/news/").content.decode()


def test_the_desk_stands_behind_the_one_sign_on(client: Client, officer: Account) -> None:
    response = client.get("/news/desk/")
    assert response.status_code == 302
    assert response["Location"].startswith("/workbench/login/?next=")
    assert signed_in(officer).get("/news/desk/").status_code == 200


def test_an_auditor_neither_writes_nor_reviews(market: Any) -> None:
    auditor = open_account(
        username="sun",
        display_name="孙审计",
        role=Role.AUDITOR,
        department=None,
        by=None,
        at=now(),
        password=town.PASSWORD,
    )
    assert signed_in(auditor).get("/news/desk/").status_code == 302


def test_rights_follow_the_role(officer: Account) -> None:
    give_rights(user=officer)
    assert [g.name for g in officer.groups.all()] == ["Editors"]
    officer.role = Role.CENTRE
    give_rights(user=officer)
    assert [g.name for g in officer.groups.all()] == ["Moderators"]


def test_inline_style_is_allowed_at_the_desk_and_nowhere_else(client: Client, officer: Account) -> None:
    desk = signed_in(officer).get("/news/desk/")
    assert "unsafe-inline" in desk["Content-Security-Policy"]
    assert desk["Cache-Control"] == "no-store" or "no-cache" in desk["Cache-Control"]
    for path in ("/news/", "/", "/news/cases/"):
        assert "unsafe" not in client.get(path)["Content-Security-Policy"]


def test_a_password_alone_does_not_open_the_editor_to_who_needs_a_second_factor(market: Any) -> None:
    """Its pages are the page editor's own and have none of our doors: the gate stands before them."""
    told = {"department": None, "by": None, "at": now(), "password": town.PASSWORD}
    account = open_account(username="new", display_name="新来", role=Role.CENTRE, **told)
    client = Client()
    client.force_login(account)
    for path in ("/news/desk/", "/news/desk/pages/", "/news/documents/1/x.pdf"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response["Location"] == "/workbench/account/factor-needed/", path
    assert client.get("/news/").status_code == 200  # what is public stays public
    with_factor(account)
    assert client.get("/news/desk/").status_code in (200, 302)
    assert "factor-needed" not in client.get("/news/desk/").get("Location", "")
