"""Columns outside the catalogue, for the centre: titles and counts, never cells."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy

from xinheng.pages.tables import Cell, Column, text
from xinheng.workbench import centre
from xinheng.workbench.doors import door
from xinheng.workbench.showing import name_of, url_of
from xinheng.workbench.tabling import answer, table

QUARANTINE = table(
    name="quarantine",
    title=gettext_lazy("目录外的列"),
    action="quarantine.read",
    order="-ref",
    source=lambda account, asked: centre.quarantine(visible_to=account).select_related("submission__department"),
    columns=(
        Column(key="header", title=gettext_lazy("列名"), cell=lambda c: c.header, order="header"),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda c: name_of(c.submission.item), order="submission__item"),
        Column(key="department", title=gettext_lazy("部门"), cell=lambda c: str(c.submission.department), order="submission__department__code"),
        Column(key="ref", title=gettext_lazy("批次"), cell=lambda c: Cell(c.submission.ref, url=url_of(c.submission)), order="submission__pk", code=True),
        Column(key="count", title=gettext_lazy("格数"), cell=lambda c: f"{c.count:,}", order="count", number=True),
    ),
    filters=(text("q", gettext_lazy("列名"), "header"),),
)  # fmt: skip


@door("quarantine.read")
def quarantine(request: HttpRequest) -> HttpResponseBase:
    """List the columns, the newest first."""
    return answer(request, QUARANTINE, "workbench/quarantine.html", {"here": "quarantine"})
