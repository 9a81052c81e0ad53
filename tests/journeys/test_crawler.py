"""Every link of the desk, followed as every role: no fault, no page of another role, nothing of another department."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve
from django.urls.exceptions import Resolver404

from edges import town
from edges.conftest import sign_in
from xinheng.apps.accounts import keys
from xinheng.apps.accounts.models import Account
from xinheng.apps.changes import actions as changes
from xinheng.apps.clock import now
from xinheng.apps.intake.models import Submission
from xinheng.core.access.table import BY_ACTION
from xinheng.core.changes.editing import Edits

pytestmark = [pytest.mark.django_db]
LINK = re.compile(r'(?:href|action|hx-get)="(/[^"#]*)')
_MOST = 700


@pytest.fixture
def town_at_work(
    on_record: None,
    officer: Account,
    neighbour: Account,
    centre: Account,
    admin: Account,
    hand_in: Callable[..., Submission],
) -> None:
    """A town in which something of everything lies about."""
    waiting = town.penalty(subject_code=None, orgcode="MA5F8C1X1")
    hand_in(
        [town.penalty(), waiting, town.penalty(decided_on="2026-02-30") | {"内部备注": "x"}], dirty=True, certify=False
    )
    theirs = town.penalty(organ_name="深圳市生态环境局", organ_code=neighbour.department.code)
    hand_in([theirs], dirty=True, department=neighbour.department, by=neighbour)
    told = {"purposes": ["submission.send"], "answers_for": officer, "expires_at": now() + timedelta(days=9)}
    keys.issue(name="系统", department=officer.department, items=[], **told, by=admin, at=now())
    change = changes.propose(
        item="adm.penalty", edits=Edits(attributes={"sources": ["市市场监管局"]}), title="写清来源", reason="x", basis="x",
        effective_from=town.DAY + timedelta(days=30), by=officer, at=now(),
    )  # fmt: skip
    changes.report(change=change, at=now())


def crawl(client: Client, start: str) -> tuple[dict[str, int], dict[str, str]]:
    """Follow every link from a page on; return address → status, and the text of each page."""
    seen: dict[str, int] = {}
    texts: dict[str, str] = {}
    waiting = deque([start])
    while waiting and len(seen) < _MOST:
        path = waiting.popleft()
        key = re.sub(r"after=[^&]+", "after=", path)
        if key in seen or "/language/" in path or "/logout/" in path:
            continue
        response = client.get(path)
        seen[key] = response.status_code
        if response.streaming:
            b"".join(response.streaming_content)
            continue
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        texts[path] = response.content.decode()
        waiting += [unescape(link) for link in LINK.findall(texts[path]) if not link.startswith(("/static/", "/api/"))]
    return seen, texts


def action_of(path: str) -> str:
    try:
        return getattr(resolve(path.split("?")[0]).func, "action", "")
    except Resolver404:
        return ""


@pytest.mark.parametrize("who", ["officer", "neighbour", "centre", "auditor", "admin"])
def test_no_link_of_the_desk_leads_to_a_fault_or_to_a_closed_door(
    town_at_work: None, auditor: Account, request: pytest.FixtureRequest, who: str
) -> None:
    account = request.getfixturevalue(who)
    seen, texts = crawl(sign_in(account), "/workbench/")
    assert len(seen) > 60
    assert not {path: status for path, status in seen.items() if status >= 500}
    assert not [path for path, status in seen.items() if path.startswith("/catalog/") and status == 404]
    shown = {path: status for path, status in seen.items() if path.startswith("/workbench/") and status == 403}
    assert not shown, f"links that lead to closed doors: {shown}"
    for path in seen:
        if path == "/own/":  # every public page names the organisations' door; others are told whose it is
            assert seen[path] == 403
        elif (action := action_of(path)) in BY_ACTION:
            assert account.role in BY_ACTION[action].grants, (path, action)
    theirs = {"officer": "neighbour", "neighbour": "officer"}.get(who)
    if theirs:
        other = request.getfixturevalue(theirs)
        refs = list(Submission.objects.filter(department=other.department).values_list("ref", flat=True))
        assert refs
        leaks = [
            (path, ref) for path, text in texts.items() if path.startswith("/workbench/") for ref in refs if ref in text
        ]
        assert not leaks


def test_the_public_follows_every_link_without_a_fault(town_at_work: None) -> None:
    seen, _texts = crawl(Client(), "/")
    assert not {path: status for path, status in seen.items() if status >= 500}
    inside = {path: status for path, status in seen.items() if path.startswith("/workbench/") and status == 200}
    assert set(inside) <= {path for path in inside if path.startswith("/workbench/login/")}
