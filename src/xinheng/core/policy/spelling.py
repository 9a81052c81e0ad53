"""When two spellings of a column title are the same title: needed to tell whether one header could mean two fields."""

from __future__ import annotations

import re
import unicodedata

_DROP = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad*＊※]+")
_BRACKETS = str.maketrans({"【": "(", "】": ")", "〔": "(", "〕": ")", "[": "(", "]": ")", "–": "-", "—": "-"})
_CODE = re.compile(r"[a-z][a-z0-9_]*_[a-z0-9_]+", re.IGNORECASE)


def fold_title(title: str) -> str:
    """Fold width, brackets, spaces and case of short codes away, as reading a file does."""
    if title.isascii():
        return title.upper() if _CODE.fullmatch(title) else _DROP.sub("", title.translate(_BRACKETS))
    folded = unicodedata.normalize("NFKC", title).translate(_BRACKETS)
    return _DROP.sub("", folded).rstrip(":;,.、。：")
