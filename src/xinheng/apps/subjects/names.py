"""Names of organisations, folded so that width, brackets, spaces and case do not matter, and cut into bigrams."""

from __future__ import annotations

from functools import lru_cache
from operator import add

import polars as pl


def fold_column(names: pl.Expr) -> pl.Expr:
    """Return ``fold`` of a whole column: width folded, small letters, letters and digits only."""
    text = names.str.normalize("NFKC").str.to_lowercase()
    kept = text.str.replace_all(r"[^\p{L}\p{N}]", "")
    return pl.when(kept == "").then(text).otherwise(kept)


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return the name by which it is compared and found: 深圳市（南山）A公司 and 深圳市(南山)a 公司 are one."""
    return pl.select(fold_column(pl.lit(name))).item()  # the column's own way: the two cannot differ


def bigrams(folded: str) -> list[str]:
    """Return each pair of neighbouring characters, in order."""
    return list(map(add, folded, folded[1:])) or [folded]
