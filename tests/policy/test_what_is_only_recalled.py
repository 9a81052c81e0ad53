"""docs/recalled.md names every document that policy cites from memory alone: the page and the data say the same."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def citations(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if "document" in value and "certainty" in value:
            yield value["document"], value["certainty"]
        for part in value.values():
            yield from citations(part)
    elif isinstance(value, list):
        for part in value:
            yield from citations(part)


def by_certainty() -> dict[str, dict[str, set[str]]]:
    """Certainty → document → files that cite it so."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in (ROOT / "policy").rglob("*.toml"):
        for document, certainty in citations(tomllib.loads(path.read_text(encoding="utf-8"))):
            found[certainty][document].add(path.stem)
    return found


def test_the_page_lists_what_is_cited_from_memory():
    page = (ROOT / "docs/recalled.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (.+?) \| `(.+)` \|$", page, re.MULTILINE))
    recalled = {document: "`, `".join(sorted(files)) for document, files in by_certainty()["recalled"].items()}
    assert rows == recalled


def test_a_document_has_one_title_wherever_it_is_cited():
    """Numbers of orders name a document: two titles for one number would be two laws to a reader."""
    titles: dict[str, set[str]] = defaultdict(set)
    for documents in by_certainty().values():
        for document in documents:
            for number in re.findall(r"(?<!\d)(?:令第\d+号|[一-龥]+〔\d{4}〕\d+号)", document):
                titles[number].add(document)
    orders = {number: found for number, found in titles.items() if len(found) > 1}
    # Two ministries may each have an Order 45: only one and the same ministry may not.
    assert {n: t for n, t in orders.items() if "令" not in n} == {}
    assert not {t for found in orders.values() for t in found if "《" in t}
