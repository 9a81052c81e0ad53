"""Each role's main path in a real browser: the newcomer, the keyboard alone, the telephone, the centre, every new page by axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from edges import town
from journeys.test_every_page import give_code, look_at, sign_in
from xinheng.apps.accounts.models import Account
from xinheng.apps.changes import actions as changes
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.apps.clock import now
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Record
from xinheng.core.changes.editing import Edits
from xinheng.demo import city as cities
from xinheng.demo.practice import write_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """The dirty workbook of the demo."""
    return write_practice(
        tmp_path, cities.build(current_policy(), organisations_count=1500, seed=20260401, on=town.DAY)
    )


def certify(page: Any) -> None:
    page.get_by_role("link", name="确认入库").click()
    page.get_by_label("已核对上述内容").check()
    page.get_by_role("button", name="确认并入库").click()
    page.get_by_text("已确认并入库").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_newcomer_hands_in_the_dirty_workbook_mends_three_cells_and_the_public_sees_it(
    browse: Callable[..., Any], officer: Account, practice: Path, width: int
) -> None:
    page = browse(width)
    page.goto("/workbench/")
    page.get_by_label("用户名").fill("wang")
    page.get_by_label("密码").fill(town.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("link", name="报送第一份数据").click()
    page.get_by_label("把工作簿拖到这里，或选择文件").set_input_files(practice)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_text("行需要修改").first.wait_for()
    certify(page)
    before = Record.objects.filter(item="adm.penalty").count()
    page.get_by_role("link", name="修改退回的行").click()
    for _ in range(3):
        cell = page.locator('section:not(.is-mended) input[aria-invalid="true"]').first
        row = cell.locator("xpath=ancestor::section[1]").get_attribute("id")
        cell.fill("2026-03-09" if "日期" in cell.locator("xpath=../label").inner_text() else "罚款处罚")
        cell.press("Tab")
        page.locator(f"#{row}.is-mended").wait_for()
    page.get_by_role("button", name="报送改好的行").click()
    page.get_by_text("全部 3 行都可以入库").wait_for()
    certify(page)
    mended = Submission.objects.get(mends__isnull=False)
    assert (mended.state, mended.rows) == (State.ACCEPTED, 3)
    assert Record.objects.filter(item="adm.penalty").count() == before + 3
    number = mended.versions.first().title
    code = mended.versions.first().subject.code
    page.goto(f"/s/{code}")
    assert page.get_by_text(number).first.is_visible()


def tab_to(page: Any, words: str, *, most: int = 80) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate(
            """() => { const e = document.activeElement;
            return e.matches('a, button, input, textarea, summary, select') ? e.innerText || e.id : ''; }"""
        )
        if words in said:
            return
    pytest.fail(f"{words} is not reached by the keyboard")


def test_the_officers_path_works_by_keyboard_alone(
    browse: Callable[..., Any], officer: Account, on_record: None, hand_in: Callable[..., Submission]
) -> None:
    hand_in([town.penalty(), town.penalty(decided_on="2026-02-30")], dirty=True, certify=False)
    page = browse()
    page.goto("/workbench/")
    tab_to(page, "id_username")
    page.keyboard.type("wang")
    page.keyboard.press("Tab")
    page.keyboard.type(town.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="深圳市市场监督管理局").wait_for()
    tab_to(page, "等待确认")
    page.keyboard.press("Enter")
    page.locator("#findings").wait_for()
    tab_to(page, "第 2 行")
    page.keyboard.press("Enter")
    page.locator("[data-row]").wait_for()
    page.locator("[data-row] input:focus").wait_for()
    assert page.evaluate("document.activeElement.value") == "2026-02-30"
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-03-02")
    page.keyboard.press("Tab")
    page.locator("[data-row].is-mended").wait_for()
    tab_to(page, "撤销上一步")
    page.keyboard.press("Enter")
    page.locator("[data-row]:not(.is-mended)").wait_for()
    page.locator('input[aria-invalid="true"]').focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-03-03")
    page.keyboard.press("Tab")
    page.locator("[data-row].is-mended").wait_for()
    tab_to(page, "报送改好的行")
    page.keyboard.press("Enter")
    page.get_by_text("全部 1 行都可以入库").wait_for()
    tab_to(page, "确认入库")
    page.keyboard.press("Enter")
    page.locator("#id_agree").wait_for()
    tab_to(page, "id_agree")
    page.keyboard.press("Space")
    tab_to(page, "确认并入库")
    page.keyboard.press("Enter")
    page.get_by_text("已确认并入库").wait_for()


def test_arrows_walk_the_rows_of_a_table(browse: Callable[..., Any], officer: Account) -> None:
    page = browse()
    sign_in(page, "wang")
    page.goto("/workbench/items/")
    page.locator("[data-table]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    third = page.locator("tbody tr").nth(2).locator("a").first
    assert page.evaluate("document.activeElement.href") == page.evaluate("e => e.href", third.element_handle())


def propose(by: Account) -> Change:
    change = changes.propose(
        item="adm.penalty",
        edits=Edits(
            attributes={}, added=[{"name": "site_area", "zh": "场所面积", "type": "decimal", "privacy": "internal"}]
        ),
        title="记下场所面积",
        reason="核对许可面积",
        basis="《测试用办法》第三条",
        effective_from=town.DAY + timedelta(days=60),
        by=by,
        at=now(),
    )
    return changes.report(change=change, at=now())


def test_the_centre_decides_a_change_that_a_department_proposed(
    browse: Callable[..., Any], officer: Account, centre: Account, on_record: None
) -> None:
    propose(officer)
    page = browse()
    sign_in(page, "zhao")
    give_code(page)
    page.get_by_role("link", name="目录变更").click()
    page.get_by_role("link", name="记下场所面积").click()
    assert page.get_by_text("新增字段“场所面积”，选填").is_visible()
    page.get_by_label("意见").fill("同意")
    page.get_by_role("button", name="同意，到日生效").click()
    page.get_by_text("新版本从 2027-01-22 起生效").wait_for()
    assert Change.objects.get().state == ChangeState.APPROVED
    assert "site_area" in current_policy().item_versions["adm.penalty"][-1].by_name


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_of_register_catalogue_and_changes_are_accessible(
    browse: Callable[..., Any],
    officer: Account,
    centre: Account,
    on_record: None,
    hand_in: Callable[..., Submission],
    width: int,
    scheme: str,
) -> None:
    change, of = propose(officer), "/workbench/"
    dirty = hand_in([town.penalty(), town.penalty(decided_on="2026-02-30")], dirty=True, certify=False)
    record = Record.objects.filter(item="adm.penalty").first()
    paths = [
        "items/",
        "items/?q=nothing-like-this",
        "items/adm.penalty/",
        "changes/",
        f"changes/{change.pk}/",
        "changes/new/?item=adm.penalty",
    ]
    paths += ["records/", f"records/{record.pk}/", f"submissions/{dirty.ref}/mend", "submissions/", "notices/", ""]
    page = browse(width, color_scheme=scheme)
    sign_in(page, "wang")
    assert not look_at(page, [of + path for path in paths])
    page.context.clear_cookies()
    sign_in(page, "zhao")
    give_code(page)
    assert not look_at(
        page, [of + path for path in ("", f"changes/{change.pk}/", "quarantine/", "links/", "submissions/")]
    )
