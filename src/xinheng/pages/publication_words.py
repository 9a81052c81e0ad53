"""Until when a record is shown and why not, in the reader's language; the API answers in the Chinese of ``core.publication``."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import get_language, gettext_noop, ngettext

from xinheng.core.calendar.months import Period
from xinheng.core.publication import sentences
from xinheng.pages.words import said as _

# As ``sentences.why_shown`` writes them.
SHOWN = (
    gettext_noop("持续公示，直至该状态终止。依据：{basis}。"),
    gettext_noop("公示至{until}（最长公示{term}，自首次公示之日起算；到期当日终了自动停止）。依据：{basis}。"),
    gettext_noop("公示至{until}（最长公示{term}，自决定之日起算；到期当日终了自动停止）。依据：{basis}。"),
    gettext_noop("公示至{until}（到期当日终了自动停止）。依据：{basis}。"),
)
_GAP = re.compile(r"\\\{(\w+)\\\}")
_PATTERNS = [(text, re.compile(_GAP.sub(r"(?P<\1>.+)", re.escape(text)))) for text in SHOWN]
_DAY = re.compile(r"(\d+)年(\d+)月(\d+)日")
_TERM = re.compile(r"(?:(\d+)年)?(?:(\d+)个月)?零?(?:(\d+)日)?")


def why(stored: str) -> str:
    """Return why a record is shown, or is not, in the reader's language."""
    if get_language() == "zh-hans":
        return stored
    for text, pattern in _PATTERNS:
        if found := pattern.fullmatch(stored):
            parts = found.groupdict()
            if "until" in parts:
                parts["until"] = _day(parts["until"])
            if "term" in parts:
                years, months, days = (int(n or 0) for n in _TERM.fullmatch(parts["term"]).groups())  # type: ignore[union-attr]
                parts["term"] = term(Period(years * 12 + months, days))
            return _(text).format(**parts)
    return _(stored)


def reasons() -> list[str]:
    """Return every reason not to show a record that a reader may meet."""
    left_out = ("superseded", "not-yet")
    return [_(text) for code, text in sentences.REASONS.items() if code not in left_out]


def term(period: Period | None) -> str:
    """Return a term as the reader says it; nothing for none."""
    if period is None:
        return ""
    months, days = period.months, period.days
    if months and months % 12 == 0 and not days:
        return ngettext("%d年", "%d年", months // 12) % (months // 12)
    parts = [ngettext("%d个月", "%d个月", months) % months] if months else []
    if days:
        parts.append(ngettext("%d日", "%d日", days) % days)
    return _("零").join(parts)


def _day(text: str) -> str:
    year, month, day = (int(n) for n in _DAY.fullmatch(text).groups())  # type: ignore[union-attr]
    return date(year, month, day).isoformat() if get_language() == "en" else text
