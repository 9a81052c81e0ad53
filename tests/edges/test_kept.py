"""What is made once and handed out again: the same answer, gone the moment anything visible changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from edges import town
from xinheng.api.lookup import lookups_first
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.records import plain, queries
from xinheng.apps.records.models import Event, EventKind, Record, Version
from xinheng.apps.subjects.models import Subject


def ask(path: str, **environ: str) -> tuple[bytes, dict[str, str]]:
    """Ask the application in front; what it leaves to the usual way comes back empty."""
    told: dict[str, str] = {}

    def start(status: str, headers: Iterable[tuple[str, str]]) -> None:
        told.update({"status": status} | dict(headers))

    def usual(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return [b""]

    given = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "HTTP_HOST": "testserver", "wsgi.url_scheme": "http"}
    return b"".join(lookups_first(usual)(given | environ, start)), told


@pytest.mark.parametrize("code", [town.SHOP, town.WORKS, town.QUIET])
def test_a_look_up_answers_as_the_view_does(
    client: Client, on_record: None, hand_in: Callable[..., Any], centre: Account, code: str
) -> None:
    hand_in(
        [town.registration(town.SHOP, subject_name="深圳市新名智造有限公司", approved_on="2026-11-01")],
        "reg.enterprise",
    )
    penalty = Record.objects.filter(item="adm.penalty").latest("pk")
    Event.objects.create(record=penalty, kind=EventKind.ANNOTATE, at=now(), by=centre, text="异议处理中")
    body, headers = ask(f"/api/v1/subjects/{code}")
    view = client.get(f"/api/v1/subjects/{code}")
    told, expected = json.loads(body), view.json()
    assert told.pop("as_of")[:16] == expected.pop("as_of")[:16]
    assert told == expected
    for name in ("Content-Type", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options"):
        assert headers[name] == view[name]


def test_a_kept_answer_is_gone_with_what_it_told(
    on_record: None, hand_in: Callable[..., Any], officer: Account, settings: Any
) -> None:
    path = f"/api/v1/subjects/{town.SHOP}"
    submission = hand_in([town.penalty(doc_no="深市监罚〔2026〕55号")])
    assert b"\\u301455" in ask(path)[0] or "〕55号".encode() in ask(path)[0]
    actions.withdraw(submission=submission, because="报错了", by=officer, at=now())
    assert "〕55号".encode() not in ask(path)[0]
    assert b"2027-10-08" in ask(path)[0]
    settings.XINHENG_DAY = town.DAY + timedelta(days=400)
    assert b"2027-10-08" not in ask(path)[0]


@pytest.mark.parametrize(
    "unusual",
    [
        {"QUERY_STRING": "as_of=2026-11-23"},
        {"REQUEST_METHOD": "POST"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HOST": "testserver/x:1"},
        {"PATH_INFO": f"/api/v1/subjects/{town.code(99)}"},
        {"PATH_INFO": "/api/v1/records"},
    ],
)
def test_what_is_unusual_goes_the_usual_way(on_record: None, unusual: dict[str, str]) -> None:
    assert ask(f"/api/v1/subjects/{town.SHOP}", **unusual) == (b"", {})


def test_a_page_is_told_unchanged_until_it_changes(
    client: Client, on_record: None, hand_in: Callable[..., Any]
) -> None:
    path = f"/s/{town.SHOP}"
    mark = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": mark}).status_code == 304
    hand_in([town.penalty(doc_no="深市监罚〔2026〕56号")])
    again = client.get(path, headers={"if-none-match": mark})
    assert again.status_code == 200
    assert "〔2026〕56号" in again.content.decode()


def test_a_kept_page_is_of_its_language(client: Client, on_record: None) -> None:
    assert "公示规则" in client.get("/rules/").content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    assert '<html lang="en">' in client.get("/rules/").content.decode()


def test_a_kept_page_carries_no_session(client: Client, signed_in: Client, on_record: None) -> None:
    first = signed_in.get("/penalties/")
    second = client.get("/penalties/")
    assert first.content == second.content
    assert "csrf" not in second.content.decode()
    assert "sessionid" not in second.cookies


def test_plain_questions_find_what_the_models_find(
    on_record: None, hand_in: Callable[..., Any], officer: Account, centre: Account
) -> None:
    hand_in([town.penalty(doc_no="深市监罚〔2026〕91号")])
    hand_in([town.penalty(doc_no="深市监罚〔2026〕91号", fine_wan="1.5", content="罚款人民币15000元。")])
    withdrawn = hand_in([town.penalty(doc_no="深市监罚〔2026〕92号")])
    actions.withdraw(submission=withdrawn, because="报错了", by=officer, at=now())
    hand_in([town.penalty(doc_no="深市监罚〔2026〕93号"), town.penalty(doc_no="深市监罚〔2026〕94号")])
    for number, kinds in ((93, ["withdraw"]), (94, ["revoke", "restore"])):
        record = Version.objects.get(title=f"深市监罚〔2026〕{number}号").record
        for kind in kinds:
            Event.objects.create(record=record, kind=kind, at=now(), by=centre)
    subject = Subject.objects.get(code=town.SHOP)
    for day in (town.DAY, town.DAY + timedelta(days=400)):
        asked = queries.shown(queries.of_subject(subject), on=day)
        expected = [(v.record_id, v.item, v.governing, v.canonical) for v in asked]
        found = plain.current_of_subject(subject.pk, shown_on=day)
        assert [(v.record_id, v.item, v.governing, v.canonical) for v in found] == expected
    assert len(plain.current_of_subject(subject.pk)) == 5
