"""Tables of the desk: shown on a page, taken away at once where they are short, behind the page where they are long."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xinheng.apps.accounts import rights
from xinheng.apps.clock import now
from xinheng.apps.jobs import actions as jobs
from xinheng.pages import tables

AT_ONCE = 2_000  # rows a workbook is written with while the officer waits; more go behind the page
TABLES: dict[str, tables.Table] = {}


def table(**told: Any) -> tables.Table:
    """Make a table and write it into the list a background job finds it by."""
    made = tables.Table(**told)
    TABLES[made.name] = made
    return made


def answer(
    request: HttpRequest, shown: tables.Table, template: str, context: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Answer with the page of a table, or with its rows as a file."""
    wanted = request.GET.get("export", "")
    if wanted in ("csv", "xlsx"):
        rights.require(request.user, shown.action)
        return _taken(request, shown, wanted)
    return render(request, template, {**(context or {}), "table": shown.shown(request, request.user)})


def _taken(request: HttpRequest, shown: tables.Table, wanted: str) -> HttpResponseBase:
    rows, _column, _down = shown.rows(request.user, request.GET)
    columns = list(shown.columns)
    titles = [str(column.title) for column in columns]
    name = f"{shown.title}-{now():%Y%m%d}"
    if wanted == "csv":
        return tables.csv_response(name, titles, tables.rows_of(rows, columns))
    number = rows.count() if hasattr(rows, "query") else len(rows)
    if number > AT_ONCE and shown.name in TABLES:  # a table of one page alone is not found behind it
        return _behind(request, shown, number)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        tables.write_xlsx(path, str(shown.title), titles, tables.rows_of(rows, columns))
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{name}.xlsx"
        )  # open: it outlives its folder


def _behind(request: HttpRequest, shown: tables.Table, number: int) -> HttpResponseBase:
    from xinheng.workbench.tasks import write_export

    asked = {"table": shown.name, "parameters": request.GET.dict(), "language": get_language()}
    job = jobs.begin(account=request.user, kind="export", title=str(shown.title), asked=asked, total=number, at=now())
    write_export.enqueue(job.pk)
    messages.success(request, _("%s 行正在后台写成工作簿，写好后在“通知”里取。") % f"{number:,}")
    return redirect("workbench:notices")
