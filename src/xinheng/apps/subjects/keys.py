"""What a name is found by: its beginning without the region, its pinyin initials, its bigrams. Bare names of persons: by nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from xinheng.apps.policy import current_policy
from xinheng.apps.subjects.initials import initials, initials_column
from xinheng.core.identifiers.persons import looks_like_bare_person
from xinheng.core.policy.model import Policy

_FEW = 2000  # names; below it, a column's own patterns cost more to set up than they save
_LONGEST = 40  # characters of a key: who has typed forty has typed enough
_SHORT = {
    "内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "西藏自治区": "西藏", "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆", "香港特别行政区": "香港", "澳门特别行政区": "澳门",
}  # fmt: skip


def regions(policy: Policy) -> list[str]:
    """Return the words names begin with and nobody asks for: provinces and cities long and short, districts, the longest first."""
    found = {"中国", "中华"}
    for entry in policy.codelists["region"].entries if "region" in policy.codelists else ():
        word = entry.label
        if len(word) < 3 or word in ("市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划"):
            continue
        found.add(word)
        if entry.code.endswith("00") and word in _SHORT:
            found.add(_SHORT[word])
        elif entry.code.endswith("00") and word[-1] in "省市":
            found.add(word[:-1])
    return sorted(found, key=len, reverse=True)


@lru_cache(maxsize=4)
def _beginnings(digest: str) -> tuple[str, frozenset[str], int]:
    """Return the regions as a pattern for columns, as a set for one name, and the length of the longest."""
    words = regions(current_policy())
    return f"^(?:{'|'.join(map(re.escape, words))})+", frozenset(words), max(map(len, words))


@lru_cache(maxsize=4096)
def stem(folded: str) -> str:
    """Return a folded name without the regions it begins with; whole where nothing would be left."""
    _, words, longest = _beginnings(current_policy().digest)
    rest = folded
    while (size := next((n for n in range(longest, 1, -1) if rest[:n] in words), 0)) and rest:
        rest = rest[size:]
    return (rest or folded)[:_LONGEST]


def keys(folded: Sequence[str]) -> pl.DataFrame:
    """Return ``stem`` and ``initials`` of folded names.

    Both are null where the name is a person's and nothing more: a trader without a trade name (无字号) is found by code only.
    """
    return _one_by_one(folded) if len(folded) < _FEW else _as_column(folded)


def _one_by_one(folded: Sequence[str]) -> pl.DataFrame:
    stems = map(stem, folded)
    rows = [(None, None) if looks_like_bare_person(text) else (text, initials(text)) for text in stems]
    return pl.DataFrame(rows, schema={"stem": pl.String, "initials": pl.String}, orient="row")


def _as_column(folded: Sequence[str]) -> pl.DataFrame:
    pattern = _beginnings(current_policy().digest)[0]
    table = pl.DataFrame({"folded": folded}, schema={"folded": pl.String})
    rest = pl.col("folded").str.replace(pattern, "")
    table = table.with_columns(
        pl.when(rest == "").then(pl.col("folded")).otherwise(rest).str.slice(0, _LONGEST).alias("stem")
    ).with_columns(initials_column(pl.col("stem")).alias("initials"))
    person = pl.Series([looks_like_bare_person(text) for text in table.get_column("stem")], dtype=pl.Boolean)
    return table.select(pl.when(~person).then(pl.col(name)).alias(name) for name in ("stem", "initials"))
