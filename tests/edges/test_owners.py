"""Organisations sign in: by an invitation of the centre or by their identity provider; each sees itself, and nobody else's anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from edges import town
from edges.conftest import sign_in
from edges.test_doors import PLACES, address, places, propose  # noqa: F401
from edges.test_evaluation_pages import MODEL, PERSON, evaluated  # noqa: F401  (fixture)
from edges.test_sign_in import come_by_sign_on, provider  # noqa: F401  (fixture)
from xinheng.apps.accounts import appointing, inviting, owning, rights
from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import now
from xinheng.apps.evaluation import notices, queries, reading
from xinheng.apps.evaluation.models import Notice, Objection
from xinheng.apps.records.models import Record
from xinheng.apps.subjects.models import Subject
from xinheng.core.access.table import BY_ACTION
from xinheng.project import environment

pytestmark = pytest.mark.django_db
OWN = [place for place in places("portal") if place.action]


def owner_of(code, by):
    account, _secret = owning.invite(
        subject=reading.subject_of(code), display_name="陈经办", proof="营业执照原件、授权书", by=by, at=now()
    )
    return account


@pytest.fixture
def shop(evaluated, centre):  # noqa: F811
    return sign_in(owner_of(town.SHOP, centre))


@pytest.fixture
def works(evaluated, centre):  # noqa: F811
    return sign_in(owner_of(town.WORKS, centre))


def record_of(code, item="adm.penalty"):
    return Record.objects.filter(item=item, versions__subject__code=code).first().pk


def own(place, record):
    arguments = {"name": MODEL, "record_id": record}
    return reverse(f"portal:{place.name}", kwargs={name: arguments[name] for name in place.arguments})


def test_every_own_address_has_a_door_and_no_public_one_has() -> None:
    assert {place.name for place in OWN} == {
        "own", "own-records", "own-record", "own-result", "own-json", "own-objection"
    }  # fmt: skip
    assert {place.action for place in OWN} == {"own.read", "own.object"}
    assert all(set(BY_ACTION[place.action].grants) == {Role.OWNER} for place in OWN)


@pytest.mark.parametrize("place", OWN, ids=lambda p: p.name)
def test_nobody_else_opens_an_own_page(place, client, evaluated, officer, centre, auditor, admin) -> None:  # noqa: F811
    url = own(place, record_of(town.SHOP))
    for method in ("get", "post"):
        assert getattr(client, method)(url)["Location"].startswith("/workbench/login/")
        for somebody in (officer, centre, auditor, admin):
            response = getattr(sign_in(somebody), method)(url)
            assert response.status_code == 403
            assert "right.not-given" in response.content.decode()


def test_an_owner_opens_no_page_of_the_desk(shop, evaluated, officer, admin) -> None:  # noqa: F811
    for place in PLACES:
        told = dict.fromkeys(place.arguments, "1") | {"code": town.SHOP, "name": MODEL, "secret": "x"}
        url = reverse(f"workbench:{place.name}", kwargs={name: told[name] for name in place.arguments})
        for method in ("get", "post"):
            status = getattr(shop, method)(url).status_code
            expected = (200, 302, 410) if place.action in ("", "self.manage") else (403,)
            assert status in expected, (place, method, status)
    assert "我的工作台" not in shop.get("/workbench/account/").content.decode()


@pytest.mark.parametrize("place", [p for p in OWN if "record_id" in p.arguments], ids=lambda p: p.name)
def test_a_record_of_another_organisation_is_not_found(place, shop, works) -> None:
    mine = record_of(town.SHOP)
    assert shop.get(own(place, mine)).status_code == 200
    assert works.get(own(place, mine)).status_code == 404
    assert works.get(own(place, 10**9)).status_code == 404


def test_no_own_page_tells_anything_of_another_organisation(shop, works, evaluated) -> None:  # noqa: F811
    name, penalty = town.NAMES[town.SHOP], record_of(town.SHOP)
    for place in OWN:
        if place.name in ("own-record", "own-objection"):
            continue
        assert name in shop.get(own(place, penalty)).content.decode() or place.name == "own-json"
        page = works.get(own(place, penalty)).content.decode()
        assert name not in page
        assert town.SHOP not in page
    # An objection lands at the own result, and cannot name another's record.
    works.post(reverse("portal:own-objection", args=[MODEL]), {"text": "数字写错了", "record": str(penalty)})
    objection = Objection.objects.get()
    assert (objection.subject.code, objection.record, objection.by.subject.code) == (town.WORKS, None, town.WORKS)
    assert "数字写错了" not in shop.get("/own/").content.decode()
    assert "数字写错了" in works.get("/own/").content.decode()


def test_it_sees_its_result_what_to_do_and_a_notice_before_publication(shop, evaluated) -> None:  # noqa: F811
    result = queries.result_of(evaluated, MODEL)
    Notice.objects.create(
        subject=evaluated, model=MODEL, result=result, told_at=now(), publish_from=town.DAY + timedelta(days=15)
    )
    overview = shop.get("/own/")
    assert overview["Cache-Control"] == "no-store"
    assert "先告知您" in overview.content.decode()
    page = shop.get(f"/own/results/{MODEL}/").content.decode()
    assert "可以怎样做" in page
    assert "申请信用修复" in page
    assert "之前不公开" in page
    assert f"/own/records/{record_of(town.SHOP)}" in page  # its records lead to its own pages
    assert shop.get("/own/results/xh.risk/").status_code == 404  # a risk class serves supervision
    shop.post(f"/own/results/{MODEL}/objection", {"text": "处罚已撤销", "record": str(record_of(town.SHOP))})
    assert Objection.objects.get().record == record_of(town.SHOP)
    assert "异议正在核查" in shop.get(f"/own/results/{MODEL}/").content.decode()


def test_it_sees_records_that_are_not_public_but_no_persons_data(shop, hand_in, evaluated) -> None:  # noqa: F811
    old = hand_in([town.penalty(publish_until="2026-01-31", decided_on="2025-01-31", doc_no="深市监罚〔2025〕1号")])
    hidden = old.versions.get().record_id
    assert Client().get(f"/r/{hidden}").status_code == 404
    page = shop.get(f"/own/records/{hidden}").content.decode()
    assert "深市监罚〔2025〕1号" in page
    assert "不公示" in page
    assert "张示例" not in page
    listed = shop.get("/own/records/").content.decode()
    assert "深市监罚〔2025〕1号" in listed
    assert "张示例" not in listed


def test_the_centre_opens_accounts_after_a_check_and_closes_them(evaluated, centre, officer, auditor, rf) -> None:  # noqa: F811
    desk, url = sign_in(centre), f"/workbench/owners/{town.SHOP}/"
    assert desk.post(url, {"do": "invite", "display_name": "陈经办", "proof": " "}).status_code == 409
    assert not Account.objects.filter(role=Role.OWNER).exists()
    page = desk.post(url, {"do": "invite", "display_name": "陈经办", "proof": "营业执照原件"}).content.decode()
    link = re.search(r"/workbench/invitation/[\w-]+/", page)[0]
    account = Account.objects.get(role=Role.OWNER)
    assert (account.subject, account.department) == (evaluated, None)
    assert Event.objects.get(action="owner.invited").facts["proof"] == "营业执照原件"
    holder = Client()
    holder.post(link, {"password": "yi-ge-hen-chang-de-mima", "again": "yi-ge-hen-chang-de-mima"})
    entered = holder.post("/workbench/login/", {"login": account.username, "password": "yi-ge-hen-chang-de-mima"})
    assert entered["Location"] == "/own/"
    assert holder.get("/own/").status_code == 200
    assert authenticate(rf.post("/"), username=account.username, password="yi-ge-hen-chang-de-mima") == account
    # The page of another organisation does not reach this account.
    assert desk.post(f"/workbench/owners/{town.WORKS}/", {"do": "close", "account": account.pk}).status_code == 404
    desk.post(url, {"do": "close", "account": account.pk})
    assert holder.get("/own/").status_code == 302
    for somebody in (officer, auditor):
        with pytest.raises(rights.NotAllowed):
            owning.invite(subject=evaluated, display_name="某", proof="某", by=somebody, at=now())


def test_a_persons_number_opens_nothing(evaluated, centre) -> None:  # noqa: F811
    answer = sign_in(centre).get(f"/workbench/owners/{PERSON}/", follow=True)
    assert answer.redirect_chain[-1][0] == "/workbench/evaluation/"
    assert PERSON not in answer.content.decode()


def test_an_owner_is_bound_for_good(shop, admin, officer, market) -> None:
    account = Account.objects.get(role=Role.OWNER)
    told = {"department": market, "post": "", "items": [], "by": admin, "at": now()}
    with pytest.raises(appointing.OwnersStay):
        appointing.appoint(account=account, role=Role.REPORTER, **told)
    with pytest.raises(appointing.OwnersStay):
        appointing.appoint(account=officer, role=Role.OWNER, **told)
    with pytest.raises(appointing.OwnersStay):
        inviting.invite(username="x1", display_name="某", role=Role.OWNER, **told)
    for wrong in ({"subject": None}, {"department": market}, {"role": Role.CENTRE}, {"is_superuser": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(pk=account.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=officer.pk).update(subject=account.subject)


@pytest.fixture
def legal(provider, settings):  # noqa: F811
    told = {
        f"{begin}_{name}": value
        for begin in ("XINHENG_OIDC", "XINHENG_LEGAL_OIDC")
        for name, value in (("URL", provider), ("CLIENT", "xinheng"), ("SECRET", "secret"))
    }
    settings.XINHENG_LEGAL_OIDC_URL = provider
    settings.SOCIALACCOUNT_PROVIDERS = environment.identity_provider(told)
    return provider


def claim(url: str, subject: str, code: str) -> None:
    import requests

    requests.put(f"{url}/users/{subject}", json={"uscc": code, "name": "陈经办"}, timeout=5).raise_for_status()


def test_a_legal_persons_identity_opens_its_own_organisation_and_no_other(legal, evaluated) -> None:  # noqa: F811
    def come(who, code):
        claim(legal, who, code)
        client = Client()
        return client, come_by_sign_on(client, legal, who, "legal")

    client, answer = come("f-1", town.SHOP)
    assert answer["Location"] == "/own/"
    assert town.NAMES[town.SHOP] in client.get("/own/").content.decode()
    account = Account.objects.get(role=Role.OWNER)
    assert (account.subject.code, account.has_usable_password()) == (town.SHOP, False)
    assert come("f-1", town.SHOP)[1]["Location"] == "/own/"  # the second time the same account
    assert Account.objects.filter(role=Role.OWNER).count() == 1
    # The provider now says another organisation, nothing, an unknown code, a broken one, a person's number: the door stays shut.
    for who, code in (
        ("f-1", town.WORKS), ("f-1", ""), ("f-2", ""), ("f-3", town.code(99)), ("f-4", "91440300X"), ("f-5", PERSON)
    ):  # fmt: skip
        client, answer = come(who, code)
        assert answer.status_code == 403, (who, code)
        assert "没有认出组织" in answer.content.decode()
        assert not code or code not in answer.content.decode()
        assert client.get("/own/").status_code == 302
    assert Account.objects.filter(role=Role.OWNER).count() == 1
    # By the officers' provider nobody becomes an owner, and no owner comes in.
    claim(legal, "f-1", town.SHOP)
    assert come_by_sign_on(Client(), legal, "f-1").status_code == 403
    assert Subject.objects.count() == len(town.NAMES)
    assert not notices.objections_of(evaluated).exists()
