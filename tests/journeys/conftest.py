"""A real browser against a running site; skipped, loudly, where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from edges.conftest import (  # noqa: F401  the same town
    _a_fixed_day,
    admin,
    auditor,
    centre,
    hand_in,
    market,
    neighbour,
    officer,
    on_record,
)

CHROMIUM = os.environ.get("XINHENG_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM HERE: the browser journeys were not run. Install it with scripts/system-packages.")
    from playwright.sync_api import sync_playwright

    # The driver keeps an event loop in this thread, which Django would take for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open a page of the running site: at any width, with or without JavaScript. What the browser complains of fails."""
    opened, complaints = [], []

    def open_page(width: int = 1280, **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", base_url=live_server.url, **options
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type == "error" and "status of 4" not in m.text else None,
        )
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not complaints
