"""Kinds of option values, and the day a command works on."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click


def today() -> date:
    """Return today where the authority is, or the day the installation is told to live on."""
    told = os.environ.get("XINHENG_DAY")
    return date.fromisoformat(told) if told else datetime.now(ZoneInfo("Asia/Shanghai")).date()


class Day(click.ParamType):
    """A day written 2026-04-01."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2026-04-01 这样的形式", param, ctx)


class Answer(click.ParamType):
    """What an ambiguous column means: 列名=字段名."""

    name = "列名=字段名"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split at the last equals sign."""
        title, sign, field = value.rpartition("=")
        if not sign or not title or not field:
            self.fail(f"“{value}”应写成 列名=字段名", param, ctx)
        return title, field


on_option = click.option("--on", type=Day(), default=None, help="按哪一天的政策办理，默认今天")
json_option = click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 对象")
