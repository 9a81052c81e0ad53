"""Handing in by machine: a scoped, expiring key, the same checks as on the page, certified in the officer's name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from edges import town
from xinheng.apps.accounts import keys
from xinheng.apps.accounts.models import Account, ApiKey
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now
from xinheng.apps.intake.models import State, Submission

pytestmark = pytest.mark.django_db
SUBMIT = "/api/v1/submissions"


@pytest.fixture
def issue(officer: Account, admin: Account) -> Callable[..., str]:
    def make(**told: Any) -> str:
        given = {
            "name": "执法办案系统",
            "department": officer.department,
            "items": ["adm.*"],
            "purposes": list(keys.PURPOSES),
            "answers_for": officer,
            "expires_at": now() + timedelta(days=30),
        }
        return keys.issue(**given | told, by=admin, at=now())[1]

    return make


def call(key: str, rows: Any = None, path: str = SUBMIT, **headers: str) -> Any:
    client = Client(headers={"Authorization": f"Bearer {key}"} | headers)
    if rows is None:
        return client.get(path)
    return client.post(path, json.dumps(rows, ensure_ascii=False), content_type="application/json")


def test_rows_are_handed_in_checked_certified_and_public(issue: Callable[..., str], on_record: None) -> None:
    key = issue()
    answer = call(
        key,
        [town.penalty(doc_no="深市监罚〔2026〕801号"), town.penalty(decided_on="2026-02-30")],
        f"{SUBMIT}?item=adm.penalty",
    )
    assert answer.status_code == 202, answer.content.decode()
    told = answer.json()
    status = call(key, path=answer["Location"]).json()
    assert (status["state"], status["rows"], status["counts"]["returned"]) == ("checked", 2, 1)
    assert "日历上没有这一天" in json.dumps(status["report"], ensure_ascii=False)
    without = call(key, [], f"{answer['Location']}/certify")
    assert without.json()["code"] == "form.not-declared"
    done = call(key, [], f"{answer['Location']}/certify", **{"X-Declared": "true"}).json()
    assert (done["state"], done["certifier"]) == ("accepted", "王报送")
    assert done["receipt"]
    assert "〔2026〕801号" in Client().get(f"/s/{town.SHOP}").content.decode()
    assert Submission.objects.get(ref=told["ref"]).channel == "api"


def test_a_file_is_handed_in_and_the_same_twice_is_one(issue: Callable[..., str], officer: Account) -> None:
    key, file = issue(), town.workbook([town.penalty()])
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answers = [client.post(SUBMIT, {"file": SimpleUploadedFile("a.xlsx", file)}) for _ in range(2)]
    assert [a.status_code for a in answers] == [202, 200]
    assert answers[1].json()["again"] is True
    assert answers[0].json()["ref"] == answers[1].json()["ref"]


def test_without_a_key_or_with_a_wrong_one_nothing_is_taken(issue: Callable[..., str]) -> None:
    for client, code in (
        (Client(), "key.missing"),
        (Client(headers={"Authorization": f"Bearer {issue()}x"}), "key.unknown"),
    ):
        answer = client.post(SUBMIT, "[]", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer["WWW-Authenticate"] == "Bearer"
    assert not Submission.objects.exists()


def test_a_session_cookie_is_no_key(officer: Account) -> None:
    client = Client()
    client.force_login(officer)
    assert client.post(SUBMIT, "[]", content_type="application/json").status_code == 401


def test_expired_and_revoked_keys_open_nothing(issue: Callable[..., str], admin: Account, settings: Any) -> None:
    revoked, expired = issue(), issue(name="旧系统")
    keys.revoke(key=ApiKey.objects.first(), by=admin, at=now())
    settings.XINHENG_DAY = town.DAY + timedelta(days=31)
    for key in (revoked, expired):
        assert call(key, [town.penalty()]).json()["code"] == "key.unknown"


def test_a_key_opens_its_purposes_only(issue: Callable[..., str]) -> None:
    key = issue(purposes=["submission.send"])
    answer = call(key, [town.penalty()], f"{SUBMIT}?item=adm.penalty")
    assert answer.status_code == 202
    for path, rows in ((answer["Location"], None), (f"{answer['Location']}/certify", [])):
        refused = call(key, rows, path)
        assert (refused.status_code, refused.json()["code"]) == (403, "key.not-for-this")


def test_a_key_opens_its_items_only(issue: Callable[..., str]) -> None:
    answer = call(issue(), [town.registration(town.SHOP)], f"{SUBMIT}?item=reg.enterprise")
    assert (answer.status_code, answer.json()["code"]) == (403, "submission.not-your-item")


def test_an_item_found_out_by_its_headers_is_held_to_the_same(issue: Callable[..., str]) -> None:
    key = issue(items=["adm.licence"])
    answer = call(key, [town.penalty()])
    told = call(key, path=answer["Location"]).json()
    assert told["item"] == "adm.penalty"
    refused = call(key, [], f"{answer['Location']}/certify", **{"X-Declared": "true"})
    assert (refused.status_code, refused.json()["code"]) == (403, "submission.not-your-item")


def test_a_submission_of_another_department_is_not_found(
    issue: Callable[..., str], neighbour: Account, hand_in: Any
) -> None:
    theirs = hand_in([town.penalty()])
    key = issue(department=neighbour.department, answers_for=neighbour)
    for rows in (None, []):
        path = f"{SUBMIT}/{theirs.ref}" + ("/certify" if rows is not None else "")
        assert call(key, rows, path, **{"X-Declared": "true"}).status_code == 404


def test_the_officer_who_has_left_signs_nothing(issue: Callable[..., str], officer: Account) -> None:
    key = issue()
    place = call(key, [town.penalty()], f"{SUBMIT}?item=adm.penalty")["Location"]
    Account.objects.filter(pk=officer.pk).update(is_active=False)
    refused = call(key, [], f"{place}/certify", **{"X-Declared": "true"})
    assert refused.status_code == 403
    assert Submission.objects.get().state == State.CHECKED


@pytest.mark.parametrize("body", ["", "{}", "[1]", "[]", "not json"])
def test_a_body_that_holds_no_rows_is_a_problem(issue: Callable[..., str], body: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {issue()}"})
    answer = client.post(SUBMIT, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "body.unreadable")


def test_last_use_is_shown_and_the_secret_never(issue: Callable[..., str], admin: Account) -> None:
    key = issue()
    call(key, [town.penalty()], f"{SUBMIT}?item=adm.penalty")
    client = Client()
    client.force_login(admin)
    page = client.get(f"/workbench/keys/{ApiKey.objects.get().pk}/").content.decode()
    assert "报送文件、说明列名" in page
    assert f"{now():%Y-%m-%d}" in page
    assert key.split(".")[1] not in page
    assert Event.objects.filter(action="key.issued").exists()
