"""The same town, with the page editor; skipped, loudly, where it is switched off."""

from __future__ import annotations

import pytest
from django.conf import settings

from edges.conftest import _a_fixed_day, centre, hand_in, market, neighbour, officer, on_record  # noqa: F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not settings.NEWS:
        for item in items:
            if "tests/news" in str(item.path):
                item.add_marker(
                    pytest.mark.skip(reason="written pages are tested alone: XINHENG_NEWS=1 pytest tests/news")
                )
