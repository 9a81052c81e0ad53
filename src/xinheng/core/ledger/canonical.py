"""Canonical JSON (RFC 8785) of what the ledger commits to: text, whole numbers, truth values, null, lists, objects."""

from __future__ import annotations

import json
from typing import Any

_GREATEST = 1 << 53


def canonical(value: Any) -> bytes:
    """Return the one form of a value. Fractions and numbers beyond 2^53 are refused: they have no form all programs share."""
    _require_plain(value)
    # Python escapes exactly what RFC 8785 §3.2.2.2 asks for; only the order of names has to be made: by UTF-16 units.
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    return [_ordered(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _require_plain(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise TypeError("names of an object are text")
            _require_plain(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _require_plain(inner)
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= _GREATEST:
            raise ValueError("a number beyond 2^53 has no canonical form")
    elif value is not None and not isinstance(value, (str, bool)):
        raise TypeError(f"{type(value).__name__} has no canonical form here")
