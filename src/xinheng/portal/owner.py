"""The door of an organisation's own pages: signed in, acting for one organisation, and named by the table of rights."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinheng.apps.accounts import rights
from xinheng.portal.views.evaluation import Owner, private

View = Callable[..., HttpResponse]


def owner_door(action: str) -> Callable[[View], View]:
    """Return the decorator that gives a page the organisation its reader acts for. No address names an organisation, so none can be tried."""

    def guard(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if rights.own_subject(request.user, action) is None:
                told = {"refusal": rights.NotAllowed(action)}
                return private(render(request, "portal/own/refused.html", told, status=403))
            return view(request, Owner(subject=request.user.subject, account=request.user), *args, **kwargs)

        inner.action = action  # type: ignore[attr-defined]  # the tests walk all addresses by it
        return inner

    return guard
