"""The one form in which a record is hashed: RFC 8785 canonical JSON of its filled fields, all values text."""

from __future__ import annotations

import polars as pl


def canonical(rows: pl.DataFrame, names: list[str]) -> pl.Series:
    """Return the canonical JSON of each row over these fields; null fields are left out.

    All values are strings, so RFC 8785's rules for numbers never come into play; names are ASCII, so sorting by code point
    is sorting by UTF-16 unit. A quotation mark inside a value is always escaped, so ``"name":null`` can only be structure.
    """
    filled = sorted(name for name in names if name in rows.columns and rows.get_column(name).null_count() < rows.height)
    if not filled:
        return pl.Series("canonical", ["{}"] * rows.height, dtype=pl.String)
    encoded = rows.select(pl.struct(filled).struct.json_encode().alias("canonical")).to_series()
    if all(rows.get_column(name).null_count() == 0 for name in filled):
        return encoded
    return encoded.str.replace_all(r'"[a-z][a-z0-9_]*":null,?', "").str.replace(r",\}$", "}")
