"""The last page anybody wants: a full disk or a lost database told in words, every other fault with its number.

It must work when nothing else does: no database, no session, no frame.
"""

from __future__ import annotations

import logging
import os
import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from xinheng.apps.intake.faults import refusal_for

_log = logging.getLogger("xinheng.fault")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed: 503 where the world failed, 500 where we did."""
    fault = sys.exc_info()[1]
    refusal = refusal_for(fault) if fault is not None else None
    if refusal is not None:
        status, code, title, message = 503, refusal.code, _("暂时不能办理"), str(refusal)
    else:
        number = os.urandom(4).hex()
        _log.error("defect %s is %r at %s", number, fault, request.path)  # Django's own log line carries the trace
        status, code, title = 500, "defect", _("程序出错")
        message = _("程序出现意外错误（编号 %s），本次操作没有完成。请把编号告诉系统管理员。") % number
    if request.path.startswith("/api/"):
        told = {
            "type": f"urn:xinheng:problem:{code}",
            "title": title,
            "status": status,
            "detail": message,
            "code": code,
        }
        return JsonResponse(told, status=status, content_type="application/problem+json")
    page = render_to_string("shared/fault.html", {"title": title, "message": message, "code": code})
    return HttpResponse(page, status=status, headers={"Retry-After": "60"} if refusal is not None else None)
