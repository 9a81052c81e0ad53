"""Lists in force (名录) and pledges (信用承诺): which there are, how many stand on each, and on what basis."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import Status
from xinheng.pages import reading, words
from xinheng.pages.kept import kept
from xinheng.pages.showing import basis_of


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a group."""

    name: str
    url: str
    number: int
    behaviour: str
    organs: str
    basis: str
    active: bool
    inactive_because: str


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one class."""

    title: str
    lines: list[Line]


@kept
def lists(request: HttpRequest) -> HttpResponse:
    """Show the lists organisations may stand on, bad and good, with how many do today."""
    lede = _("依法设立、正在生效的名单与名录。列入和移出都由有权部门决定；移出当日起不再公示。")
    return page(request, ("06", "05", "11"), title=_("名录"), lede=lede, here="lists")


@kept
def pledges(request: HttpRequest) -> HttpResponse:
    """Show what organisations have publicly promised."""
    lede = _("组织向社会或在办事时作出的信用承诺。是否履行由监管部门核查后记入。")
    return page(request, ("08",), title=_("信用承诺"), lede=lede, here="pledges")


def page(request: HttpRequest, classes: tuple[str, ...], *, title: str, lede: str, here: str) -> HttpResponse:
    """Show the public items of these classes of the catalogue."""
    on = today()
    counted = reading.counts(on=on).by_item
    groups = []
    for klass in classes:
        items = [i for i in current_policy().items(on=on) if i.klass == klass and i.publish == "P"]
        lines = [
            Line(
                name=words.item_name(item),
                url=reverse("portal:records", args=[item.id]),
                number=counted.get(item.id, 0),
                behaviour=item.behaviour,
                organs=_("有权部门") if item.sources == ("*",) else _("、").join(item.sources),
                basis=_("；").join(basis_of(item)),
                active=item.status is Status.ACTIVE,
                inactive_because=item.inactive_because or "",
            )
            for item in items
        ]
        groups.append(
            Group(words.say(words.CLASSES, klass), sorted(lines, key=lambda one: (not one.active, -one.number)))
        )
    told = {"here": here, "title": title, "lede": lede, "groups": groups}
    return render(request, "portal/groups.html", told)
