"""The table of rights, held against every address: whoever is not named in it does not get in, whatever the method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from edges import town
from edges.conftest import sign_in
from xinheng.apps.accounts import inviting, keys
from xinheng.apps.accounts.models import Account
from xinheng.apps.changes import actions as changes
from xinheng.apps.changes.models import Change
from xinheng.apps.clock import now
from xinheng.apps.intake.models import Submission
from xinheng.apps.records.models import LinkTask
from xinheng.core.access.table import BY_ACTION, TABLE
from xinheng.core.access.words import Role
from xinheng.core.changes.editing import Edits

pytestmark = pytest.mark.django_db

# Pages of signing in are allauth's own and decide for themselves; they are walked in test_sign_in.
_SIGNING_IN = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")


@dataclass(frozen=True)
class Place:
    """One address of the desk."""

    name: str
    action: str
    arguments: tuple[str, ...]


def places(prefix: str = "workbench") -> Iterator[Place]:
    """Yield every address of the desk, with the action its door asks for."""
    for pattern, namespace in _walk(get_resolver().url_patterns):
        if namespace == prefix and pattern.name != "login":
            # The public's pages have no door but those an organisation signs in for.
            action = pattern.callback.action if prefix == "workbench" else getattr(pattern.callback, "action", "")
            yield Place(pattern.name, action, tuple(pattern.pattern.converters))


def _walk(patterns: list[Any], namespace: str = "") -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, pattern.namespace or namespace)
        else:
            yield pattern, namespace


PLACES = list(places())


def test_every_address_of_the_desk_has_a_door() -> None:
    assert len(PLACES) > 30
    assert {place.action for place in PLACES} - {""} <= set(BY_ACTION)
    assert [place.name for place in PLACES if place.action == ""] == ["invitation"]
    others = [p.name for p, namespace in _walk(get_resolver().url_patterns) if namespace == "" and p.name]
    assert all(name.startswith(_SIGNING_IN) for name in others), others


def test_every_action_of_the_table_opens_some_door() -> None:
    used = {place.action for place in PLACES} | {
        p.callback.action
        for p, namespace in _walk(get_resolver().url_patterns)
        if namespace in ("api", "portal") and hasattr(p.callback, "action")
    }
    assert set(BY_ACTION) - used == {
        "news.write",  # the page editor has doors of its own: news.rights gives its groups by these two
        "news.review",
    }


@pytest.fixture
def roles(officer: Account, centre: Account, auditor: Account, admin: Account) -> dict[Role, Client]:
    found = {Role.REPORTER: officer, Role.CENTRE: centre, Role.AUDITOR: auditor, Role.ADMIN: admin}
    return {role: sign_in(account) for role, account in found.items()}


@pytest.fixture
def things(
    officer: Account, neighbour: Account, admin: Account, hand_in: Callable[..., Submission]
) -> dict[str, dict[str, Any]]:
    """One object of each kind that an address may be about."""
    waiting = town.penalty(subject_code=None, orgcode="MA5F8C1X1")
    submission = hand_in([town.penalty(), waiting, town.penalty(decided_on="2026-02-30")], dirty=True)
    key, _secret = keys.issue(
        name="系统",
        department=officer.department,
        items=[],
        purposes=["submission.send"],
        answers_for=officer,
        expires_at=now() + timedelta(days=30),
        by=admin,
        at=now(),
    )
    record = submission.versions.filter(subject__isnull=False).first()
    secret = inviting.renew(account=neighbour, by=admin, at=now())
    task = LinkTask.objects.first()
    return {
        "ref": submission.ref,
        "task_id": task.pk if task else 1,
        "account_id": officer.pk,
        "key_id": key.pk,
        "job_id": 1,
        "row_id": submission.returned_rows.first().pk,
        "record_id": record.record_id if record else 1,
        "item_id": "adm.penalty",
        "change_id": propose(officer).pk,
        "secret": secret,
    }


def address(place: Place, things: dict[str, Any]) -> str:
    return reverse(f"workbench:{place.name}", kwargs={name: things.get(name, "1") for name in place.arguments})


def each_in_turn(places: list[Place]) -> Iterator[Place]:
    """Yield one address after the other; what asking at one has done is undone before the next."""
    for place in places:
        with transaction.atomic():
            yield place
            transaction.set_rollback(True)
        cache.clear()


def test_without_signing_in_no_door_opens(client: Client, things: dict[str, Any]) -> None:
    for place in each_in_turn(PLACES):
        for method in ("get", "post"):
            response = getattr(client, method)(address(place, things))
            if place.action == "":
                assert response.status_code in (200, 422)
            else:
                assert response.status_code == 302, place
                assert response["Location"].startswith("/workbench/login/"), place


def test_each_role_gets_in_exactly_where_the_table_says(roles: dict[Role, Client], things: dict[str, Any]) -> None:
    kept = {role: client.cookies for role, client in roles.items()}
    for place in each_in_turn(PLACES):
        for role, client in roles.items():
            client.cookies = copy(kept[role])  # one address signs out
            named = place.action == "" or role in BY_ACTION[place.action].grants
            for method in ("get", "post"):
                response = getattr(client, method)(address(place, things))
                b"".join(response.streaming_content) if response.streaming else response.content
                if named:
                    assert response.status_code in (200, 302, 404, 405, 409, 410, 422), (place, role, method)
                else:
                    assert response.status_code == 403, (place, role, method)
                    assert "right.not-given" in response.content.decode()


def propose(by: Account) -> Change:
    """Propose something harmless."""
    return changes.propose(
        item="adm.penalty",
        edits=Edits(attributes={"sources": ["市市场监管局"]}),
        title="来源写清楚",
        reason="只有本局报送",
        basis="测试用依据",
        effective_from=town.DAY + timedelta(days=30),
        by=by,
        at=now(),
    )


OBJECTS = [place for place in PLACES if place.arguments and place.arguments[0] in ("ref", "record_id", "change_id")]
OBJECTS = [place for place in OBJECTS if not place.action.startswith(("reconcile.", "evaluation."))]


def test_an_object_of_another_department_is_not_found_by_any_address(
    neighbour: Account, things: dict[str, Any]
) -> None:
    client = sign_in(neighbour)
    for place in each_in_turn(OBJECTS):
        for method in ("get", "post"):
            told = {"seen": "x", "agree": "1", "reason": "x", "do": "check"}
            status = getattr(client, method)(address(place, things), told).status_code
            assert status in (404, 405) or (status == 403 and place.action in ("change.decide", "record.erase")), (
                place,
                status,
            )


def test_a_department_sees_what_those_below_it_report_and_cannot_sign_for_them(
    officer: Account, hand_in: Callable[..., Submission]
) -> None:
    from edges.conftest import _account
    from xinheng.apps.accounts.models import Department

    branch = Department.objects.get(short="市市场监管局南山局")
    below = _account("nan", "南报送", Account._meta.get_field("role").default, branch)
    rows = [town.penalty(organ_code=branch.code, organ_name=branch.name)]
    submission = hand_in(rows, dirty=True, department=branch, by=below, certify=False)
    above = sign_in(officer)
    place = f"/workbench/submissions/{submission.ref}/"
    assert above.get(place).status_code == 200
    assert above.post(f"{place}certify", {"seen": "x", "agree": "1"}).status_code in (404, 409)
    submission.refresh_from_db()
    assert submission.state == "checked"
    assert sign_in(below).get(place).status_code == 200


def test_the_page_of_the_table_shows_what_the_doors_read(roles: dict[Role, Client]) -> None:
    page = roles[Role.REPORTER].get("/workbench/rights/").content.decode()
    for right in TABLE:
        assert right.zh in page
        assert f">{right.action}</span>" in page
    refused = sum(1 for right in TABLE for role in Role if role not in right.grants)
    assert page.count(">不许</span>") == refused
