"""What is on a page with a term must be gone when the term ends: from search engines and from every copy on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from email.utils import format_datetime

from django.http import HttpResponse
from django.utils.timezone import get_current_timezone


def with_terms(response: HttpResponse, ends: Iterable[date | None]) -> HttpResponse:
    """Tell robots and caches about the last days of what a page shows; the earliest counts.

    Nothing with a term is indexed. No copy is used without asking again: a repair or a withdrawal may end it any minute.
    """
    earliest = min((day for day in ends if day), default=None)
    response.headers["Cache-Control"] = "no-cache"
    if earliest is None:
        response.headers["X-Robots-Tag"] = "noarchive"
    else:
        last = datetime.combine(earliest, time(23, 59, 59), get_current_timezone())
        response.headers["X-Robots-Tag"] = f"noindex, noarchive, nosnippet, unavailable_after: {format_datetime(last)}"
    return response
