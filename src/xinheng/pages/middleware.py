"""Headers every page carries: what the browser may load, and that a page with a term is not kept elsewhere."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse


def content_security_policy(*forms: str) -> str:
    """Return what the browser may load. ``forms``: addresses besides this site that a form may lead to; empty ones count nothing.

    Everything comes from this site. No inline script or style exists, so none is allowed: injected text stays text.
    """
    places = (urlsplit(form) for form in forms)
    elsewhere = "".join(dict.fromkeys(f" {place.scheme}://{place.netloc}" for place in places if place.netloc))
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

# The page editor is not ours: it writes styles and scripts into its pages and shows previews in frames. Only under its own path,
# and only who has signed in gets there.
WRITING = "/news/desk/"
WRITING_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware that adds the headers to each answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        writing = request.path.startswith(WRITING)
        response.headers.setdefault("Content-Security-Policy", WRITING_POLICY if writing else CONTENT_SECURITY_POLICY)
        if writing:
            response.headers["X-Frame-Options"] = "SAMEORIGIN"  # its previews
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if response.get("Content-Type", "").startswith(("text/html", "application/json", "application/problem+json")):
            # A record's term may end tonight: no copy may outlive it.
            response.headers.setdefault(
                "Cache-Control", "no-store" if request.path.startswith(("/workbench/", WRITING)) else "no-cache"
            )
            response.headers.setdefault("X-Robots-Tag", "noarchive")
        return response

    return middleware
