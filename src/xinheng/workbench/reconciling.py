"""How counterparts, runs and differences are told on pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.apps.exchange.models import Returned, ReturnKind, Run, RunState, Task, Way
from xinheng.apps.exchange.queries import Standing
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Version
from xinheng.apps.records.queries import content
from xinheng.pages.words import say
from xinheng.workbench.showing import name_of

KINDS = {
    "missing-there": gettext_noop("对方缺失"),
    "missing-here": gettext_noop("我方缺失"),
    "altered": gettext_noop("内容不一致"),
    "outdated-there": gettext_noop("对方为旧版本"),
    "duplicate-there": gettext_noop("对方重复"),
    "duplicate-here": gettext_noop("我方重复"),
    "late": gettext_noop("在途"),
    "rejected-there": gettext_noop("对方退回"),
    "withdrawn-here": gettext_noop("我方已撤回，对方仍在"),
    "truncated": gettext_noop("交付不完整"),
}
NEXT = {
    "missing-there": gettext_noop("请对方重新拉取；仍然缺失的，核对对方的接收日志。"),
    "missing-here": gettext_noop("请对方说明来源；确属我方漏报的，补报。"),
    "altered": gettext_noop("对照原文书，哪方错哪方更正。"),
    "outdated-there": gettext_noop("我方已更正，请对方重新拉取。"),
    "duplicate-there": gettext_noop("请对方删除多余的一份。"),
    "duplicate-here": gettext_noop("核对我方数据，撤回多余的一份。"),
    "late": gettext_noop("还在期限内，等下一次对账。"),
    "rejected-there": gettext_noop("按对方退回的原因修改后重新报送。"),
    "withdrawn-here": gettext_noop("请对方处理我方的撤回。"),
    "truncated": gettext_noop("请对方从这一批的开头重新接收。"),
}
STATES = {
    RunState.OPEN: (gettext_noop("进行中"), "is-accent"),
    RunState.WAITING: (gettext_noop("等待对方文件"), "is-warn"),
    RunState.AGREED: (gettext_noop("一致"), "is-good"),
    RunState.DIFFERS: (gettext_noop("有差异"), "is-bad"),
    RunState.FAILED: (gettext_noop("未完成"), "is-bad"),
}
DIRECTIONS = {"out": gettext_noop("我方报送对方"), "in": gettext_noop("对方报送我方")}


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel as the page shows it."""

    id: int
    name: str
    direction: str
    items: int
    state: str
    tone: str
    agreed_position: int
    agreed_at: datetime | None
    last_url: str
    last_at: datetime | None
    open_tasks: int
    overdue: int
    can_run: bool


def channel_line(standing: Standing) -> ChannelLine:
    """Return how a channel stands, in the words of a page."""
    last, channel = standing.last, standing.channel
    word, tone = STATES[RunState(last.state)] if last else (gettext_noop("尚未对账"), "")
    return ChannelLine(
        id=channel.pk,
        name=channel.counterpart.name,
        direction=say(DIRECTIONS, channel.direction),
        items=len(channel.items),
        state=_(word),
        tone=tone,
        agreed_position=channel.agreed_position,
        agreed_at=channel.agreed_at,
        last_url=reverse("workbench:run", args=[last.ref]) if last else "",
        last_at=last.finished_at if last else None,
        open_tasks=standing.open_tasks,
        overdue=standing.overdue,
        can_run=channel.counterpart.way != "files",
    )


def run_line(run: Run) -> dict[str, Any]:
    """Return a run as one line of a list."""
    word, tone = STATES[RunState(run.state)]
    return {
        "url": reverse("workbench:run", args=[run.ref]),
        "ref": run.ref[:12],
        "name": run.channel.counterpart.name,
        "direction": say(DIRECTIONS, run.channel.direction),
        "at": run.started_at,
        "state": _(word),
        "tone": tone,
        "position": run.position,
        "there_position": run.there_position,
        "differences": sum(run.counts.values()),
        "error": run.error,
        "error_code": run.error_code,
    }


def run_page(run: Run) -> dict[str, Any]:
    """Return everything a page says about a run."""
    return {
        "run": run_line(run) | {"whole_ref": run.ref, "finished_at": run.finished_at, "rounds": run.rounds},
        "by": str(run.by or ""),
        "bytes": run.sent + run.received,
        "alone": run.way == Way.TABLE,
        "held": [
            {"item": name_of(item), "here": here, "there": there, "same": here == there}
            for item, (here, there) in sorted(run.held.items())
        ],
        "kinds": [(say(KINDS, kind), count) for kind, count in run.counts.items()],
        "statement": run.statement,
    }


def difference(row: dict[str, Any]) -> dict[str, Any]:
    """Return one line of the differences of a run."""
    fields = _("、").join(field_name(row["item"], name) for name in row.get("fields", ()))
    due = row.get("due_on", "")
    return {
        "kind": say(KINDS, row["kind"]),
        "item": name_of(row["item"]),
        "name": row["name"],
        "what": fields or row.get("code", "") or row.get("delivery", "") or due,
    }


def field_name(item: str, name: str) -> str:
    """Return the name of a field in the reader's language."""
    from django.utils.translation import get_language

    versions = current_policy().item_versions.get(item, ())
    field = versions[-1].by_name.get(name) if versions else None
    if field is None:
        return name
    return field.en if get_language() == "en" and field.en else field.zh


def task_line(task: Task, *, on: date) -> dict[str, Any]:
    """Return a difference as the page of tasks shows it."""
    closed, title, organisation = task.closed_run_id is not None, *whom(task)
    late = not closed and task.due_on < on
    return {
        "id": task.pk,
        "kind": say(KINDS, task.kind),
        "next": "" if closed else say(NEXT, task.kind),
        "item": name_of(task.item),
        "name": bytes(task.name).hex(),
        "counterpart": str(task.channel.counterpart),
        "owner": str(task.owner or ""),
        "opened_on": task.opened_on,
        "due_on": task.due_on,
        "closed_at": task.closed_at,
        "state": _("已办结") if closed else _("已逾期") if late else _("待办"),
        "tone": "is-good" if closed else "is-bad" if late else "is-warn",
        "title": title,
        "organisation": organisation,
        "code": task.code,
        "fields": [
            {"name": field_name(task.item, name), "here": task.here.get(name, ""), "there": task.there.get(name, "")}
            for name in task.fields or sorted(task.there)
        ],
        "note": task.note,
        "closed": closed,
        "last_url": reverse("workbench:run", args=[task.last_run.ref]),
        "action_url": reverse("workbench:difference", args=[task.pk]),
    }


def whom(task: Task) -> tuple[str, str]:
    """Return the title of the statement and whom it is about: from our register, or as they tell it."""
    name = bytes(task.name)
    version = Version.objects.filter(record__item=task.item, record__key=name[12:] + name[:12]).order_by("-pk").first()
    told = content(version) if version is not None else task.there
    versions = current_policy().item_versions.get(task.item, ())
    title = told.get(versions[-1].title, "") if versions else ""
    return title, told.get("subject_name", "")


RETURN_KINDS = {
    ReturnKind.REJECTED.value: gettext_noop("对方退回"),
    ReturnKind.RETURNED.value: gettext_noop("对方回流"),
}


def returned_line(one: Returned) -> dict[str, Any]:
    """Return what came back about one of our statements."""
    return {
        "kind": say(RETURN_KINDS, one.kind),
        "item": name_of(one.item),
        "name": bytes(one.name).hex()[:16],
        "counterpart": str(one.channel.counterpart),
        "department": str(one.department or ""),
        "submission": one.submission.ref if one.submission else "",
        "what": one.code or _("、").join(field_name(one.item, name) for name in one.fields) or _("内容相同"),
        "at": one.at,
    }
