"""Small ways of writing values on pages."""

import json
import re
from datetime import date
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from xinheng.pages import evaluating

register = template.Library()


@register.filter
def thousands(number: int | None) -> str:
    """Write a number with commas between thousands."""
    return "" if number is None else f"{number:,}"


@register.filter
def engine(name: str) -> str:
    """Write how an evaluation was computed."""
    return evaluating.engine_name(name)


@register.filter
def iso(day: date | None) -> str:
    """Write a day as 2026-11-23."""
    return day.isoformat() if day else ""


@register.filter
def marked(text: str, query: str) -> SafeString:
    """Mark the part of the text that was searched for."""
    before, found, after = text.partition(query.strip()) if query.strip() else (text, "", "")
    middle = f"<mark>{conditional_escape(found)}</mark>" if found else ""
    return mark_safe(f"{conditional_escape(before)}{middle}{conditional_escape(after)}")  # noqa: S308 — each part escaped


@register.filter
def as_json(value: Any) -> str:
    """Write a value as JSON, for an attribute a script reads."""
    return json.dumps(value)


@register.filter
def plain_svg(svg: str) -> SafeString:
    """Return the drawing of an SVG that we made ourselves, without its XML head, to stand in a page."""
    return mark_safe(re.sub(r"^.*?(?=<svg)|<\?xml[^>]*>", "", svg, flags=re.S))  # noqa: S308 — drawn by our own library
