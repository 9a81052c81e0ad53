"""Lists: the two the law asks for (双公示), and those of every public item, filtered by organ, district and period."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.publication.answers import Answer
from xinheng.pages import reading, words
from xinheng.pages.inputs import Day, Select
from xinheng.pages.kept import kept
from xinheng.pages.paging import decode, pager
from xinheng.pages.showing import basis_of, shown
from xinheng.pages.terms import with_terms
from xinheng.portal.views.answer import answer

PAGE = 30


class ListForm(forms.Form):
    """Which records to list."""

    organ = forms.ChoiceField(required=False, widget=Select)
    region = forms.ChoiceField(required=False, widget=Select)
    seat = forms.ChoiceField(required=False, widget=Select)
    since = forms.DateField(required=False, widget=Day)
    until = forms.DateField(required=False, widget=Day)

    def __init__(self, *args: Any, item: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organ"].label = _("作出单位")
        self.fields["organ"].choices = [("", _("全部")), *deciding_bodies(item, current_policy().digest)]
        self.fields["region"].label = _("区")
        self.fields["region"].choices = [("", _("全部")), *reading.regions()]
        self.fields["seat"].label = _("作出单位所在区")
        self.fields["seat"].choices = [("", _("全部")), *sorted(reading.seats().items())]
        self.fields["since"].label = _("决定日期自")
        self.fields["until"].label = _("决定日期至")
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = _("日期请写成 2026-11-23 这样。")


@lru_cache(maxsize=500)
def deciding_bodies(item: str, policy: str) -> list[tuple[str, str]]:
    """Return the bodies that may decide under an item, as code and name; ``policy``: digest of the one in force."""
    family = f"{item.split('.')[0]}.*"
    return [(d.code, d.name) for d in current_policy().departments if {"*", item, family} & set(d.items)]


@kept
def licences(request: HttpRequest) -> HttpResponse:
    """List licences."""
    lede = _("有效期内的行政许可决定，按决定日期由近到远。许可到期后不再列出。")
    return listing(request, reading.LICENCE, title=_("行政许可公示"), lede=lede, here="licences")


@kept
def penalties(request: HttpRequest) -> HttpResponse:
    """List penalties."""
    lede = _("公示期内的行政处罚决定，按决定日期由近到远。公示期满或已修复的不再列出；轻微的原则上不公示。")
    return listing(request, reading.PENALTY, title=_("行政处罚公示"), lede=lede, here="penalties")


@kept
def of_item(request: HttpRequest, item_id: str) -> HttpResponse:
    """List the public records of any item of the catalogue: what a number on the statistics page leads to."""
    item = reading.item(item_id)
    if item is None:
        raise Http404(_("目录里没有这一项。"))
    if item.publish != "P":
        return answer(request, Answer.NOT_PUBLIC, about=words.item_name(item))
    if item_id in (reading.LICENCE, reading.PENALTY):
        return redirect(
            f"{reverse('portal:licences' if item_id == reading.LICENCE else 'portal:penalties')}?{request.GET.urlencode()}"
        )
    here = {"05": "lists", "06": "lists", "11": "lists", "08": "pledges"}.get(item.klass, "statistics")
    lede = _("公示中的记录，按决定日期由近到远。期满、移出或已修复的不再列出。")
    return listing(request, item_id, title=words.item_name(item), lede=lede, here=here, basis=basis_of(item))


def listing(
    request: HttpRequest, item: str, *, title: str, lede: str, here: str, basis: list[str] | None = None
) -> HttpResponse:
    """Show one page of a list."""
    form, on = ListForm(request.GET, item=item), today()
    asked = form.cleaned_data if form.is_valid() else {}
    found = reading.listing(
        item,
        on=on,
        size=PAGE,
        after=decode(request.GET.get("after", "")),
        organ=asked.get("organ") or None,
        region=asked.get("region") or None,
        seat=asked.get("seat") or None,
        since=asked.get("since"),
        until=asked.get("until"),
    )
    response = render(
        request,
        "portal/list.html",
        {
            "here": here,
            "title": title,
            "lede": lede,
            "basis": basis or [],
            "item_id": item,
            "form": form,
            "caption": _("每页 %s 条，按决定日期由近到远") % PAGE,
            "records": [shown(held, on=on) for held in found.records],
            **pager(request, found.next),
        },
    )
    return with_terms(response, [held.publication.until for held in found.records])
