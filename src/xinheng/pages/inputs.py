"""Form fields written straight away: a list of a hundred bodies as options needs no template for each of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def _attributes(given: dict[str, Any]) -> str:
    parts = []
    for name, value in given.items():
        if value is True:
            parts.append(f" {name}")
        elif value not in (None, False):
            parts.append(f' {name}="{conditional_escape(value)}"')
    return "".join(parts)


class Select(forms.Select):
    """A list to choose one of."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the element."""
        chosen = "" if value is None else str(value)
        options = "".join(
            f'<option value="{conditional_escape(key)}"{" selected" if str(key) == chosen else ""}>{conditional_escape(label)}</option>'
            for key, label in self.choices
        )
        told = _attributes({"name": name} | self.build_attrs(self.attrs, attrs))
        return mark_safe(f"<select{told}>{options}</select>")  # noqa: S308 — each part escaped


class Day(forms.DateInput):
    """A day."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the element."""
        given = {"type": self.input_type, "name": name, "value": self.format_value(value) or None} | self.build_attrs(
            self.attrs, attrs
        )
        return mark_safe(f"<input{_attributes(given)}>")  # noqa: S308 — each part escaped
