"""The night's build: a few minutes after midnight, so that what ran out yesterday is in no package today."""

from __future__ import annotations

from datetime import datetime

from xinheng.apps.clock import local_date
from xinheng.pages.opendata import building


def build_due(*, at: datetime) -> str:
    """Bring every package to this day; return one sentence about it."""
    built = list(building.build_all(on=local_date(at)))
    return (
        f"{len(built)} 个数据包，共 {sum(one.rows for one in built)} 条；查看 {sum(one.looked_at for one in built)} 条变动，"
        f"移除 {sum(one.removed for one in built)} 条。"
    )
