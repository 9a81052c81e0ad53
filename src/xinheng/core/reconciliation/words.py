"""The Chinese words for kinds of difference; pages translate them."""

from __future__ import annotations

KINDS: dict[str, str] = {
    "missing-there": "对方缺失",
    "missing-here": "我方缺失",
    "altered": "内容不一致",
    "outdated-there": "对方为旧版本",
    "duplicate-there": "对方重复",
    "duplicate-here": "我方重复",
    "late": "在途",
    "rejected-there": "对方退回",
    "withdrawn-here": "我方已撤回，对方仍在",
    "truncated": "交付不完整",
}
