"""Small ways of writing values on pages."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def thousands(number: int | None) -> str:
    """Write a number with commas between thousands."""
    return "" if number is None else f"{number:,}"


@register.filter
def marked(text: str, query: str) -> SafeString:
    """Mark the part of the text that was searched for."""
    before, found, after = text.partition(query.strip()) if query.strip() else (text, "", "")
    middle = f"<mark>{conditional_escape(found)}</mark>" if found else ""
    return mark_safe(f"{conditional_escape(before)}{middle}{conditional_escape(after)}")  # noqa: S308 — each part escaped
