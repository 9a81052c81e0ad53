"""A department's officer: a dirty workbook goes in, three cells are mended, the officer signs, the public sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edges import town
from xinheng.apps.accounts.models import Account
from xinheng.apps.intake.models import State, Submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
DIRTY = [
    {"doc_no": "深市监罚〔2026〕901号"},
    {"doc_no": "深市监罚〔2026〕902号", "decided_on": "2026-02-30"},
    {"doc_no": "深市监罚〔2026〕903号", "facts": None},
    {"doc_no": "深市监罚〔2026〕904号", "subject_code": town.SHOP[:-1] + ("0" if town.SHOP[-1] != "0" else "1")},
]


def sign_in(page: Any) -> None:
    page.goto("/workbench/")
    page.get_by_label("用户名").fill("wang")
    page.get_by_label("密码").fill(town.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="深圳市市场监督管理局").wait_for()


def upload(page: Any, folder: Path) -> None:
    file = folder / "11月处罚.xlsx"
    file.write_bytes(town.workbook([town.penalty(**told) for told in DIRTY]))
    page.get_by_role("link", name="报送数据").first.click()
    page.get_by_label("把工作簿拖到这里，或选择文件").set_input_files(file)
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_text("1 行可以入库，3 行需要修改").wait_for()


def sign(page: Any) -> None:
    page.get_by_role("link", name="确认入库").click()
    page.get_by_label("已核对上述内容").check()
    page.get_by_role("button", name="确认并入库").click()
    page.get_by_text("已确认并入库").wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_dirty_workbook_to_the_public_page(
    browse: Callable[..., Any], officer: Account, on_record: None, tmp_path: Path, javascript: bool
) -> None:
    page = browse(java_script_enabled=javascript)
    sign_in(page)
    upload(page, tmp_path)
    sign(page)
    page.get_by_role("link", name="修改退回的行").click()
    page.get_by_label("处罚决定日期").first.fill("2026-10-09")
    page.get_by_label("违法事实").nth(1).fill("经查，当事人未在规定期限内公示年度报告。")
    page.locator('input[aria-invalid="true"]').last.fill(town.SHOP)
    page.get_by_role("button", name="重新检查").click()
    page.get_by_text("这 3 行都没有错误了").wait_for()
    page.get_by_role("button", name="报送改好的行").click()
    page.get_by_text("全部 3 行都可以入库").wait_for()
    sign(page)
    assert Submission.objects.filter(state=State.ACCEPTED, mends__isnull=False).count() == 1
    page.goto(f"/s/{town.SHOP}")
    for number in (901, 902, 903, 904):
        assert page.get_by_text(f"深市监罚〔2026〕{number}号").first.is_visible()


def test_progress_is_seen_to_end_without_touching_the_page(
    browse: Callable[..., Any], officer: Account, on_record: None
) -> None:
    from xinheng.apps.clock import now
    from xinheng.apps.intake import actions

    submission = actions.receive(
        source=[town.penalty()], department=officer.department, by=officer, at=now(), item="adm.penalty"
    )
    page = browse()
    sign_in(page)
    page.goto(f"/workbench/submissions/{submission.ref}/")
    page.get_by_text("排队中，马上开始").wait_for()
    actions.check(submission=submission, by=officer, at=now())
    page.get_by_text("全部 1 行都可以入库").wait_for(timeout=10_000)


def test_a_dropped_file_is_taken(browse: Callable[..., Any], officer: Account, on_record: None) -> None:
    page = browse()
    sign_in(page)
    page.goto("/workbench/upload/")
    page.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.csv'));
        document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }"""
    )
    assert page.get_by_text("dropped.csv").first.is_visible()


def test_the_main_path_works_by_keyboard_alone(browse: Callable[..., Any], on_record: None) -> None:
    page = browse()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("海川")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="深圳市海川智造科技有限公司").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="深圳市海川智造科技有限公司").wait_for()
