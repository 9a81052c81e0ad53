"""What is made once and handed out again: the same answer, gone the moment anything visible changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from edges import town
from support.erasing import erasing_by
from xinheng.api import lookup
from xinheng.api.lookup import lookups_first
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.policy import current_policy
from xinheng.apps.records import actions as deciding
from xinheng.apps.records import plain, queries
from xinheng.apps.records.models import Event, EventKind, LinkTask, Record, Version
from xinheng.apps.subjects.models import Subject
from xinheng.core.identifiers import orgcode
from xinheng.pages import kept, organisation, reading


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


def test_behind_tls_too_a_look_up_answers_as_the_view_does(client: Client, on_record: None, settings: Any) -> None:
    settings.BEHIND_TLS, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    path = f"/api/v1/subjects/{town.SHOP}"
    body, headers = ask(path, HTTP_X_FORWARDED_PROTO="https")
    view = client.get(path, headers={"Host": "testserver", "X-Forwarded-Proto": "https"})
    told, expected = json.loads(body), view.json()
    assert told.pop("as_of")[:16] == expected.pop("as_of")[:16]
    assert told == expected
    assert told["subject"]["url"].startswith("https://testserver/")
    assert headers["Strict-Transport-Security"] == view["Strict-Transport-Security"]
    assert ask(path) == (b"", {})  # not by the proxy's TLS: the usual way deals with it


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


@pytest.fixture
def nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on only what was kept can be handed out."""

    def stop() -> None:
        def refuse(*_args: Any, **_named: Any) -> None:
            raise AssertionError("a page was made anew")

        monkeypatch.setattr(reading, "hold", refuse)
        monkeypatch.setattr(organisation, "hold", refuse)
        monkeypatch.setattr(lookup, "hold", refuse)

    return stop


def test_a_change_to_one_organisation_leaves_the_pages_of_others(
    client: Client, on_record: None, hand_in: Callable[..., Any], nothing_is_made: Callable[[], None]
) -> None:
    licence = Version.objects.filter(item="adm.licence", subject__code=town.WORKS).get()
    others = [f"/s/{town.WORKS}", f"/s/{town.WORKS}/03", f"/r/{licence.record_id}", "/licences/"]
    before = {path: client.get(path) for path in others}
    told = ask(f"/api/v1/subjects/{town.WORKS}")[0]
    client.get(f"/s/{town.SHOP}")
    hand_in([town.penalty(doc_no="深市监罚〔2026〕71号")])
    nothing_is_made()
    for path, page in before.items():
        assert page.status_code == 200
        assert client.get(path).content == page.content, path
        assert client.get(path, headers={"if-none-match": page["ETag"]}).status_code == 304
    assert json.loads(ask(f"/api/v1/subjects/{town.WORKS}")[0])["records"] == json.loads(told)["records"]
    with pytest.raises(AssertionError, match="made anew"):
        client.get(f"/s/{town.SHOP}")
    with pytest.raises(AssertionError, match="made anew"):
        client.get("/penalties/")


def test_a_new_name_reaches_every_page_that_calls_the_organisation(
    client: Client, on_record: None, hand_in: Callable[..., Any]
) -> None:
    penalty = Version.objects.get(item="adm.penalty")
    paths = [f"/s/{town.SHOP}", f"/r/{penalty.record_id}", "/penalties/", "/licences/", "/"]
    for path in paths:
        assert "新名智造" not in client.get(path).content.decode()
    hand_in(
        [town.registration(town.SHOP, subject_name="深圳市新名智造有限公司", approved_on="2026-11-01")],
        "reg.enterprise",
    )
    for path in paths:
        assert "深圳市新名智造有限公司" in client.get(path).content.decode(), path


@pytest.mark.parametrize("ended", ["repair", "erasure", "midnight"])
def test_what_ends_is_gone_from_every_page(
    client: Client, on_record: None, officer: Account, centre: Account, settings: Any, ended: str
) -> None:
    penalty = Version.objects.get(item="adm.penalty")
    title = penalty.title
    pages = [f"/s/{town.SHOP}", f"/s/{town.SHOP}/03", f"/r/{penalty.record_id}", "/penalties/"]
    for path in pages:
        assert title in client.get(path).content.decode(), path
    assert title.encode() in ask(f"/api/v1/subjects/{town.SHOP}")[0]
    if ended == "repair":
        deciding.withdraw_record(record=penalty.record, because="信用修复", by=officer, at=now())
    elif ended == "erasure":
        erasing_by(centre)(penalty.record, at=now())
    else:
        settings.XINHENG_DAY = penalty.shown_until - timedelta(days=1)
        assert all(title in client.get(path).content.decode() for path in pages)
        settings.XINHENG_DAY = penalty.shown_until
    for path in pages:
        assert title not in client.get(path).content.decode(), path
    assert title.encode() not in ask(f"/api/v1/subjects/{town.SHOP}")[0]


def test_a_link_taken_back_leaves_the_organisations_page(
    client: Client, on_record: None, hand_in: Callable[..., Any], centre: Account
) -> None:
    old = "00000123" + orgcode.check_character("00000123")
    hand_in([town.penalty(subject_code=None, orgcode=old, doc_no="深市监罚〔2026〕81号")])
    task, path = LinkTask.objects.get(), f"/s/{town.SHOP}"
    assert "〕81号" not in client.get(path).content.decode()
    deciding.link(task=task, subject=Subject.objects.get(code=town.SHOP), reason="核对", by=centre, at=now())
    assert "〕81号" in client.get(path).content.decode()
    deciding.unlink(task=task, reason="同名", by=centre, at=now())
    assert "〕81号" not in client.get(path).content.decode()


def test_other_policy_data_makes_pages_anew(
    client: Client, on_record: None, nothing_is_made: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(f"/s/{town.SHOP}")
    nothing_is_made()
    client.get(f"/s/{town.SHOP}")
    other = replace(current_policy(), digest="sha256:other")
    monkeypatch.setattr(kept, "current_policy", lambda: other)
    with pytest.raises(AssertionError, match="made anew"):
        client.get(f"/s/{town.SHOP}")


def test_a_page_made_while_the_register_moved_is_not_kept(
    client: Client, on_record: None, hand_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, path = organisation.hold, f"/s/{town.SHOP}"

    def overtaken(*args: Any, **named: Any) -> Any:
        found = real(*args, **named)
        monkeypatch.setattr(organisation, "hold", real)
        hand_in([town.penalty(doc_no="深市监罚〔2026〕82号")])
        return found

    monkeypatch.setattr(organisation, "hold", overtaken)
    assert "〕82号" not in client.get(path).content.decode()
    assert "〕82号" in client.get(path).content.decode()


def test_plain_lists_find_what_the_models_find(
    on_record: None, hand_in: Callable[..., Any], officer: Account, centre: Account
) -> None:
    hand_in(
        [
            town.penalty(decided_on="2026-07-01"),
            town.penalty(town.WORKS),
            town.penalty(organ_code="11440399991100028G", organ_name="深圳市税务局"),
        ]
    )
    withdrawn = hand_in([town.penalty(doc_no="深市监罚〔2026〕95号")])
    actions.withdraw(submission=withdrawn, because="报错了", by=officer, at=now())
    ended = hand_in([town.penalty(doc_no="深市监罚〔2026〕96号")]).versions.get().record
    deciding.withdraw_record(record=ended, because="撤销", by=officer, at=now())
    for day in (town.DAY, town.DAY + timedelta(days=250)):
        expected = queries.shown(queries.latest("adm.penalty"), on=day)
        ids = list(expected.values_list("pk", flat=True))
        assert len(ids) >= 3
        assert [v.id for v in plain.latest_shown("adm.penalty", on=day, limit=50)] == ids
        first = expected.first()
        before = (first.governing, first.pk)
        assert [v.id for v in plain.latest_shown("adm.penalty", on=day, limit=50, before=before)] == ids[1:]
        found = plain.latest_shown("adm.penalty", on=day, limit=50, since=town.DAY - timedelta(days=100))
        assert [v.id for v in found] == [v.pk for v in expected if v.governing >= town.DAY - timedelta(days=100)]
        found = plain.latest_shown("adm.penalty", on=day, limit=50, organs=[town.MARKET])
        assert [v.id for v in found] == list(expected.filter(organ=town.MARKET).values_list("pk", flat=True))
    there = plain.latest_shown("adm.penalty", on=town.DAY, limit=50, region=("440305", [], ["reg.enterprise"]))
    assert len(there) == 4  # all of them are registered in Nanshan
    assert not plain.latest_shown("adm.penalty", on=town.DAY, limit=50, region=("440304", [], ["reg.enterprise"]))
    assert not plain.latest_shown("adm.penalty", on=town.DAY, limit=50, organs=[])


def test_plain_versions_of_a_record_are_those_the_models_find(
    on_record: None, hand_in: Callable[..., Any], officer: Account
) -> None:
    first = hand_in([town.penalty(doc_no="深市监罚〔2026〕97号")]).versions.get()
    hand_in([town.penalty(doc_no="深市监罚〔2026〕97号", fine_wan="1.5", content="罚款人民币15000元。")])
    mistaken = hand_in([town.penalty(doc_no="深市监罚〔2026〕97号", decided_on="2026-10-01")])
    actions.withdraw(submission=mistaken, because="报错了", by=officer, at=now())
    expected = queries.told().filter(record=first.record_id).order_by("-submission__position")
    found = plain.versions_of_record(first.record_id)
    assert [v.id for v in found] == [v.pk for v in expected]
    assert len(found) == 2
    deciding.withdraw_record(record=first.record, because="撤销", by=officer, at=now())
    assert plain.versions_of_record(first.record_id) == []
