"""How this place is ordered: the departments as a tree, the table of who may do what, and the trail of what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xinheng.apps.accounts import queries
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.access.table import TABLE, Right
from xinheng.core.access.tree import Node, tree
from xinheng.core.access.words import Items, Purpose, Reach, Role, matches
from xinheng.pages.tables import Cell, Column, Filter, choice, day_from, day_to, text
from xinheng.workbench import trailwords
from xinheng.workbench.doors import door
from xinheng.workbench.tabling import answer, table
from xinheng.workbench.views.accounts import ROLES

_REACH = {
    Reach.OWN: gettext_lazy("本部门"),
    Reach.BELOW: gettext_lazy("本部门及下级"),
    Reach.ALL: gettext_lazy("全部部门"),
}
_PURPOSES = {
    "report": gettext_lazy("报送"),
    "steward": gettext_lazy("数据管理"),
    "audit": gettext_lazy("审计监督"),
    "administer": gettext_lazy("系统管理"),
    "self": gettext_lazy("本人账号"),
    "own": gettext_lazy("本组织"),
    "use": gettext_lazy("办理规则点名的事项"),
}


@dataclass(frozen=True, slots=True)
class Branch:
    """A department on the page of the tree."""

    name: str
    code: str
    region: str
    items: int
    officers: int
    below: list[Branch]
    above: str = ""


def _day(asked: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(asked.get("on", ""))
    except ValueError:
        return today()


def _officers() -> Counter[str]:
    there = Account.objects.filter(is_active=True, department__isnull=False)
    return Counter(there.values_list("department__code", flat=True))


def _flat(account: Account, asked: Mapping[str, str]) -> list[Branch]:
    """Return the departments of a day, each above those below it, in one list."""
    on, officers = _day(asked), _officers()
    waiting = [_branch(node, officers, on) for node in tree(current_policy().departments, on=on)][::-1]
    found = []
    while waiting:
        found.append(one := waiting.pop())
        waiting += [replace(below, above=one.name) for below in one.below[::-1]]
    return found


DEPARTMENTS = table(
    name="departments",
    title=gettext_lazy("部门"),
    action="desk.open",
    order="code",
    keep=("as", "on"),
    key=lambda branch: branch.code,
    source=_flat,
    columns=(
        Column(key="name", title=gettext_lazy("名称"), cell=lambda b: b.name, order=lambda b: b.name),
        Column(key="code", title=gettext_lazy("统一社会信用代码"), cell=lambda b: b.code, order=lambda b: b.code, code=True),
        Column(key="region", title=gettext_lazy("区划"), cell=lambda b: b.region, order=lambda b: b.region, code=True),
        Column(key="above", title=gettext_lazy("上级"), cell=lambda b: b.above, order=lambda b: b.above),
        Column(key="items", title=gettext_lazy("目录项"), cell=lambda b: str(b.items), order=lambda b: b.items, number=True),
        Column(key="officers", title=gettext_lazy("账号"), cell=lambda b: str(b.officers), order=lambda b: b.officers, number=True),
    ),
    filters=(Filter(key="q", label=gettext_lazy("名称、代码或区划"), narrow=lambda rows, told: [b for b in rows if told in f"{b.name} {b.code} {b.region}"]),),
)  # fmt: skip


@door("desk.open")
def departments(request: HttpRequest) -> HttpResponseBase:
    """Show the departments of a day as a tree, or as a table."""
    if request.GET.get("as") == "list":
        told = {"here": "departments", "back": _("部门"), "back_url": request.path}
        return answer(request, DEPARTMENTS, "workbench/list.html", told)
    on, officers = _day(request.GET), _officers()
    branches = [_branch(node, officers, on) for node in tree(current_policy().departments, on=on)]
    return render(request, "workbench/departments.html", {"here": "departments", "branches": branches, "on": on})


def _branch(node: Node, officers: Mapping[str, int], on: date) -> Branch:
    told = node.department
    active = sum(1 for item in current_policy().items(on=on) if matches(item.id, told.items) and item.stands(on))
    below = [_branch(one, officers, on) for one in node.below]
    return Branch(told.name, told.code, told.region, active, officers.get(told.code, 0), below)


def _reach(right: Right, role: Role) -> Cell:
    """Return what a role may do under an action: how far, to which items, what for."""
    grant = right.grants.get(role)
    if grant is None:
        return Cell("—", small=_("不许"))
    own = {Purpose.SELF: _("本人"), Purpose.OWN: _("本组织")}
    reach = own.get(grant.purpose) or str(_REACH[grant.reach])
    if grant.items is Items.OWN:
        reach = _("%s · 权力清单与岗位内") % reach
    return Cell(reach, small=str(_PURPOSES[grant.purpose]))


def _role(role: Role) -> Column:
    return Column(key=role.value, title=ROLES[role], cell=lambda right: _reach(right, role))


RIGHTS = table(
    name="rights",
    title=gettext_lazy("权限表"),
    action="desk.open",
    order="action",
    page=len(TABLE),
    key=lambda right: right.action,
    source=lambda account, asked: list(TABLE),
    columns=(
        Column(key="action", title=gettext_lazy("操作"), cell=lambda r: Cell(r.en if get_language() == "en" else r.zh, small=r.action), order=TABLE.index),
        *(_role(role) for role in Role),
    ),
    filters=(
        Filter(key="q", label=gettext_lazy("操作"), narrow=lambda rows, told: [r for r in rows if told.lower() in f"{r.action} {r.zh} {r.en}".lower()]),
        Filter(key="role", label=gettext_lazy("角色"), narrow=lambda rows, told: [r for r in rows if Role(told) in r.grants], choices=lambda account: [(role.value, str(ROLES[role])) for role in Role]),
    ),
)  # fmt: skip


@door("desk.open")
def rights(request: HttpRequest) -> HttpResponseBase:
    """Show the table of who may do what: the one the doors themselves read."""
    return answer(request, RIGHTS, "workbench/rights.html", {"here": "rights"})


def _facts(event: Event) -> str:
    return "；".join(f"{name} {value}" for name, value in event.facts.items() if value not in ("", None, [], {}))[:300]


def _actions(account: Account) -> list[tuple[str, str]]:
    return [(action, f"{_(word)}（{action}）") for action, word in trailwords.WORDS.items()]


TRAIL = table(
    name="trail",
    title=gettext_lazy("审计记录"),
    action="audit.read",
    order="-at",
    source=lambda account, asked: queries.trail(visible_to=account),
    columns=(
        Column(key="at", title=gettext_lazy("时间"), cell=lambda e: f"{localtime(e.at):%Y-%m-%d %H:%M:%S}", order="at"),
        Column(key="by", title=gettext_lazy("谁"), cell=lambda e: str(e.by or _("系统"))),
        Column(key="action", title=gettext_lazy("做了什么"), cell=lambda e: Cell(trailwords.told(e).words, small=e.action), order="action"),
        Column(key="about", title=gettext_lazy("对象"), cell=lambda e: trailwords.told(e).about),
        Column(key="facts", title=gettext_lazy("细节"), cell=_facts),
        Column(key="policy", title=gettext_lazy("政策版本"), cell=lambda e: e.policy_digest.removeprefix("sha256:")[:12], code=True),
    ),
    filters=(
        text("q", gettext_lazy("用户名或姓名"), "by__username", "by__display_name"),
        choice("action", gettext_lazy("做了什么"), "action", _actions),
        day_from("since", gettext_lazy("自"), "at__date"),
        day_to("until", gettext_lazy("至"), "at__date"),
    ),
)  # fmt: skip


@door("audit.read")
def trail(request: HttpRequest) -> HttpResponseBase:
    """List what was done, the newest first."""
    return answer(request, TRAIL, "workbench/trail.html", {"here": "trail"})
