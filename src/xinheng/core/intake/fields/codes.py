"""Cells that must hold a label of a code list: one of them, or several joined with a semicolon."""

from __future__ import annotations

import polars as pl

from xinheng.core.intake.fields.text import EMPTY_LIKE
from xinheng.core.intake.judged import Judged, of_frame
from xinheng.core.policy.model import CodeList

_SEPARATORS = ";；,，、|\n"
_FOLD = str.maketrans("（）－—：；，　", "()--:;, ")


def _fold(text: str) -> str:
    return text.translate(_FOLD).replace(" ", "").replace("\u200b", "").strip().upper()


class _Index:
    """Spellings of a code list → its label. Longest spelling first, since some labels contain a separator."""

    def __init__(self, codelist: CodeList) -> None:
        self.codelist = codelist
        self.exact = {entry.label: entry.label for entry in codelist.entries}
        self.codes = {entry.code: entry.label for entry in codelist.entries if entry.code}
        self.folded = {_fold(entry.label): entry.label for entry in codelist.entries}
        for entry in codelist.entries:
            for alias in entry.aliases:
                self.folded.setdefault(_fold(alias), entry.label)
        self.longest_first = sorted(self.folded, key=len, reverse=True)

    def one(self, text: str) -> tuple[str | None, str | None, str | None, str | None]:
        """Return (label, reason, warning, repair) of one value."""
        stripped = text.strip().strip(_SEPARATORS)
        if stripped in self.exact:
            if stripped in self.codelist.suffix_labels:
                return None, "code.suffix-missing", None, None
            return stripped, None, None, None if stripped == text else "trimmed"
        if stripped in self.codes:
            return self.codes[stripped], None, None, "code-to-label"
        head, dash, tail = stripped.replace("－", "-").replace("—", "-").replace("_", "-").partition("-")
        if head in self.codelist.suffix_labels:
            tail = tail.strip("- ")
            if dash and tail:
                return f"{head}-{tail}", None, None, None if stripped == f"{head}-{tail}" else "label-folded"
            return None, "code.suffix-missing", None, None
        label = self.folded.get(_fold(stripped))
        if label in self.codelist.suffix_labels:
            return None, "code.suffix-missing", None, None
        if label is not None:
            return label, None, None, "label-folded"
        if self.codelist.closed:
            return None, "code.unknown", None, None
        return stripped, None, "code.unlisted", None

    def several(self, text: str) -> tuple[str | None, str | None, str | None, str | None]:
        """Return the same for a value that may hold several labels; duplicates are dropped, order is kept."""
        found, warning, repair = [], None, None
        for part in self._split(text):
            label, reason, warned, repaired = self.one(part)
            if reason or label is None:
                return None, reason or "code.unknown", None, None
            warning, repair = warning or warned, repair or repaired
            if label not in found:
                found.append(label)
        if not found:
            return None, None, None, "empty-like"
        joined = ";".join(found)
        return joined, None, warning, repair or (None if joined == text else "separator-folded")

    def _split(self, text: str) -> list[str]:
        """Cut at separators, but never inside a known label (没收违法所得、没收非法财物 is one old label)."""
        folded, parts, start, i = text, [], 0, 0
        while i < len(folded):
            if i == start and (whole := self._label_at(folded, i)):
                i += len(whole)
                continue
            if folded[i] in _SEPARATORS:
                parts.append(folded[start:i])
                start = i + 1
            i += 1
        parts.append(folded[start:])
        return [part.strip() for part in parts if part.strip()]

    def _label_at(self, text: str, i: int) -> str | None:
        for label in self.longest_first:
            piece = text[i : i + len(label)]
            if len(label) > 1 and any(s in piece for s in _SEPARATORS) and _fold(piece) == label:
                rest = text[i + len(label) : i + len(label) + 1]
                if rest == "" or rest in _SEPARATORS:
                    return piece
        return None


def judge(values: pl.Series, codelist: CodeList, *, several: bool) -> Judged:
    """Read a column of labels (best given distinct values)."""
    index = _Index(codelist)
    clean = {label for label in index.exact if label not in codelist.suffix_labels}
    if values.is_in(list(clean)).fill_null(True).all():
        return Judged(values)
    rows: list[tuple[str | None, str | None, str | None, str | None]] = []
    for text in values:
        if text is None:
            rows.append((None, None, None, None))
        elif (text.strip() in EMPTY_LIKE and text.strip() not in index.exact) or not text.strip():
            rows.append((None, None, None, "empty-like" if text else None))
        else:
            rows.append(index.several(text) if several else index.one(text))
    names = ("value", "reason", "warning", "repair")
    return of_frame(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
