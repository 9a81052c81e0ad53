"""The one form in which both sides write a statement down before comparing it. Published in docs/formats/reconciliation.md.

Version ``xinheng-canonical-1``. It starts from what a statement says field by field, in the normal forms of the catalogue
(dates 2026-04-01, plain decimals in the field's unit, labels of code lists), and takes away what two honest systems may spell
differently: width of characters, white space at the ends, the order of labels in a set, empty fields, the order of fields.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import orjson
import polars as pl

from xinheng.core.policy.model import FieldType, Item, Privacy

VERSION = "xinheng-canonical-1"

# White space as Unicode defines it; Python's own idea of it holds four control characters more.
_SPACES = " \t\n\x0b\x0c\r\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
# Almost all text is made of these: ASCII, Chinese characters and their punctuation, and the full-width forms of ASCII, which
# fold one to one. Such rows are folded by one pass over the whole text; all others take the slow road.
_PLAIN = r"[^ -~\u{b7}\u{2014}-\u{2016}\u{2018}\u{2019}\u{201c}\u{201d}\u{3000}-\u{3003}\u{3005}-\u{3029}\u{4e00}-\u{9fff}\u{ff01}\u{ff03}-\u{ff3b}\u{ff3d}-\u{ff5e}]"
_WIDE = ["\u3000", *(chr(i) for i in range(0xFF01, 0xFF5F) if chr(i) not in "＂＼")]
_NARROW = [unicodedata.normalize("NFKC", wide) for wide in _WIDE]
# What must be taken apart field by field: forms that fold into JSON's own signs, a mark after an escape, space at an end.
_RISKY = r'""|[\u{ff02}\u{ff3c}\u{fe68}]|\\.\p{M}|"(?:\s|\\[a-z])|(?:\s|\\[a-z])"|[^\S ]|\\r|\\u00'
_SPACE_AT_END = r'"\s|\s"'


@dataclass(frozen=True, slots=True)
class Form:
    """Which fields of an item are compared. Personal ones are, only where a grant lets them travel; sealed ones never."""

    item: str
    left_out: frozenset[str]
    sets: frozenset[str]

    @classmethod
    def of(cls, item: Item, *, granted: frozenset[str] = frozenset()) -> Form:
        """Return the form of an item. ``granted``: names of personal fields that may travel."""
        closed = {f.name for f in item.fields if f.privacy is Privacy.SEALED}
        personal = {f.name for f in item.fields if f.privacy is Privacy.PERSONAL and f.name not in granted}
        return cls(
            item.id,
            frozenset(closed | personal),
            frozenset(f.name for f in item.fields if f.type is FieldType.SET),
        )


def folded(value: str) -> str:
    """Return a value in NFKC, line breaks as one sign, nothing but text at its ends."""
    return unicodedata.normalize("NFKC", value).replace("\r\n", "\n").replace("\r", "\n").strip(_SPACES)


def content(fields: Mapping[str, str | None], form: Form) -> dict[str, str]:
    """Return what is compared of a statement: field name → value, without empty fields and those left out."""
    told = {}
    for name, value in fields.items():
        if name in form.left_out or value is None:
            continue
        text = folded(value)
        if name in form.sets:
            text = ";".join(sorted({folded(part) for part in text.split(";")} - {""}))
        if text:
            told[name] = text
    return told


def canonical_text(fields: Mapping[str, str | None], form: Form) -> str:
    """Return the canonical form: RFC 8785 JSON of ``content``. All values are text, all names ASCII: sorted by code point."""
    return orjson.dumps(content(fields, form), option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> bytes:
    """Return SHA-256 of a canonical form."""
    return sha256(text.encode()).digest()


def canonical_column(stored: pl.Series, form: Form) -> pl.Series:
    """Return the canonical form of a column of JSON objects, as the register holds them; equal to ``canonical_text`` of each."""
    text = stored
    for name in sorted(form.left_out):
        if text.str.contains(f'"{name}":', literal=True).any():
            text = text.str.replace_all(rf'"{name}":"(?:[^"\\]|\\.)*",?', "")
    if (cut := text.str.ends_with(",}")).any():  # what went was the last field
        text = text.scatter(at := cut.arg_true(), text.gather(at).str.strip_suffix(",}") + "}")
    text = _with_sets_in_order(text, form)
    odd = text.str.contains(_PLAIN)
    risky = text.str.contains(_RISKY)
    plain = text.str.replace_many(_WIDE, _NARROW)
    if odd.any():
        whole = text.gather(at := odd.arg_true()).str.normalize("NFKC")
        plain = plain.scatter(at, whole)
        # Some characters fold into a space and a mark: what was text at an end is then a space.
        risky = risky.scatter(at, risky.gather(at) | whole.str.contains(_SPACE_AT_END))
    if risky.any():
        at = risky.arg_true()
        slow = [canonical_text(orjson.loads(row), form) for row in text.gather(at).to_list()]
        plain = plain.scatter(at, pl.Series(slow, dtype=pl.String))
    return plain.alias("canonical")


def _with_sets_in_order(text: pl.Series, form: Form) -> pl.Series:
    """Return the rows with the labels of each set in order. There are few different sets: each is put right once."""
    for name in form.sets:
        value = text.str.extract(rf'"{name}":"((?:[^"\\]|\\.)*)"', 1)
        several = value.unique().drop_nulls()
        several = several.filter(several.str.contains(";", literal=True))
        right = {one: _in_order(one) for one in several.to_list()}
        wrong = {f'"{name}":"{one}"': f'"{name}":"{good}"' for one, good in right.items() if one != good}
        if wrong:
            at = value.is_in([one for one, good in right.items() if one != good]).fill_null(False).arg_true()
            text = text.scatter(at, text.gather(at).str.replace_many(list(wrong), list(wrong.values())))
    return text


@lru_cache(maxsize=4096)
def _in_order(encoded: str) -> str:
    """Return a set in order, encoded for JSON as it came."""
    parts = {folded(part) for part in orjson.loads(f'"{encoded}"').split(";")} - {""}
    return orjson.dumps(";".join(sorted(parts))).decode()[1:-1]


def digests(texts: pl.Series) -> list[bytes]:
    """Return SHA-256 of each canonical form."""
    return [sha256(text).digest() for text in texts.cast(pl.Binary).to_list()]
