"""How evidence lies in the lake: a few narrow columns of whole numbers, clustered by subject; words are in a code book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from xinheng.core.evaluation.evidence import Evidence
from xinheng.core.evaluation.months import NEVER, day_number
from xinheng.core.evaluation.plan import Case

# Every column is signed and wide enough to be added up: engines that infer narrow types wrap around without a word.
EVIDENCE = pl.Schema(
    {
        "subject": pl.Int64(),
        "code": pl.Int32(),  # kind, level, field and contested: a place in the code book
        "on": pl.Int32(),  # days since 1970-01-01
        "until": pl.Int32(),  # first day it is no longer in force; NEVER where it has no end
        "stops": pl.Int32(),  # first day it may no longer be used
        "value": pl.Int64(),
    }
)
SUBJECTS = pl.Schema(
    {
        "subject": pl.Int64(),
        "kind": pl.String(),
        "division": pl.String(),
        "region": pl.String(),
        "applied": pl.Boolean(),
    }
)
# What the lake keeps besides: when it was known, and of which record.
LAKE = pl.Schema({**EVIDENCE, "since": pl.Int64(), "known_until": pl.Int64(), "record": pl.Int64()})
ORDER = ("subject", "on", "code", "record", "since")
SUBJECT_ROWS = pl.Schema(
    {
        "subject": pl.Int64(),
        "kind": pl.String(),
        "division": pl.String(),
        "region": pl.String(),
        "size": pl.String(),
        "since": pl.Int64(),
        "known_until": pl.Int64(),
    }
)
Word = tuple[str, str, str, bool]  # kind, level, field, contested


@dataclass(frozen=True, slots=True)
class CodeBook:
    """What each code means. A code once given keeps its meaning; new words are added at the end."""

    words: tuple[Word, ...] = ()

    def codes(self) -> Mapping[Word, int]:
        """Return word → code."""
        return {word: code for code, word in enumerate(self.words)}

    def extended(self, words: Iterable[Word]) -> CodeBook:
        """Return a book that knows these words, too."""
        known = set(self.words)
        return CodeBook((*self.words, *sorted(set(words) - known)))

    def meant_by(self, case: Case) -> list[int]:
        """Return the codes a case speaks of."""
        return [code for code, word in enumerate(self.words) if case.speaks_of(*word)]


def word_of(one: Evidence) -> Word:
    """Return the word of a piece of evidence."""
    return one.kind, one.level, one.domain, one.contested


def frame_of(evidence: Iterable[tuple[int, Evidence]], book: CodeBook) -> pl.DataFrame:
    """Return evidence as it lies in the lake: (subject, evidence) pairs in, rows sorted by subject and day out."""
    codes = book.codes()
    rows = [
        (
            subject,
            codes[word_of(one)],
            day_number(one.on),
            NEVER if one.until is None else day_number(one.until),
            NEVER if one.stops is None else day_number(one.stops),
            one.value,
        )
        for subject, one in evidence
    ]
    return pl.DataFrame(rows, schema=EVIDENCE, orient="row").sort("subject", "on", "code", "until", "stops", "value")
