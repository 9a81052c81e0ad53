"""What a page rests on: the organisations, records, lists it told of. It stands for as long as none of them has changed.

While a page is made, the questions it asks note what they were about. When each of these changed last is read from the register itself
(greatest position, last event): nothing has to be written down when a million rows become visible, and nothing can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from xinheng.apps import driver

Reached = tuple[int, int]  # position, event

_OF_SUBJECT = """
SELECT MAX(x.position), MAX(x.withdrawn_position), MAX((SELECT MAX(e.id) FROM records_event e WHERE e.record_id = v.record_id))
FROM records_version v JOIN records_version w ON w.record_id = v.record_id JOIN intake_submission x ON x.id = w.submission_id + 0
WHERE v.subject_id = %s
"""
_OF_CODE = """
SELECT MAX(s.position), MAX(s.withdrawn_position), 0 FROM subjects_identifier i
JOIN intake_submission s ON s.id = i.submission_id + 0 WHERE i.value = %s
"""
_OF_NAMES = """
SELECT MAX(s.position), MAX(s.withdrawn_position), 0 FROM subjects_name n
JOIN intake_submission s ON s.id = n.submission_id + 0 WHERE n.subject_id IN ({marks})
"""
_OF_RECORD = """
SELECT MAX(x.position), MAX(x.withdrawn_position), (SELECT MAX(e.id) FROM records_event e WHERE e.record_id = %s)
FROM records_version w JOIN intake_submission x ON x.id = w.submission_id + 0 WHERE w.record_id = %s
"""
# Events of any item: they are few, and a list costs little to make anew.
_OF_ITEM = """
SELECT (SELECT MAX(position) FROM intake_submission WHERE item = %s),
  (SELECT MAX(withdrawn_position) FROM intake_submission WHERE item = %s), (SELECT MAX(id) FROM records_event)
"""


@dataclass(slots=True)
class Rests:
    """What a page told of. ``whole``: of the register as such (counts, or nothing was noted)."""

    codes: set[str] = field(default_factory=set)
    subjects: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    records: set[int] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    whole: bool = False

    @property
    def on_everything(self) -> bool:
        """Say whether any change of the register may change the page."""
        noted = self.codes or self.subjects or self.names or self.records or self.items
        return self.whole or not noted

    def moved_since(self, position: int, event: int) -> bool:
        """Say whether anything of what was noted has changed after this state of the register."""
        return any(reached > position or last > event for reached, last in self._last_changes())

    def _last_changes(self) -> Iterator[Reached]:
        for code in self.codes:
            yield _ask(_OF_CODE, [code])
        for subject in self.subjects:
            yield _ask(_OF_SUBJECT, [subject])
        if named := [*(self.names | self.subjects)]:
            yield _ask(_OF_NAMES.replace("{marks}", ", ".join(["%s"] * len(named))), named)
        for record in self.records:
            yield _ask(_OF_RECORD, [record, record])
        for item in self.items:
            yield _ask(_OF_ITEM, [item, item])


_noting: ContextVar[Rests | None] = ContextVar("resting", default=None)


@contextmanager
def noting() -> Iterator[Rests]:
    """Collect what the questions inside are about."""
    rests = Rests()
    token = _noting.set(rests)
    try:
        yield rests
    finally:
        _noting.reset(token)


def on_subject(subject: int, *, code: str) -> None:
    """Note that the page tells of an organisation, found by this code: who it is and all that is on record."""
    if (rests := _noting.get()) is not None:
        rests.subjects.add(subject)
        rests.codes.add(code)


def on_names(subjects: Iterable[int]) -> None:
    """Note that the page calls organisations by their names."""
    if (rests := _noting.get()) is not None:
        rests.names.update(subjects)


def on_record(record: int) -> None:
    """Note that the page tells of a record and its versions."""
    if (rests := _noting.get()) is not None:
        rests.records.add(record)


def on_item(item: str) -> None:
    """Note that the page lists records of an item."""
    if (rests := _noting.get()) is not None:
        rests.items.add(item)


def on_everything() -> None:
    """Note that any change of the register may change the page."""
    if (rests := _noting.get()) is not None:
        rests.whole = True


def _ask(sql: str, told: Sequence[Any]) -> Reached:
    """Return the last position and the last event at which something changed."""
    ((came, went, event),) = driver.rows(sql, told)
    return max(came or 0, went or 0), event or 0
