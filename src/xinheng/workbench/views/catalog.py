"""The catalogue as officers need it: every item, field, rule and basis, generated from policy; editions side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.access.words import matches
from xinheng.core.changes.differing import differences
from xinheng.core.intake.messages import level_of
from xinheng.core.policy.model import Field, Item
from xinheng.pages import finding_words, words
from xinheng.pages.fields import label
from xinheng.pages.tables import Cell, Column, Filter, Table
from xinheng.workbench.doors import door
from xinheng.workbench.duties import own_items
from xinheng.workbench.findings import level_words
from xinheng.workbench.tabling import answer, table


def _rows(account: Account) -> list[Item]:
    policy, on = current_policy(), today()
    return [next((v for v in versions if _holds(v, on)), versions[-1]) for versions in policy.item_versions.values()]


def _holds(item: Item, on: object) -> bool:
    return (item.effective_from is None or item.effective_from <= on) and (
        item.effective_to is None or on < item.effective_to
    )  # type: ignore[operator]


def _state(item: Item) -> Cell:
    if item.effective_from is not None and item.effective_from > today():
        return Cell(_("从 %s 起") % item.effective_from.isoformat())
    return (
        Cell(_("启用"), tone="is-good")
        if item.stands(today())
        else Cell(_("停用"), small=_(item.inactive_because)[:60] if item.inactive_because else "")
    )


def _find(rows: list[Item], told: str) -> list[Item]:
    return [i for i in rows if told.lower() in f"{i.id} {i.zh} {i.en}".lower() or any(told in f.zh for f in i.fields)]


def _mine(account: Account) -> list[tuple[str, str]]:
    return [(account.department.code, _("本部门的"))] if account.department else []


def _of_department(rows: list[Item], code: str) -> list[Item]:
    powers = tuple(power for d in current_policy().departments if d.code == code for power in d.items)
    return [item for item in rows if matches(item.id, powers)]


ITEMS = table(
    name="items",
    title=gettext_lazy("目录"),
    action="desk.open",
    order="class",
    page=120,
    key=lambda item: item.id,
    source=lambda account, asked: _rows(account),
    columns=(
        Column(key="name", title=gettext_lazy("目录项"), cell=lambda i: Cell(words.item_name(i), url=reverse("workbench:item", args=[i.id]), small=i.id), order=lambda i: i.id),
        Column(key="class", title=gettext_lazy("类别"), cell=lambda i: words.say(words.CLASSES, i.klass), order=lambda i: i.klass),
        Column(key="layer", title=gettext_lazy("层级"), cell=lambda i: i.layer, order=lambda i: i.layer),
        Column(key="fields", title=gettext_lazy("字段"), cell=lambda i: str(len(i.fields)), order=lambda i: len(i.fields), number=True),
        Column(key="frequency", title=gettext_lazy("频率"), cell=lambda i: words.say(words.FREQUENCIES, i.frequency), order=lambda i: i.frequency),
        Column(key="publish", title=gettext_lazy("公开属性"), cell=lambda i: words.say(words.PUBLISH, i.publish), order=lambda i: i.publish),
        Column(key="editions", title=gettext_lazy("版本"), cell=lambda i: str(len(current_policy().item_versions[i.id])), order=lambda i: len(current_policy().item_versions[i.id]), number=True),
        Column(key="state", title=gettext_lazy("状态"), cell=_state, order=lambda i: i.stands(today())),
    ),
    filters=(
        Filter(key="q", label=gettext_lazy("名称、编号或列名"), narrow=_find),
        Filter(key="class", label=gettext_lazy("类别"), narrow=lambda rows, told: [i for i in rows if i.klass == told], choices=lambda account: [(k, _(w)) for k, w in words.CLASSES.items()]),
        Filter(key="mine", label=gettext_lazy("部门"), narrow=_of_department, choices=_mine),
    ),
)  # fmt: skip


@door("desk.open")
def items(request: HttpRequest) -> HttpResponseBase:
    """List the catalogue."""
    return answer(request, ITEMS, "workbench/items.html", {"here": "items"})


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of an item, and what it changed."""

    number: int
    begins: str
    ends: str
    now: bool
    differences: list[dict[str, str]]


@door("desk.open")
def item(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """Show one item: attributes, basis, fields, checks, editions with what each changed."""
    versions = current_policy().item_versions.get(item_id)
    if not versions:
        raise Http404(_("目录中没有这一项。"))
    on, asked = today(), request.GET.get("edition", "")
    present = next((n for n, v in enumerate(versions) if _holds(v, on)), len(versions) - 1)
    chosen = int(asked) - 1 if asked.isdecimal() and 0 < int(asked) <= len(versions) else present
    found, account = versions[chosen], request.user
    return answer(
        request,
        fields_of(found),
        "workbench/item.html",
        {
            "here": "items",
            "item": found,
            "name": words.item_name(found),
            "attributes": attributes(found),
            "basis": [(words.basis_text(b), words.say(words.CERTAINTY, b.certainty), b.effective_from, b.effective_to) for b in found.basis],
            "checks": [(code, finding_words.title(code), *level_words(level_of(code))) for code in found.checks],
            "editions": [_edition(versions, n, n == chosen) for n in range(len(versions))],
            "may_propose": rights.may(account, "change.propose", department=account.department, item=item_id),
            "own": item_id in {one.id for one in own_items(account, on)},
        },
    )  # fmt: skip


def attributes(item: Item) -> list[tuple[str, str]]:
    """Return what an item says of itself (《深圳经济特区社会信用条例》第三十四条), in words."""
    days = _("%s 个工作日") % item.deadline_working_days if item.deadline_working_days is not None else ""
    told = [
        (_("编号"), item.id),
        (_("类别"), words.say(words.CLASSES, item.klass)),
        (_("层级"), item.layer),
        (_("适用主体"), words.kinds_of(item)),
        (_("具体行为"), item.behaviour),
        (_("归集来源"), "、".join(item.sources)),
        (_("归集渠道"), item.channel),
        (_("更新频次"), words.say(words.FREQUENCIES, item.frequency)),
        (_("报送时限（工作日）"), days),
        (_("公开属性"), words.say(words.PUBLISH, item.publish)),
        (_("公示规则"), words.say(words.PUBLICATION_KEYS, item.publication_rule)),
        (_("共享属性"), words.say(words.SHARE, item.share)),
        (_("共享范围"), "、".join(item.share_scope)),
        (_("保存期限"), item.retention),
        (_("性质"), words.say(words.POLARITY, item.polarity)),
        (_("存放"), item.storage),
        (_("起算字段"), item.governing),
        (_("一条记录由什么确定"), "、".join(item.identity)),
    ]
    return [(name, value) for name, value in told if value]


def fields_of(item: Item) -> Table:
    """Return the table of an item's fields."""
    place = {field.name: number for number, field in enumerate(item.fields)}

    def privacy(field: Field) -> str:
        return words.say(words.PRIVACY, field.privacy) if words.PRIVACY[field.privacy] else _("公开")

    def limits(field: Field) -> str:
        longest = _("最多 %s 字") % field.max_length if field.max_length else ""
        return _("；").join(filter(None, (field.codelist or "", _(field.unit) if field.unit else "", longest)))

    return Table(
        name="fields",
        title=gettext_lazy("字段"),
        action="desk.open",
        order="title",
        page=len(item.fields) or 1,
        keep=("edition",),
        key=lambda field: field.name,
        source=lambda account, asked: list(item.fields),
        columns=(
            Column(key="title", title=gettext_lazy("列名"), cell=lambda f: Cell(label(f), small=f.name), order=lambda f: place[f.name]),
            Column(key="code", title=gettext_lazy("短代码"), cell=lambda f: f.code or "", order=lambda f: f.code or "", code=True),
            Column(key="type", title=gettext_lazy("类型"), cell=lambda f: words.say(words.TYPES, f.type), order=lambda f: f.type),
            Column(key="required", title=gettext_lazy("填写要求"), cell=lambda f: words.say(words.REQUIRED, f.required), order=lambda f: f.required),
            Column(key="privacy", title=gettext_lazy("隐私级别"), cell=privacy, order=lambda f: f.privacy),
            Column(key="more", title=gettext_lazy("限制"), cell=limits),
            Column(key="aliases", title=gettext_lazy("也认这些列名"), cell=lambda f: "、".join(f.aliases)),
        ),
    )  # fmt: skip


def _edition(versions: tuple[Item, ...], number: int, now: bool) -> Edition:
    here = versions[number]
    told = differences(versions[number - 1], here) if number else ()
    return Edition(
        number + 1,
        here.effective_from.isoformat() if here.effective_from else "",
        here.effective_to.isoformat() if here.effective_to else "",
        now,
        [{"field": d.field, "key": d.key, "before": d.before, "after": d.after} for d in told],
    )
