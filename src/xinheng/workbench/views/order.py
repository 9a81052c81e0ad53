"""How this place is ordered: the departments as a tree, the table of who may do what, and the trail of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xinheng.apps.accounts import queries
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event
from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.access.table import TABLE
from xinheng.core.access.tree import Node, tree
from xinheng.core.access.words import Items, Purpose, Reach, Role, matches
from xinheng.pages.tables import Cell, Column, choice, day_from, day_to, text
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


@door("desk.open")
def departments(request: HttpRequest) -> HttpResponse:
    """Show the departments of a day as a tree."""
    asked = request.GET.get("on", "")
    try:
        on = date.fromisoformat(asked) if asked else today()
    except ValueError:
        on = today()
    officers: dict[str, int] = {}
    for code in Account.objects.filter(is_active=True, department__isnull=False).values_list(
        "department__code", flat=True
    ):
        officers[code] = officers.get(code, 0) + 1
    branches = [_branch(node, officers, on) for node in tree(current_policy().departments, on=on)]
    return render(request, "workbench/departments.html", {"here": "departments", "branches": branches, "on": on})


def _branch(node: Node, officers: dict[str, int], on: date) -> Branch:
    told = node.department
    active = sum(1 for item in current_policy().items(on=on) if matches(item.id, told.items) and item.stands(on))
    below = [_branch(one, officers, on) for one in node.below]
    return Branch(told.name, told.code, told.region, active, officers.get(told.code, 0), below)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One row of the table of rights on its page."""

    action: str
    words: str
    cells: list[tuple[str, str, str]]  # role, reach and items, purpose


@door("desk.open")
def rights(request: HttpRequest) -> HttpResponse:
    """Show the table of who may do what: the one the doors themselves read."""
    english = get_language() == "en"
    rows = []
    for right in TABLE:
        cells = []
        for role in Role:
            grant = right.grants.get(role)
            reach = str(_REACH[grant.reach]) if grant else ""
            if grant and grant.purpose is Purpose.SELF:
                reach = _("本人")
            if grant and grant.purpose is Purpose.OWN:
                reach = _("本组织")
            if grant and grant.items is Items.OWN:
                reach = _("%s · 权力清单与岗位内") % reach
            cells.append((str(ROLES[role]), reach, str(_PURPOSES[grant.purpose]) if grant else ""))
        rows.append(Allowed(right.action, right.en if english else right.zh, cells))
    roles = [str(ROLES[role]) for role in Role]
    return render(request, "workbench/rights.html", {"here": "rights", "rows": rows, "roles": roles})


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
