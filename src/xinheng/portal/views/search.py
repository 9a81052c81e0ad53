"""Looking an organisation up by code or by name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xinheng.pages import reading
from xinheng.pages.paging import decode, pager


def search(request: HttpRequest) -> HttpResponse:
    """Show who matches, and why; a whole code leads straight to its page."""
    query = request.GET.get("q", "").strip()[:100]
    if not query:
        return redirect("portal:home")
    code = reading.as_code(query)
    if code is not None:
        return redirect("portal:subject", code=code)
    if reading.too_short(query):
        refusal = {
            "title": _("请至少输入两个字"),
            "next_step": _("输入名称中连续的两个字，或 18 位统一社会信用代码。自然人的姓名在这里查不到。"),
        }
        return render(request, "portal/search.html", {"query": query, "refusal": refusal}, status=422)
    found = reading.search(query, after=decode(request.GET.get("after", "")))
    turned = pager(request, found.next)
    return render(
        request,
        "portal/search.html",
        {"query": query, "results": found.hits, "more_than_one_page": bool(turned), **turned},
    )


def suggest(request: HttpRequest) -> HttpResponse:
    """Show a few organisations that may be meant, while the query is still being typed."""
    query = request.GET.get("q", "").strip()[:40]
    hits = [] if reading.too_short(query) else [hit for hit in reading.suggestions(query) if hit.url]
    return render(request, "portal/parts/suggestions.html", {"query": query, "hits": hits})
