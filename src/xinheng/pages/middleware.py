"""Headers every page carries: what the browser may load, and that a page with a term is not kept elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Everything comes from this site. No inline script or style exists, so none is allowed: injected text stays text.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


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
