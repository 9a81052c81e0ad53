"""Headers every page carries: what the browser may load, and that a page with a term is not kept elsewhere."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse


def content_security_policy(*, forms: str = "") -> str:
    """Return what the browser may load. ``forms``: an address besides this site that a form may lead to.

    Everything comes from this site. No inline script or style exists, so none is allowed: injected text stays text.
    """
    parts = urlsplit(forms)
    elsewhere = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            f"form-action 'self'{elsewhere}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


CONTENT_SECURITY_POLICY = content_security_policy()


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that adds the headers to each answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if response.get("Content-Type", "").startswith(("text/html", "application/json", "application/problem+json")):
            # A record's term may end tonight: no copy may outlive it.
            response.headers.setdefault(
                "Cache-Control", "no-store" if request.path.startswith("/workbench/") else "no-cache"
            )
            response.headers.setdefault("X-Robots-Tag", "noarchive")
        return response

    return middleware
