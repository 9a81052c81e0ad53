"""The machines' door: a key is shown with each call, good for its own department, items and purposes only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from xinheng.api.views import problem
from xinheng.apps.accounts import keys
from xinheng.apps.accounts.rights import NotAllowed
from xinheng.apps.clock import now

View = Callable[..., HttpResponseBase]


def with_key(action: str) -> Callable[[View], View]:
    """Return the decorator that lets a call in by a key that is good for this action; the view finds it as ``request.key``."""

    def guard(view: View) -> View:
        @csrf_exempt  # no cookie is read: what is not in the header does not count
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            scheme, _, text = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not text:
                answer = problem(401, "key.missing", "没有密钥", "请带上 Authorization: Bearer 密钥。")
            else:
                try:
                    request.key = keys.holder_of(text.strip(), action=action, at=now())  # type: ignore[attr-defined]
                except keys.KeyUnknown as refusal:
                    answer = problem(401, refusal.code, "密钥不能用", str(refusal))
                except NotAllowed as refusal:
                    return problem(403, "key.not-for-this", "密钥没有这一用途", str(refusal))
                else:
                    return view(request, *args, **kwargs)
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer

        inner.action = action  # type: ignore[attr-defined]
        return inner

    return guard
