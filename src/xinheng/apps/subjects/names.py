"""Names of organisations, folded so that width, brackets, spaces, case and traditional characters do not matter; and bigrams."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.resources import files
from operator import add

import polars as pl


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Return traditional character → simplified character, by OpenCC's table.

    Character by character, not by phrases: a table gives both sides of a comparison the same form, whatever stands around.
    """
    text = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if "\t" in line)
    return {one: many.split(" ")[0] for one, many in pairs if one != many.split(" ")[0]}


@lru_cache(maxsize=1)
def _translation() -> dict[int, str]:
    return str.maketrans(simplified())


def fold_column(names: pl.Expr) -> pl.Expr:
    """Return ``fold`` of a whole column: width folded, small letters, simplified characters, letters and digits only."""
    text = names.str.normalize("NFKC").str.to_lowercase()
    kept = text.str.replace_all(r"[^\p{L}\p{N}]", "")
    table = simplified()
    return pl.when(kept == "").then(text).otherwise(kept).str.replace_many(list(table), list(table.values()))


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return the name by which it is compared and found: 深圳市（龍崗）A公司 and 深圳市(龙岗)a 公司 are one.

    The same as ``fold_column``, for one name: what is typed into a search box must not wait for a column to be set up.
    """
    text = unicodedata.normalize("NFKC", name).lower()
    kept = "".join(c for c in text if unicodedata.category(c)[0] in "LN")
    return (kept or text).translate(_translation())


def bigrams(folded: str) -> list[str]:
    """Return each pair of neighbouring characters, in order."""
    return list(map(add, folded, folded[1:])) or [folded]
