"""The ledger for everybody: how it stands, its files as any reader of C2SP logs expects them, and the page that checks proofs."""

from __future__ import annotations

import base64
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from xinheng import verify_alone
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.queries import status, trust_text

_FOR_EVER = "public, max-age=31536000, immutable"


def ledger(request: HttpRequest) -> HttpResponse:
    """Show how the ledger stands."""
    told = status()
    root = base64.b64encode(bytes.fromhex(told.root)).decode() if told.root else ""
    return render(request, "portal/ledger.html", {"here": "ledger", "ledger": told, "root": root})


def verify(request: HttpRequest) -> HttpResponse:
    """Show the page that checks a proof in the visitor's own browser."""
    return render(request, "portal/verify.html", {"here": "ledger", "trust": trust_text()})


def verifier(request: HttpRequest) -> HttpResponse:
    """Hand out the verifier that runs alone."""
    headers = {"Content-Disposition": 'attachment; filename="verify_alone.py"'}
    data = Path(verify_alone.__file__).read_bytes()
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers=headers)


def checkpoint(request: HttpRequest) -> HttpResponse:
    """Answer with the checkpoint published last; there is always a newer one coming."""
    note = tree_files().published()
    if note is None:
        raise Http404
    return HttpResponse(note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


def trust(request: HttpRequest) -> HttpResponse:
    """Answer with our key and the witnesses'. Who wants to be sure gets them another way as well."""
    return HttpResponse(trust_text(), content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Answer with a tile or an entry bundle. The address allows nothing but the names of tiles."""
    try:
        data = (tree_files().root / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Http404 from None
    return HttpResponse(data, content_type="application/octet-stream", headers={"Cache-Control": _FOR_EVER})
