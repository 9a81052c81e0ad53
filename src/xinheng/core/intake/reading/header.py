"""Where is the header row, and what are the columns called? Titles above it and group names over it are told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from xinheng.core.intake.reading.limits import HEAD_RECORDS
from xinheng.core.intake.table import ROW

Row = Sequence[str | None]
Score = Callable[[tuple[str, ...]], int]
KnownHeaders = frozenset[str] | Score

RESERVED = (ROW, "__beyond", "__at")  # columns the readers add themselves

_MARKS = re.compile(
    r"[(\[【〔]\s*(?:必填|选填|必填项|可选|非必填|条件必填|必录|required|optional)\s*[)\]】〕]", re.IGNORECASE
)
_DROP = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad*＊※]+")
_BRACKETS = str.maketrans(
    {"【": "(", "】": ")", "〔": "(", "〕": ")", "[": "(", "]": ")", "{": "(", "}": ")", "–": "-", "—": "-", "_": "_"}
)
_CODE = re.compile(r"[a-z][a-z0-9_]*_[a-z0-9_]+", re.IGNORECASE)


def fold_header(text: str) -> str:
    """Return the form in which two spellings of one title are equal.

    Width, brackets, spaces, line breaks, marks for required fields and a trailing colon are folded away; a short code
    (cf_wsh) is upper-cased, so that the national table's codes match however they were typed.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    folded = _DROP.sub("", _MARKS.sub("", folded)).rstrip(":;,.、。：")
    return folded.upper() if folded.isascii() and _CODE.fullmatch(folded) else folded


def scorer(known: KnownHeaders) -> Score:
    """Return how many titles of a folded row the catalogue knows."""
    if callable(known):
        return known
    words = known
    return lambda titles: sum(title in words for title in titles)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderAt:
    """A header found among the first records of a sheet; positions count from 0."""

    first: int  # first header record
    last: int  # last header record: data begins below it
    titles: tuple[str, ...]  # unique; "" only where a column has no title
    score: int  # titles the catalogue knows
    repeated: tuple[int, ...] = ()  # records below that only repeat the header in another spelling


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def _folded(row: Row) -> tuple[str, ...]:
    return tuple(fold_header(cell) if cell else "" for cell in row)


def _score(row: Row, score: Score) -> int:
    # Each title counts once, and a long cell is a sentence, not a title.
    return score(tuple(dict.fromkeys(t for t in _folded(row) if t and len(t) <= 60)))


def _joined(upper: Row, lower: Row, score: Score) -> list[str]:
    """Titles of a two-row header: the lower name, with its group's name before it only where that is needed."""
    width = max(len(upper), len(lower))
    above = [(upper[i] if i < len(upper) else None) or "" for i in range(width)]
    below = [(lower[i] if i < len(lower) else None) or "" for i in range(width)]
    groups, group = [], ""
    for over, under in zip(above, below, strict=True):
        # A merged group name stands in its first cell only; it reaches as far as names stand under it.
        group = over or (group if under else "")
        groups.append(group)
    counts: dict[str, int] = {}
    for name in below:
        counts[fold_header(name)] = counts.get(fold_header(name), 0) + 1
    titles = []
    for over, group, under in zip(above, groups, below, strict=True):
        if not under:
            titles.append(over)
            continue
        known = score((fold_header(under),)) > 0
        if group and group != under and (not known or counts[fold_header(under)] > 1):
            options = (f"{group}-{under}", f"{group}{under}", f"{group}({under})")
            better = next((o for o in options if score((fold_header(o),))), None)
            titles.append(better or (options[0] if counts[fold_header(under)] > 1 else under))
        else:
            titles.append(under)
    return titles


def _two_rows(upper: Row, lower: Row, score: Score) -> bool:
    """Say whether two rows share one header out: what one leaves blank the other names, and no known title is under another."""
    pairs = [((over or "").strip(), (under or "").strip()) for over, under in zip_longest(upper, lower)]
    blank_above = any(under and not over for over, under in pairs)
    blank_below = any(over and not under for over, under in pairs)
    stacked = any(over and under and score((fold_header(over),)) for over, under in pairs)
    return blank_above and blank_below and not stacked


def unique(titles: Sequence[str]) -> tuple[str, ...]:
    """Make titles unique with " (2)"; a column without one is called by its number."""
    seen: dict[str, int] = dict.fromkeys(RESERVED, 1)
    taken = {title for title in titles if title}
    result = []
    for number, raw in enumerate(titles, start=1):
        title = raw or f"第{number}列（无标题）"
        count = seen.get(title, 0) + 1
        seen[title] = count
        name = title
        while count > 1 and (name := f"{title} ({count})") in taken:
            count += 1
        if name != title:
            seen[title] = count
            taken.add(name)
        result.append(name)
    return tuple(result)


def clean_title(cell: str | None) -> str:
    """A title as one line, trimmed, otherwise as the sender wrote it."""
    return " ".join(cell.split()) if cell else ""


def find_header(rows: Sequence[Row], known: KnownHeaders) -> HeaderAt | None:
    """Find the header among the first records, or ``None`` where there is not one filled cell."""
    score = scorer(known)
    head = rows[:HEAD_RECORDS]
    scores = [_score(row, score) for row in head]
    best = max(range(len(head)), key=lambda i: (scores[i], -i), default=None)
    if best is None or not any(_filled(row) for row in head):
        return None
    if scores[best] < min(2, _filled(head[best])) or scores[best] == 0:
        widest = max(_filled(row) for row in head)
        # Nothing is known: the first row that is not a title line. A row of one cell is a title unless all are.
        best = next(i for i, row in enumerate(head) if _filled(row) > min(1, widest - 1) and _filled(row) * 2 >= widest)
        return HeaderAt(
            first=best, last=best, titles=_trimmed([clean_title(c) for c in head[best]]), score=scores[best]
        )
    first = last = best
    titles = [clean_title(cell) for cell in head[best]]
    found = scores[best]
    for upper, lower in ((best - 1, best), (best, best + 1)):
        if upper < 0 or lower >= len(head) or min(_filled(head[upper]), _filled(head[lower])) < 2:
            continue
        both = [clean_title(t) for t in _joined(head[upper], head[lower], score)]
        total = _score(both, score)
        if total > found or (total == found and _two_rows(head[upper], head[lower], score)):
            first, last, titles, found = upper, lower, both, total
    repeated = []
    for index in range(last + 1, min(last + 4, len(head))):
        if scores[index] >= 2 and scores[index] * 2 >= _filled(head[index]):
            repeated.append(index)
    return HeaderAt(first=first, last=last, titles=_trimmed(titles), score=found, repeated=tuple(repeated))


def _trimmed(titles: list[str]) -> tuple[str, ...]:
    while titles and not titles[-1]:
        titles.pop()
    return unique(titles)
