"""Why a code is not a code: one exception for all identifiers, with a reason a machine can count and a person can read."""

from __future__ import annotations


class Malformed(ValueError):
    """The text is not an identifier of this kind. ``code`` is the specific reason, ``detail`` says what was seen (Chinese)."""

    def __init__(self, code: str, detail: str = "", *, suggestion: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.suggestion = suggestion  # what was perhaps meant; shown to the sender, never applied

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code
