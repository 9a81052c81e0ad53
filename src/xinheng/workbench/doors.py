"""The door before each page of the desk: signed in, with a second factor where the role needs one, and named by the table of rights."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from xinheng.apps.accounts import factors, rights
from xinheng.workbench.refusing import shown

_OTHER_DESKS = ("/news/desk/", "/news/documents/")
View = Callable[..., HttpResponseBase]


def door(action: str) -> Callable[[View], View]:
    """Return the decorator that lets a page be seen only by roles the table gives this action. Objects are the page's own question."""

    def guard(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if factors.is_missing(request.user):
                return redirect("workbench:factor-needed")
            if rights.grant(request.user, action) is None:
                return _closed(request, action)
            return view(request, *args, **kwargs)

        inner.action = action  # type: ignore[attr-defined]  # the tests walk all addresses by it
        return inner

    return guard


def signed_in(view: View) -> View:
    """Let everybody in who is signed in, even without the second factor they still have to set up."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    inner.action = "self.manage"  # type: ignore[attr-defined]
    return inner


def _closed(request: HttpRequest, action: str) -> HttpResponse:
    refusal = shown(rights.NotAllowed(action))
    return render(request, "workbench/refusal.html", {"refusal": refusal, "back": "/workbench/"}, status=403)


def second_factor_first(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the middleware for desks whose pages are not ours (the page editor): no second factor where one is needed, no entry."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        inside = request.path.startswith(_OTHER_DESKS) and request.user.is_authenticated
        if inside and factors.is_missing(request.user):
            return redirect("workbench:factor-needed")
        return get_response(request)

    return middleware
