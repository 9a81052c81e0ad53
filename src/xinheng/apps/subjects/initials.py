"""Pinyin initials of names (拼音首字母): 海川智造 is found by hczz. Whole columns, by pypinyin's own tables."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import polars as pl


@lru_cache(maxsize=1)
def _table() -> tuple[list[str], list[str]]:
    """Return what is replaced by what: first the words read otherwise than their characters alone (银行, 重庆), then characters."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    single = {chr(c): _letter(told.split(",")[0]) for c, told in PINYIN_DICT.items() if 0x4E00 <= c <= 0x9FFF}
    words = {}
    for word, told in PHRASES_DICT.items():
        letters = "".join(_letter(reading[0]) for reading in told)
        # Idioms of four characters stand in no firm's name; three thousand patterns fewer.
        if 2 <= len(word) <= 3 and len(letters) == len(word) and letters != "".join(single.get(c, c) for c in word):
            words[word] = letters
    found = dict(sorted(words.items(), key=lambda pair: -len(pair[0]))) | single
    return list(found), list(found.values())


def _letter(syllable: str) -> str:
    return unicodedata.normalize("NFD", syllable)[0].lower()


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    return dict(zip(*_table(), strict=True))


def initials(folded: str) -> str:
    """Return the initials of one folded name: at each place the longest word first, as ``initials_column`` does."""
    letters, found, place = _letters(), [], 0
    while place < len(folded):
        for size in (3, 2, 1):
            part = folded[place : place + size]
            if part in letters:
                found.append(letters[part])
                break
        else:
            part = folded[place]
            found.append(part)
        place += len(part)
    return "".join(found)


def initials_column(folded: pl.Expr) -> pl.Expr:
    """Return the initials of each folded name; Latin letters and digits stay as they are."""
    return folded.str.replace_many(*_table(), leftmost=True)
