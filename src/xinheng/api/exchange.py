"""The door for other nodes: one address, one signed message in, one signed message out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xinheng.api.views import problem
from xinheng.apps.clock import now
from xinheng.apps.exchange import desk
from xinheng.apps.exchange.transport import CONTENT_TYPE
from xinheng.core.exchange.envelope import MOST
from xinheng.core.exchange.refusals import Oversized
from xinheng.core.refusal import Refusal


@csrf_exempt
@require_POST
def exchange(request: HttpRequest) -> HttpResponse | JsonResponse:
    """Answer a message. A message proves by itself who sent it; no session, no cookie, no password."""
    try:
        data = request.read(MOST + 1)  # never more than a message may hold, whatever the sender says its length is
        if len(data) > MOST:
            refusal = Oversized(most=MOST)
            desk.note_refusal(refusal, counterpart=None, head=None, at=now(), size=len(data))
            raise refusal
        return HttpResponse(desk.answer(data, at=now()), content_type=CONTENT_TYPE)
    except Refusal as refusal:
        status = 413 if isinstance(refusal, Oversized) else 403
        return problem(status, refusal.code, "消息未被接受", str(refusal))
