"""Rows of the lake from the register, for some organisations at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl
from django.db.models import QuerySet

from xinheng.apps.evaluation import reading
from xinheng.apps.policy import current_policy
from xinheng.apps.subjects.models import ORGANISATIONS, Subject
from xinheng.core.evaluation.columns import LAKE, ORDER, SUBJECT_ROWS, Word, word_of
from xinheng.core.evaluation.extracting import extractor_of
from xinheng.core.evaluation.knowledge import FOREVER, Attributes, Known, attributes_of, evidence_of, micros
from xinheng.core.evaluation.months import NEVER, day_number


@dataclass
class Codes:
    """Gives out codes as words are met; a code once given keeps its meaning."""

    words: list[Word] = field(default_factory=list)
    known: dict[Word, int] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Iterable[Word]) -> Codes:
        """Begin with the words of a lake."""
        told = list(words)
        return cls(told, {word: code for code, word in enumerate(told)})

    def code(self, word: Word) -> int:
        """Return the code of a word."""
        code = self.known.get(word)
        if code is None:
            code = self.known[word] = len(self.words)
            self.words.append(word)
        return code


@dataclass(slots=True)
class Rows:
    """Evidence and attributes of some organisations."""

    evidence: pl.DataFrame
    subjects: pl.DataFrame

    @property
    def latest(self) -> int:
        """Return the last instant at which any of it began or ceased to be known."""
        moments = [0]
        for frame in (self.evidence, self.subjects):
            ended = frame.get_column("known_until").filter(frame.get_column("known_until") < FOREVER)
            moments += [n for n in (frame.get_column("since").max(), ended.max()) if isinstance(n, int)]
        return max(moments)


def rows_of(subjects: QuerySet[Subject], codes: Codes) -> Rows:
    """Return everything the lake holds about these organisations."""
    # The database refuses persons as subjects; asked again here, so that no other way in could bring one into the lake.
    kinds = dict(subjects.filter(kind__in=("", *ORGANISATIONS)).values_list("pk", "kind"))
    extractor = extractor_of(current_policy())
    found = reading.lives(subjects)
    begun = reading.first_known(subjects)
    evidence: list[tuple[int, ...]] = []
    about: list[tuple[int | str, ...]] = []
    for subject, kind in kinds.items():
        lives = found.get(subject, {})
        evidence += [_row(subject, known, codes) for known in evidence_of(subject, lives, extractor)]
        attributes = attributes_of(subject, lives, reading.REGISTRATIONS)
        first = micros(begun[subject]) if subject in begun else None
        about += [(subject, kind or "E", *row) for row in _attributes(attributes, first)]
    return Rows(
        pl.DataFrame(evidence, schema=LAKE, orient="row").sort(ORDER),
        pl.DataFrame(about, schema=SUBJECT_ROWS, orient="row").sort("subject", "since"),
    )


def _row(subject: int, known: Known, codes: Codes) -> tuple[int, ...]:
    one = known.evidence
    return (
        subject,
        codes.code(word_of(one)),
        day_number(one.on),
        NEVER if one.until is None else day_number(one.until),
        NEVER if one.stops is None else day_number(one.stops),
        one.value,
        known.since,
        known.until,
        one.record,
    )


def _attributes(told: list[Attributes], first: int | None) -> list[tuple[str | int, ...]]:
    """Return the attributes over time; before its registration was told an organisation is known, but nothing of it."""
    rows: list[tuple[str | int, ...]] = [(a.division, a.region, a.size, a.since, a.until) for a in told]
    begins = told[0].since if told else FOREVER
    if first is not None and first < begins:
        rows.insert(0, ("", "", "", first, begins))
    if told and told[-1].until < FOREVER:  # its registration was withdrawn
        rows.append(("", "", "", told[-1].until, FOREVER))
    # Nothing tells of it any more: it stays as one never known, so that a later part takes the place of an earlier one.
    return rows or [("", "", "", FOREVER, FOREVER)]
