"""The catalogue, for everybody: what may be collected about whom, on which basis, and why an item is not yet active."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import Field, Item, Status, UnknownItem
from xinheng.documents.template import template as write_template
from xinheng.pages import finding_words, words
from xinheng.pages.kept import kept


class CatalogForm(forms.Form):
    """What to show of the catalogue."""

    q = forms.CharField(required=False, max_length=50)
    klass = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = _("名称或编号")
        self.fields["klass"].label = _("类别")
        self.fields["klass"].choices = [("", _("全部")), *((code, _(name)) for code, name in words.CLASSES.items())]
        self.fields["state"].label = _("状态")
        self.fields["state"].choices = [("", _("全部")), ("active", _("启用")), ("inactive", _("未启用"))]


@dataclass(frozen=True, slots=True)
class Line:
    """One item in the list."""

    id: str
    name: str
    url: str
    kinds: str
    sources: str
    frequency: str
    publish: str
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one class."""

    name: str
    items: list[Line]


@kept
def catalog(request: HttpRequest) -> HttpResponse:
    """Show the items by class."""
    items = current_policy().items(on=today())
    form = CatalogForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    return render(
        request,
        "portal/catalog.html",
        {
            "here": "catalog",
            "form": form,
            "total": len(items),
            "active": sum(item.status is Status.ACTIVE for item in items),
            "groups": groups(item for item in items if wanted(item, asked)),
        },
    )


def wanted(item: Item, asked: dict[str, str]) -> bool:
    """Say whether the item answers the filters."""
    text = asked.get("q", "").strip().lower()
    return (
        (not text or text in f"{item.id} {item.zh} {item.en}".lower())
        and asked.get("klass", "") in ("", item.klass)
        and asked.get("state", "") in ("", item.status.value)
    )


def groups(items: Iterable[Item]) -> list[Group]:
    """Return the items as lines, class by class."""
    found: dict[str, list[Line]] = {}
    for item in items:
        found.setdefault(item.klass, []).append(line(item))
    return [Group(words.say(words.CLASSES, klass), lines) for klass, lines in sorted(found.items())]


def line(item: Item) -> Line:
    """Return the item as one line of the list."""
    return Line(
        id=item.id,
        name=words.item_name(item),
        url=reverse("portal:item", args=[item.id]),
        kinds=words.kinds_of(item),
        sources=_("有权部门") if item.sources == ("*",) else _("、").join(item.sources),
        frequency=words.say(words.FREQUENCIES, item.frequency),
        publish=words.say(words.PUBLISH, item.publish),
        active=item.status is Status.ACTIVE,
    )


@kept
def item(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show one item: fields, checks, management and basis."""
    found = find(item_id)
    shown = {
        "id": found.id,
        "name": words.item_name(found),
        "class_name": words.say(words.CLASSES, found.klass),
        "behaviour": found.behaviour,
        "active": found.status is Status.ACTIVE,
        "inactive_because": words.said(found.inactive_because) if found.inactive_because else "",
        "fields": [shown_field(f) for f in found.fields],
        "checks": [shown_check(code) for code in found.checks],
        "attributes": attributes(found),
        "basis": [
            {"text": words.basis_text(b), "certainty": words.say(words.CERTAINTY, b.certainty.value)}
            for b in found.basis
        ],
        "template_url": reverse("portal:template", args=[found.id]) if found.status is Status.ACTIVE else "",
    }
    return render(request, "portal/item.html", {"here": "catalog", "item": shown})


def find(item_id: str) -> Item:
    """Return the item in force today, or answer that there is none."""
    try:
        return current_policy().item(item_id, on=today())
    except UnknownItem:
        raise Http404(_("目录里没有这一项。")) from None


def shown_field(field: Field) -> dict[str, str]:
    """Return one row of the table of fields."""
    kind = words.say(words.TYPES, field.type.value)
    return {
        "name": field.name,
        "zh": field.en if get_language() == "en" and field.en else field.zh,
        "code": field.code or "",
        "type": f"{kind}（{_(field.unit)}）" if field.unit else kind,
        "required": words.say(words.REQUIRED, field.required.value),
        "rule": field.rule,
        "privacy": words.say(words.PRIVACY, field.privacy.value) if field.privacy.value != "public" else "",
    }


def shown_check(code: str) -> dict[str, str]:
    """Return a check by the title people know it under."""
    return {"code": code, "title": finding_words.title(code), "basis": finding_words.basis(code)}


def attributes(item: Item) -> list[tuple[str, str]]:
    """Return how the item is managed, as label and value."""
    deadline = (
        _("%(days)s 个工作日内") % {"days": item.deadline_working_days}
        if item.deadline_working_days is not None
        else "—"
    )
    return [
        (_("主体"), words.kinds_of(item)),
        (_("来源单位"), _("有权部门") if item.sources == ("*",) else _("、").join(item.sources)),
        (_("更新频率"), words.say(words.FREQUENCIES, item.frequency)),
        (_("报送期限"), deadline),
        (_("共享属性"), words.say(words.SHARE, item.share)),
        (_("公开属性"), words.say(words.PUBLISH, item.publish)),
        (_("信息性质"), words.say(words.POLARITY, item.polarity)),
    ]


def template(request: HttpRequest, item_id: str) -> HttpResponseBase:
    """Give an empty workbook to fill in for an active item."""
    found = find(item_id)
    if found.status is not Status.ACTIVE:
        raise Http404(_("这一项还没有启用，没有模板。"))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(found, current_policy(), path, on=today())
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{found.zh}-{_('报送模板')}.xlsx")
