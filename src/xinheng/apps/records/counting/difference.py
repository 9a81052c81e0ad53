"""What a step of the register changes in the counts: of the records it touches, what was shown before and what is shown after.

A state of the register is a position and the last event by then. Nothing in the register is updated, so both sides of a step can be
asked for at any time, before it is taken too: ``plus`` and ``minus`` are submissions about to come and about to go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from xinheng.apps.records.store import store

ALL = "*"  # in place of a deciding body: all of them together
ALWAYS = date(1, 1, 1)  # no month; and the day of all that began or ceased before days were told apart
Cell = tuple[str, str, date, date]  # item, deciding body, month of decision, day from which it counts


@dataclass(frozen=True, slots=True)
class State:
    """A state of the register, with submissions put in and left out that are still to come and to go."""

    position: int
    event: int
    plus: tuple[int, ...] = ()  # in the order in which they will take their positions
    minus: tuple[int, ...] = ()

    def with_submissions(self, plus: Iterable[int], minus: Iterable[int]) -> State:
        """Return the state after these have come and gone."""
        return replace(self, plus=tuple(plus), minus=tuple(minus))

    def sees(self, s: str) -> str:
        """Return SQL: does the submission count?"""
        p = int(self.position)
        there = f"({s}.position <= {p} AND ({s}.withdrawn_position IS NULL OR {s}.withdrawn_position > {p}))"
        if self.minus:
            there = f"({there} AND {s}.id NOT IN ({_numbers(self.minus)}))"
        return f"({there} OR {s}.id IN ({_numbers(self.plus)}))" if self.plus else there

    def rank(self, s: str) -> str:
        """Return SQL: which of two submissions is the later?"""
        if not self.plus:
            return f"{s}.position"
        cases = " ".join(f"WHEN {int(pk)} THEN {(1 << 60) + n}" for n, pk in enumerate(self.plus))
        return f"(CASE {s}.id {cases} ELSE {s}.position END)"

    def ended(self, v: str, s: str, at: str, fence: str) -> str:
        """Return SQL: has an event ended the record? ``at``: the instant of a submission still to come."""
        e = int(self.event)
        return (
            f"EXISTS (SELECT 1 FROM records_event e WHERE e.record_id = {v}.record_id AND e.id + 0 <= {e} "
            f"AND e.kind IN ('withdraw', 'revoke', 'expire') AND e.at >= COALESCE({s}.accepted_at, {at}) "
            f"AND NOT EXISTS (SELECT 1 FROM records_event r WHERE r.record_id = {v}.record_id AND r.kind = 'restore' "
            f"AND r.id > e.id AND r.id + 0 <= {e}{fence}){fence})"
        )


@dataclass(slots=True)
class Difference:
    """By how much the counts change, and of how many organisations more or fewer the register knows."""

    cells: Counter[Cell] = field(default_factory=Counter)
    subjects: int = 0


def between(before: State, after: State, *, submissions: Sequence[int], at: datetime | None = None) -> Difference:
    """Return what changes from one state to the other. ``submissions``: all that came or went between; ``at``: when they will.

    The work is in proportion to what they hold and to what is said already about the same records.
    """
    found = Difference()
    touched = _events_between(before.event, after.event)
    if submissions:
        touched |= _alone(before, after, submissions, found.cells)
    if touched:
        for sign, state in ((-1, before), (1, after)):
            for item, organ, month, begins, ends, n in _shown_of(touched, state, at):
                add(found.cells, (item, organ, day_of(month)), day_of(begins), day_of(ends) if ends else None, sign * n)
    if submissions:
        found.subjects = _subjects(before, after, submissions)
    found.cells = Counter({cell: n for cell, n in found.cells.items() if n})
    return found


def add(cells: Counter[Cell], of: tuple[str, str, date], begins: date, ends: date | None, n: int) -> None:
    """Count so many records in from the day they begin to be shown, and out again from the day they no longer are."""
    item, organ, month = of
    for kind, when in ((organ, month), (ALL, ALWAYS)):
        cells[item, kind, when, begins] += n
        if ends is not None:
            cells[item, kind, when, ends] -= n


def meets(mine: Sequence[int], others: Sequence[int]) -> bool:
    """Say whether submissions have a record or an organisation in common."""
    if not mine or not others:
        return False
    ours, theirs = _numbers(mine), _numbers(others)
    asked = [
        f"SELECT 1 FROM records_version o JOIN records_version v ON v.record_id = o.record_id AND v.submission_id + 0 IN ({ours}) "
        f"WHERE o.submission_id IN ({theirs}) LIMIT 1",
        "SELECT 1 FROM records_version o JOIN records_version v ON v.record_id = o.record_id "
        f"JOIN records_confirmation c ON c.version_id = v.id AND c.submission_id + 0 IN ({ours}) "
        f"WHERE o.submission_id IN ({theirs}) LIMIT 1",
    ]
    for table in ("subjects_identifier", "subjects_name"):
        asked += [
            f"SELECT 1 FROM {table} o JOIN {other} v ON v.subject_id = o.subject_id AND v.submission_id + 0 IN ({ours}) "
            f"WHERE o.submission_id IN ({theirs}) LIMIT 1"
            for other in ("subjects_identifier", "subjects_name")
        ]
    return any(_rows(sql) for sql in asked)


def from_nothing(after: State) -> Difference:
    """Count everything: what a register begins with that was there before its counts were kept."""
    found = Difference()
    for item, organ, month, begins, ends, n in _rows(_shown(after, whole=True), whole=True):
        add(found.cells, (item, organ, day_of(month)), day_of(begins), day_of(ends) if ends else None, n)
    told = " OR ".join(f"EXISTS ({_tells(after, table)})" for table in ("subjects_identifier", "subjects_name"))
    sql = f"SELECT COUNT(*) FROM (SELECT id AS subject_id FROM subjects_subject) g WHERE {told}"
    found.subjects = _rows(sql, whole=True)[0][0]
    return found


def day_of(value: date | str) -> date:
    """Return a day, however the database writes it."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def _events_between(since: int, until: int) -> set[int]:
    if until <= since:
        return set()
    sql = f"SELECT DISTINCT record_id FROM records_event WHERE id > {int(since)} AND id <= {int(until)}"
    return {record for (record,) in _rows(sql)}


def _alone(before: State, after: State, submissions: Sequence[int], cells: Counter[Cell]) -> set[int]:
    """Count the records that have one version in all and no events; return the others these submissions tell of.

    Of a record told once, nothing but the submission that tells it decides whether it is shown: most of a large hand-in is such.
    Both kinds come from one statement, so that a version another worker stages meanwhile cannot put a record on both sides.
    """
    counts = {pk: int(bool(now)) - int(bool(was)) for pk, was, now in _rows(_sees(before, after, submissions))}
    others: set[int] = set()
    for other, told, n in _told_by(submissions):
        if told is None:
            others.add(other)
        elif counts[int(told[0])]:
            pk, item, month, begins, ends, organ = told
            of = (item, organ, day_of(month))
            add(cells, of, day_of(begins), day_of(ends) if ends else None, counts[int(pk)] * n)
    return others


def _sees(before: State, after: State, submissions: Sequence[int]) -> str:
    ids = _numbers(submissions)
    return f"SELECT s.id, {before.sees('s')}, {after.sees('s')} FROM intake_submission s WHERE s.id IN ({ids})"


_CELL = ("submission_id", "item", "month", "shown_from", "shown_until", "organ")
_MARK = "\x1f"  # between the columns of a cell; the deciding body comes last, whatever it holds


def _told_by(submissions: Sequence[int]) -> Iterator[tuple[int | None, Sequence[Any] | None, int]]:
    """Yield the records told of only once, counted by submission and cell (``_CELL``); of the others, which they are."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(_once(submissions))
            for (other, cell), n in Counter(cursor).items():
                yield other, None if cell is None else cell.split(_MARK, len(_CELL) - 1), n
        return
    for other, *cell, n in _rows(_once(submissions), sorting=False):
        yield other, cell if other is None else None, n


def _once(submissions: Sequence[int]) -> str:
    """Return SQL: of records told of only once, submission and cell; of the others, which they are.

    SQLite would sort to count by so many columns: it returns a text for each record instead, to be counted by whoever asks, which
    takes two thirds of the time.
    """
    # The fence keeps the question from being asked twice a row, in the condition and in the result.
    fence = " LIMIT -1 OFFSET 0" if connection.vendor == "sqlite" else " OFFSET 0"
    told = (
        f"FROM (SELECT CASE WHEN "
        f"EXISTS (SELECT 1 FROM records_version w WHERE w.record_id = v.record_id AND w.id <> v.id) "
        f"OR EXISTS (SELECT 1 FROM records_event e WHERE e.record_id = v.record_id) THEN v.record_id END AS other, "
        f"v.submission_id, v.item, COALESCE(v.organ, '') AS organ, {_month()} AS month, v.shown_from, v.shown_until, "
        f"({_WINDOW}) AS shown FROM records_version v WHERE v.submission_id IN ({_numbers(submissions)}){fence}) t "
        f"WHERE t.shown OR t.other IS NOT NULL"
    )
    if connection.vendor == "sqlite":
        cell = f" || char({ord(_MARK)}) || ".join(f"COALESCE(t.{name}, '')" for name in _CELL)
        return f"SELECT t.other, CASE WHEN t.other IS NULL THEN {cell} END {told}"
    cells = ", ".join(f"CASE WHEN t.other IS NULL THEN t.{name} END" for name in _CELL)
    return f"SELECT t.other, {cells}, COUNT(*) {told} GROUP BY 1, 2, 3, 4, 5, 6, 7"


def _month() -> str:
    if connection.vendor == "sqlite":
        return "COALESCE(substr(v.governing, 1, 7) || '-01', '0001-01-01')"
    return "COALESCE(date_trunc('month', v.governing)::date, '0001-01-01')"


# A version with a subject and a window that is ever open.
_WINDOW = (
    "v.subject_id + 0 IS NOT NULL AND v.shown_rule IS NOT NULL AND v.shown_from IS NOT NULL "
    "AND (v.shown_until IS NULL OR v.shown_until > v.shown_from)"
)


def _shown_of(records: set[int], state: State, at: datetime | None) -> list[tuple[Any, ...]]:
    sql = _shown(state)
    told = connection.ops.adapt_datetimefield_value(at) if at else None
    return store().join(sql, {"record_id": sorted(records)}, ("bigint",), [told] * sql.count("%s"))


def _shown(state: State, *, whole: bool = False) -> str:
    """Return SQL: of the records ``given``, how many have a current version with a window, by what they are counted under.

    Each record given is asked about by itself (``+ 0``, the fences, LATERAL), as in ``records.known``: a planner that believes the tables
    nearly empty would join them whole, once for each record. ``whole``: all records there are.
    """
    fence = "" if whole else " LIMIT 1 OFFSET 0"
    columns = f"v.item, COALESCE(v.organ, ''), {_month()}, v.shown_from, v.shown_until"
    of = (
        f"records_version v JOIN intake_submission s ON s.id = v.submission_id + 0 "
        f"WHERE {'' if whole else 'v.record_id = g.record_id AND '}{_WINDOW} AND {state.sees('s')} "
        f"AND NOT EXISTS (SELECT 1 FROM records_version w JOIN intake_submission x ON x.id = w.submission_id + 0 "
        f"WHERE w.record_id = v.record_id AND w.id <> v.id AND {state.sees('x')} AND {state.rank('x')} > {state.rank('s')}{fence}) "
        f"AND NOT {state.ended('v', 's', '%s', fence)}"
    )
    groups = "GROUP BY 1, 2, 3, 4, 5"
    if whole:
        return f"SELECT {columns}, COUNT(*) FROM {of} {groups}"
    if connection.vendor == "sqlite":
        return f"SELECT {columns}, COUNT(*) FROM given g CROSS JOIN {of} {groups}"
    one = f"SELECT {columns} FROM {of} OFFSET 0"
    return f"SELECT o.*, COUNT(*) FROM given g CROSS JOIN LATERAL ({one}) o (item, organ, month, begins, ends) {groups}"


def _subjects(before: State, after: State, submissions: Sequence[int]) -> int:
    """Return of how many organisations more the register knows: those only the one state tells of, less those only the other does."""
    ids = _numbers(submissions)
    given = " UNION ".join(
        f"SELECT subject_id FROM {table} WHERE submission_id IN ({ids})"
        for table in ("subjects_identifier", "subjects_name")
    )

    def known(state: State) -> str:
        return " OR ".join(f"EXISTS ({_tells(state, table)})" for table in ("subjects_identifier", "subjects_name"))

    sql = (
        f"WITH given AS MATERIALIZED ({given}) SELECT "
        f"COALESCE(SUM(CASE WHEN {known(after)} THEN 1 ELSE 0 END), 0) - COALESCE(SUM(CASE WHEN {known(before)} THEN 1 ELSE 0 END), 0) "
        "FROM given g"
    )
    return int(_rows(sql)[0][0])


def _tells(state: State, table: str) -> str:
    return (
        f"SELECT 1 FROM {table} k JOIN intake_submission s ON s.id = k.submission_id + 0 "
        f"WHERE k.subject_id = g.subject_id AND {state.sees('s')}"
    )


def _rows(sql: str, *, whole: bool = False, sorting: bool = True) -> list[tuple[Any, ...]]:
    """Run a query in which no instant is still to come. ``whole``: it reads a table from end to end, and may.

    Without ``sorting`` its groups are gathered by hash: a planner that knows nothing yet of the rows just written sorts them.
    """
    with nullcontext() if whole else store().by_index(), connection.cursor() as cursor:
        by_hash = not sorting and connection.vendor == "postgresql"
        if by_hash:
            cursor.execute("SET LOCAL enable_sort = off")  # `by_index` has opened a transaction
        cursor.execute(sql, [None] * sql.count("%s"))
        rows = cursor.fetchall()
        if by_hash:
            cursor.execute("SET LOCAL enable_sort = DEFAULT")
        return rows


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(n)) for n in numbers)
