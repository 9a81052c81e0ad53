"""Every refusal has its sentence in English, with no facts in it that there are not."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from django.utils import translation

import xinheng
from xinheng.core.refusal import Refusal

HERE = Path(xinheng.__file__).parent


def every(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from every(below)


def refusals() -> list[type[Refusal]]:
    for path in HERE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "Refusal" in text and "    message = " in text:
            importlib.import_module(".".join(("xinheng", *path.relative_to(HERE).with_suffix("").parts)))
    ours = {kind for kind in every(Refusal) if kind.message and kind.__module__.startswith("xinheng.")}
    return sorted(ours, key=lambda kind: (kind.__module__, kind.__name__))


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_it_is_told_in_english(kind: type[Refusal]) -> None:
    with translation.override("en"):
        told = translation.gettext(kind.message)
    assert not re.search("[一-鿿]", told), told
    assert facts(told) <= facts(kind.message) | {"action"}  # states in Chinese are left out; a right is told by its id
