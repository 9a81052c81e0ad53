"""Pages of evaluations in a real browser: accessible, never wider than the screen, charts drawn, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from edges import town
from journeys.test_every_page import give_code, look_at, sign_in
from xinheng.apps.accounts import owning
from xinheng.apps.clock import now
from xinheng.apps.evaluation import daily, drafting, keys, reading
from xinheng.apps.intake.models import Submission
from xinheng.apps.intake.order import advance, hold
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Record
from xinheng.core.evaluation.loading import model_named

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
MODEL = "xh.comprehensive"


@pytest.fixture
def token(on_record: None, officer: Any, centre: Any) -> str:
    """The town is evaluated by every model, and the shop holds a link."""
    from django.db import transaction

    for item in ("abn.enterprise", "list.market", "jud.dishonest"):
        with transaction.atomic():
            position, at = advance(hold(), at=now())
            Submission.objects.create(
                item=item,
                department=officer.department,
                officer=officer,
                received_at=at,
                certified_at=at,
                accepted_at=at,
                position=position,
                state="accepted",
                ref=f"empty-{item}",
            )
    daily.run(at=now())
    drafting.copy(model=model_named(current_policy(), MODEL, on=town.DAY), by=centre, at=now())
    return keys.make(subject=reading.subject_of(town.SHOP), reason="营业执照原件", by=centre, at=now())


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_public_and_own_pages(browse: Callable[..., Any], token: str, width: int, scheme: str) -> None:
    page = browse(width, color_scheme=scheme)
    own = f"/evaluation/own/{token}/"
    paths = ["/evaluation/", f"/evaluation/models/{MODEL}", f"/evaluation/of/{town.SHOP}", own, f"{own}{MODEL}/"]
    assert not look_at(page, paths)
    assert page.locator("[data-evaluation=course].is-drawn canvas").count() == 1


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_centres_pages(browse: Callable[..., Any], token: str, width: int, scheme: str) -> None:
    page = browse(width, color_scheme=scheme)
    sign_in(page, "zhao")
    give_code(page)
    desk = "/workbench/evaluation/"
    paths = [desk, f"{desk}objections/", f"{desk}drafts/", f"{desk}drafts/1/", f"{desk}models/{MODEL}/of/{town.SHOP}"]
    assert not look_at(page, [*paths, f"{desk}models/{MODEL}/"])
    assert page.locator("[data-evaluation=grades].is-drawn canvas").count() == 1


def test_an_organisation_reads_what_to_do_without_javascript(browse: Callable[..., Any], token: str) -> None:
    page = browse(390, java_script_enabled=False)
    page.goto(f"/evaluation/own/{token}/")
    page.get_by_role("link", name="组织公共信用综合评价模型").click()
    assert page.get_by_role("heading", name="可以怎样做").is_visible()
    assert page.get_by_text("申请信用修复").first.is_visible()
    page.get_by_label("错在哪里，理由是什么").fill("处罚决定已被撤销")
    page.get_by_role("button", name="提交异议").click()
    assert page.get_by_text("已收到异议").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_an_organisation_follows_its_invitation_and_sees_itself(
    browse: Callable[..., Any], token: str, centre: Any, width: int, scheme: str
) -> None:
    subject = reading.subject_of(town.SHOP)
    told = {"display_name": "陈经办", "proof": "营业执照原件、授权书"}
    account, secret = owning.invite(subject=subject, **told, by=centre, at=now())
    page = browse(width, color_scheme=scheme)
    page.goto(f"/workbench/invitation/{secret}/")
    for label in ("新密码", "再输一次"):
        page.get_by_label(label, exact=True).fill(town.PASSWORD)
    page.get_by_role("button", name="保存并去登录").click()
    page.goto("/own/")
    sign_in(page, account.username)
    page.goto("/own/")
    assert page.get_by_text(town.NAMES[town.SHOP]).first.is_visible()
    record = Record.objects.filter(item="adm.penalty", versions__subject=subject).first()
    assert not look_at(page, ["/own/", f"/own/results/{MODEL}/", "/own/records/", f"/own/records/{record.pk}"])
    page.goto("/workbench/records/")
    assert page.get_by_text("right.not-given").is_visible()
