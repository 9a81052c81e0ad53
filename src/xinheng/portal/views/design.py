"""The design system, shown with itself: what every page is put together from."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.apps.clock import today

COLOURS = (
    "paper", "sheet", "sunk", "ink", "soft", "line", "accent", "accent-wash", "band", "good", "warn", "bad",
)  # fmt: skip


def design(request: HttpRequest) -> HttpResponse:
    """Show colours, type, and each component with when to use it."""
    on = today()
    specimen = {
        "last_day": on + timedelta(days=200),
        "days_left": 200,
        "term_days": 365,
        "title": _("示例决定书〔2026〕1号"),
        "url": "#records",
        "summary": _("未按规定公示年度报告；罚款；2.5 万元"),
        "item_name": _("行政处罚信息"),
        "organ": _("示例市市场监督管理局"),
        "decided_on": on - timedelta(days=165),
        "earliest_repair": on + timedelta(days=20),
        "negative": True,
        "marks": [{"text": _("一般失信"), "tone": "is-accent"}],
    }
    return render(request, "portal/design.html", {"colours": COLOURS, "record": specimen, "masked": "李＊＊"})
