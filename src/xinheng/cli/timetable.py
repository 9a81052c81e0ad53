"""xinheng timetable: regular work, its last and next runs; and running one now, for cron or by hand."""

from __future__ import annotations

import click

from xinheng.cli.group import Command, Group
from xinheng.cli.options import json_option
from xinheng.cli.outcome import CannotDo, say
from xinheng.cli.register import open_register


@click.group(cls=Group)
def timetable() -> None:
    """定时工作：服务运行时自动进行；不用 xinheng serve 时，由 cron 调用 xinheng timetable run。"""


@timetable.command("list", cls=Command)
@json_option
def show(as_json: bool) -> None:
    """列出每项工作的上次结果和下次时间。"""
    open_register()
    from django.utils.timezone import localtime

    from xinheng.apps.timetable.queries import lines

    rows = []
    for line in lines():
        last = line.last
        rows.append({
            "name": line.regular.name,
            "title": str(line.regular.title),
            "last": f"{localtime(last.began_at):%Y-%m-%d %H:%M}" if last else None,
            "well": last.well if last else None,
            "said": last.said if last else "",
            "next": f"{localtime(line.next_at):%Y-%m-%d %H:%M}" if line.next_at else None,
        })  # fmt: skip
    words = {None: "未运行", True: "完成", False: "没有完成"}
    text = [
        f"{r['name']:<22}上次 {r['last'] or '—'}（{words[r['well']]}）　下次 {r['next'] or '—'}　{r['title']}"
        for r in rows
    ]
    say(as_json, {"timetable": rows}, "\n".join(text))


@timetable.command(cls=Command)
@click.argument("name", metavar="工作")
@json_option
def run(name: str, as_json: bool) -> None:
    """现在运行一项工作，如 xinheng timetable run erase-originals。"""
    open_register()
    from xinheng.apps.clock import now
    from xinheng.apps.timetable import actions, regular

    found = regular.named(name)
    if found is None:
        names = "、".join(one.name for one in regular.all_regular())
        raise CannotDo("timetable.unknown", f"没有“{name}”这项定时工作。现有：{names}。")
    said = actions.run(found, at=now())
    say(as_json, {"name": name, "said": said}, f"{found.title}：{said or '已完成，没有需要处理的。'}")
