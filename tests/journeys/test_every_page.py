"""Every page, in a real browser: no accessibility violation, nothing wider than a phone, in light and dark, both languages."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp

from edges import town
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import Submission
from xinheng.apps.records.models import Record, Version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def public_pages(on_record: None) -> list[str]:
    record = Record.objects.get(item="adm.penalty")
    return [
        "/",
        "/search/?q=海川",
        "/search/?q=魑魅魍魉",
        "/search/?q=海",
        f"/s/{town.SHOP}",
        f"/s/{town.SHOP}?as_of=2027-01-01",
        f"/s/{town.SHOP}/03",
        f"/s/{town.QUIET}",
        f"/s/{town.QUIET}/20",
        f"/s/{town.code(99)}",
        f"/r/{record.pk}",
        "/r/999999",
        "/licences/",
        "/penalties/",
        "/penalties/?since=2030-01-01",
        "/catalog/",
        "/catalog/adm.penalty",
        "/catalog/fin.trade",
        "/rules/",
        "/design/",
        "/rules/r3.general",
        "/lists/",
        "/pledges/",
        "/statistics/",
        "/records/list.wage",
        "/records/reg.enterprise",
        "/opendata/",
        "/opendata/adm.penalty/",
        "/search/?q=hczz",
        "/nowhere",
    ]


@pytest.fixture
def desk_pages(officer: Account, on_record: None, hand_in: Callable[..., Submission]) -> list[str]:
    dirty = [
        town.penalty(),
        town.penalty(decided_on="2026-02-30"),
        town.penalty(subject_code=None, orgcode="000001231"),
    ]
    open_one = hand_in([*dirty, town.penalty() | {"内部备注": "x"}], dirty=True, certify=False)
    done = hand_in([town.penalty()])
    waiting = actions.receive(
        source=[town.licence()], department=officer.department, by=officer, at=now(), item="adm.licence"
    )
    of = "/workbench/submissions/"
    return [
        "/workbench/",
        "/workbench/upload/",
        "/workbench/zero/",
        of,
        f"{of}?state=refused",
        f"{of}{open_one.ref}/",
        f"{of}{open_one.ref}/mend",
        f"{of}{open_one.ref}/certify",
        f"{of}{waiting.ref}/",
        f"{of}{done.ref}/",
        f"{of}{done.ref}/receipt",
        f"{of}{done.ref}/withdraw",
        f"{of}{done.ref}/certify",
    ]


def look_here(page: Any) -> list[str]:
    """Return what axe finds wrong with the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    return [f"{v['id']} {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]]


def look_at(page: Any, paths: list[str]) -> list[str]:
    """Return what is wrong with these pages: rules of axe, and what sticks out to the right."""
    from axe_playwright_python.sync_playwright import Axe

    wrong = []
    for path in paths:
        page.goto(path)
        wrong += [f"{path}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]]
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong += [f"{path}: {too_wide} px too wide"] if too_wide > 0 else []
    return wrong


def sign_in(page: Any, name: str) -> None:
    page.goto("/workbench/login/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(town.PASSWORD)
    page.locator("main button").first.click()


def give_code(page: Any) -> None:
    """Pass the second step with the code an authenticator app would show."""
    code = totp.format_hotp_value(totp.hotp_value(town.TOTP_SECRET, int(time()) // 30))
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/workbench/")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark"), (320, "light")])
def test_public_pages_are_accessible_at_each_width(
    browse: Callable[..., Any], public_pages: list[str], width: int, scheme: str
) -> None:
    assert not look_at(browse(width, color_scheme=scheme), public_pages)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_of_the_desk_are_accessible_at_each_width(
    browse: Callable[..., Any], desk_pages: list[str], centre: Account, width: int, scheme: str
) -> None:
    page = browse(width, color_scheme=scheme)
    assert not look_at(page, ["/workbench/login/"])
    sign_in(page, "wang")
    assert not look_at(page, desk_pages)
    page.context.clear_cookies()
    sign_in(page, "zhao")
    assert not look_at(page, ["/workbench/account/factors/code/"])
    give_code(page)
    record = Version.objects.filter(item="adm.penalty", submission__accepted_at__isnull=False).first().record_id
    paths = (
        "", "links/", "links/?state=linked", "links/?as=list", "quarantine/", "timetable/", "erasures/", "erasures/?as=list",
        f"records/{record}/erase", "changes/", "changes/new-item/", "rights/", "evaluation/runs/", f"owners/{town.SHOP}/",
    )  # fmt: skip
    assert not look_at(page, [f"/workbench/{path}" for path in paths])


def test_english_pages_are_accessible_and_fit_a_phone(browse: Callable[..., Any], public_pages: list[str]) -> None:
    page = browse(390)
    page.goto("/")
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", name="Look up an organisation").is_visible()
    assert not look_at(page, public_pages)


def test_searching_and_reading_need_no_javascript(browse: Callable[..., Any], on_record: None) -> None:
    page = browse(390, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("海川")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="深圳市海川智造科技有限公司").click()
    page.get_by_role("link", name="深市监罚").first.click()
    assert page.get_by_text("公示至 2027-10-08").is_visible()
    page.get_by_role("link", name="行政处罚").first.click()
    page.get_by_label("决定日期自").fill("2026-11-01")
    page.get_by_role("button", name="筛选").click()
    assert page.get_by_text("没有符合条件的记录").is_visible()


def test_a_chart_shows_the_numbers_of_its_table_and_leads_where_they_lead(
    browse: Callable[..., Any], on_record: None
) -> None:
    page = browse()
    page.goto("/statistics/")
    page.locator(".chart canvas").first.wait_for()
    assert page.locator(".chart canvas").count() == 7
    # The first column of the penalties, decided in October: a click on its bar opens that month's list.
    chart = page.locator("#m-adm\\.penalty .chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.893, box["y"] + box["height"] * 0.7)
    page.wait_for_url("**/penalties/?since=2026-10-01&until=2026-10-31")
    assert page.get_by_role("link", name="深市监罚").first.is_visible()


def test_suggestions_open_by_keyboard_and_close_again(browse: Callable[..., Any], on_record: None) -> None:
    page = browse(390)
    page.goto("/")
    box = page.get_by_label("组织名称或统一社会信用代码")
    box.press_sequentially("hc", delay=20)
    page.get_by_role("option", name="海川智造").wait_for()
    box.press("Escape")
    assert page.get_by_role("option").count() == 0
    box.press_sequentially("zz", delay=20)
    page.get_by_role("option", name="海川智造").wait_for()
    assert not look_here(page)
    box.press("ArrowDown")
    box.press("Enter")
    page.get_by_role("heading", name="深圳市海川智造科技有限公司").wait_for()


def test_the_printed_page_leaves_out_what_cannot_be_pressed(browse: Callable[..., Any], on_record: None) -> None:
    page = browse()
    page.goto(f"/s/{town.SHOP}")
    page.emulate_media(media="print")
    for hidden in (".nav", ".tools", ".keep", ".map", ".contents"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in ("h1", ".glances", ".record", ".rights"):
        assert page.locator(shown).first.is_visible(), shown


def test_a_public_page_is_light(browse: Callable[..., Any], on_record: None) -> None:
    page = browse()
    sizes: dict[str, int] = {}
    page.on("response", lambda r: sizes.update({r.url: len(r.body())}) if r.url.endswith((".css", ".js")) else None)
    page.goto(f"/s/{town.SHOP}")
    page.wait_for_load_state("networkidle")
    assert sizes
    assert sum(sizes.values()) <= 150_000
