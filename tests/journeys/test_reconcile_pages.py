"""The pages of reconciliation in a real browser: accessible, no wider than a phone, in both languages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edges.test_reconcile_pages import run  # noqa: F401  the same run
from journeys.test_every_page import give_code, look_at, sign_in
from xinheng.apps.accounts.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
SHOTS = os.environ.get("XINHENG_SHOTS")  # a folder, to look at the pages oneself


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (390, "dark")])
def test_pages_are_accessible_at_each_width(
    browse: Callable[..., Any],
    run: Any,  # noqa: F811
    centre: Account,
    width: int,
    scheme: str,
) -> None:
    page = browse(width, color_scheme=scheme)
    desk = "/workbench/reconcile/"
    assert not look_at(page, ["/agreement/"])
    sign_in(page, "zhao")
    give_code(page)
    pages = [desk, f"{desk}runs/{run.ref}", f"{desk}differences/", f"{desk}differences/?tab=closed", f"{desk}returned/"]
    assert not look_at(page, pages)
    for number, path in enumerate([*pages, "/agreement/"] if SHOTS else []):
        page.goto(path)
        page.screenshot(path=Path(SHOTS) / f"{number}-{width}-{scheme}.png", full_page=True)
    page.get_by_role("button", name="English").click()
    assert not look_at(page, [desk, f"{desk}differences/", "/agreement/"])
    assert page.get_by_role("heading", name="Agreement with other platforms").is_visible()
