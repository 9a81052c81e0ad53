"""Look-ups as JSON: public values only, three answers, problems as RFC 9457 has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from edges import town
from xinheng.apps.clock import now

pytestmark = pytest.mark.django_db


def test_a_subject_comes_with_its_public_records_and_their_terms(client: Client, on_record: None) -> None:
    body = client.get(f"/api/v1/subjects/{town.SHOP}").json()
    assert body["answer"] == "on-record"
    assert body["subject"]["name"] == town.NAMES[town.SHOP]
    penalty = next(r for r in body["records"] if r["item"] == "adm.penalty")
    assert penalty["shown_until"] == "2027-10-08"
    assert penalty["fields"]["fine_wan"] == "2.5"
    assert "updated_on" not in penalty["fields"]
    assert penalty["source"]["submission"].startswith("SZ-")
    assert body["position"] == 5
    assert body["policy"].startswith("sha256:")


def test_an_answer_can_be_asked_as_of_a_moment(client: Client, on_record: None, hand_in: Callable[..., object]) -> None:
    before = now().isoformat()
    hand_in([town.penalty()])
    path = f"/api/v1/subjects/{town.SHOP}"
    held = [len(client.get(path, told).json()["records"]) for told in ({"as_of": before}, {})]
    assert held[1] == held[0] + 1


def test_the_three_answers_are_told_apart(client: Client, on_record: None) -> None:
    quiet = client.get("/api/v1/records?item=adm.penalty&organ=11440399991100028G").json()
    assert quiet["records"] == []
    unknown = client.get(f"/api/v1/subjects/{town.code(77)}")
    assert unknown.status_code == 404
    assert unknown["Content-Type"] == "application/problem+json"
    assert unknown.json()["answer"] == "no-such-organisation"
    closed = client.get("/api/v1/records?item=fin.tax")
    assert closed.status_code == 403
    assert closed.json()["answer"] == "not-public"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("item=no.such", "item.unknown"),
        ("item=adm.penalty&since=yesterday", "day.unreadable"),
        ("item=adm.penalty&until=2026-02-30", "day.unreadable"),
        ("item=adm.penalty&limit=0", "limit.out-of-range"),
        ("item=adm.penalty&limit=1000", "limit.out-of-range"),
        ("item=adm.penalty&cursor=!!!", "cursor.unreadable"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_a_code(client: Client, on_record: None, query: str, code: str) -> None:
    response = client.get(f"/api/v1/records?{query}")
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (400, 400, code)
    assert body["detail"]


def test_a_moment_that_cannot_be_read_is_a_problem(client: Client, on_record: None) -> None:
    assert client.get(f"/api/v1/subjects/{town.SHOP}?as_of=soon").json()["code"] == "as-of.unreadable"


def test_the_cursor_leads_through_all_records_once(
    client: Client, on_record: None, hand_in: Callable[..., object]
) -> None:
    hand_in([town.penalty() for _ in range(6)])
    seen, cursor = [], ""
    while True:
        body = client.get(f"/api/v1/records?item=adm.penalty&limit=3&cursor={cursor}").json()
        seen += [record["id"] for record in body["records"]]
        if body["next_cursor"] is None:
            break
        cursor = body["next_cursor"]
    assert len(seen) == len(set(seen)) == 7


def test_only_reading_is_allowed(client: Client, on_record: None) -> None:
    assert client.post("/api/v1/records?item=adm.penalty").status_code == 405
