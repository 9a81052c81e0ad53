"""Finding organisations by what people type: a code, a name or part of it, old names, traditional characters, initials.

The order is that of cost and of likelihood at once: B-trees first (code, whole name, beginning of the name), bigrams only for
what is still missing. What is hot is cut off at a number of candidates, never ranked in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from django.db import connection

from xinheng.apps.intake.visible import NOW
from xinheng.apps.subjects.index import lexeme
from xinheng.apps.subjects.keys import stem
from xinheng.apps.subjects.names import bigrams, fold
from xinheng.apps.subjects.queries import current_codes, current_names
from xinheng.core.identifiers.folding import compact_code

_BEGINNINGS, _PARTS = 40, 40  # candidates looked at, at most, before ranking
_ENOUGH = 20  # of a sample of the names: then the whole is not asked (PostgreSQL)
_END = "\U0010ffff"
# Three pairs out of a longer text are enough to find it; the text itself is compared afterwards. The pairs of every other
# name (有限公司, 深圳市) tell nothing and cost most.
_COMMON = frozenset(
    [
        "深圳",
        "圳市",
        "有限",
        "限公",
        "公司",
        "限责",
        "责任",
        "任公",
        "股份",
        "份有",
        "科技",
        "技有",
        "贸易",
        "易有",
        "实业",
        "业有",
        "服务",
        "务有",
        "管理",
        "理有",
        "发展",
        "展有",
        "投资",
        "资有",
        "电子",
        "子有",
        "商务",
        "技术",
        "术有",
        "咨询",
        "询有",
        "文化",
        "化有",
        "传播",
        "播有",
        "工程",
        "程有",
        "信息",
        "息技",
        "广东",
        "东省",
        "合伙",
        "伙企",
        "企业",
        "限合",
    ]
)
_KEY = """
SELECT n.subject_id, n.name, n.folded, n.stem
FROM subjects_name n JOIN intake_submission s ON s.id = n.submission_id + 0
WHERE {column} >= %s AND {column} < %s AND {visible} ORDER BY {column} LIMIT %s
"""
# CROSS JOIN keeps the order: one part after another until there are enough that count, however many were withdrawn.
_FTS = """
SELECT n.subject_id, n.name, n.folded, n.stem
FROM subjects_name_bigrams f CROSS JOIN subjects_name n ON n.id = f.rowid
CROSS JOIN intake_submission s ON s.id = n.submission_id + 0
WHERE f.subjects_name_bigrams MATCH %s AND {visible} LIMIT %s
"""
# PostgreSQL answers both questions at once: the second only where the first has not found enough.
_FOUND = """
SELECT part, subject_id, name, folded, stem
FROM subjects_names_found(%s, %s, %s::integer, %s::integer, %s::tsquery, %s::integer, %s::integer, %s::timestamptz)
"""
_THEN = "(s.accepted_at <= %s AND (s.withdrawn_at IS NULL OR s.withdrawn_at > %s))"


class How(StrEnum):
    """By what an organisation was found."""

    CODE = "code"
    WHOLE = "whole"  # the whole name
    PART = "part"  # its beginning, or a part of it
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Hit:
    """One subject found, and what it was found by."""

    subject: int
    code: str | None
    name: str  # the current one
    found_by: str  # the code or the name that matched; differs from ``name`` where it is a former name
    how: How

    @property
    def former(self) -> bool:
        """Say whether it was found by a name it no longer goes by."""
        return self.how is not How.CODE and fold(self.found_by) != fold(self.name)


Candidate = tuple[int, str, str, str]  # subject, name, folded, stem
Found = dict[int, tuple[str, How]]


def search(text: str, *, as_of: datetime | None = None, limit: int = 20) -> list[Hit]:
    """Find subjects by code (whole, or from its first six characters), by name (from two characters), by initials."""
    found = find(text, as_of=as_of, limit=limit)
    names, codes = current_names(found, as_of=as_of), current_codes(found, as_of=as_of)
    return [Hit(subject, codes.get(subject), names.get(subject, ""), by, how) for subject, (by, how) in found.items()]


def find(text: str, *, as_of: datetime | None = None, limit: int = 20) -> Found:
    """Return subject → what it was found by and how, the best first: the part of the search the store does."""
    folded, code = fold(text), compact_code(text)
    found: Found = {}
    if len(code) >= 6 and code.isascii() and code.isalnum():
        _collect(found, _codes(code, as_of, limit), How.CODE)
    if folded:
        begin, parts = _looked_up(folded, as_of, limit)
        ranked = _ranked(folded, begin)
        whole = [c for c in ranked if c[2] == folded]
        _collect(found, whole, How.WHOLE)
        _collect(found, ranked, How.PART)
        if len(found) < limit and len(folded) > 1:
            _collect(found, _ranked(folded, _parts(folded, as_of) if parts is None else parts), How.PART)
        if len(found) < limit and len(folded) > 1 and folded.isascii() and folded.isalpha():
            _collect(found, _by_length(_from("initials", folded, as_of)), How.INITIALS)
    return dict(list(found.items())[:limit])


def _collect(found: Found, more: Iterable[Sequence[Any]], how: How) -> None:
    for subject, by, *_ in more:
        found.setdefault(subject, (by, how))


def _ranked(folded: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Put the whole name first, then names that begin so (with or without their region), then the shorter ones."""
    rest = stem(folded)

    def rank(candidate: Candidate) -> tuple[bool, bool, bool, int, str]:
        _, _, name, begins = candidate
        return name != folded, not name.startswith(folded), not begins.startswith(rest), len(name), name

    return sorted(candidates, key=rank)


def _by_length(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda c: (len(c[2]), c[2]))


def _codes(code: str, as_of: datetime | None, limit: int) -> list[tuple[int, str]]:
    # A range, not LIKE: it uses the index whatever the collation.
    return _rows(
        "SELECT i.subject_id, i.value FROM subjects_identifier i JOIN intake_submission s ON s.id = i.submission_id + 0 "
        "WHERE i.value >= %s AND i.value < %s AND {visible} ORDER BY i.value LIMIT %s",
        [code, code + "￿"],
        as_of,
        limit,
    )


def _looked_up(folded: str, as_of: datetime | None, limit: int) -> tuple[list[Candidate], list[Candidate] | None]:
    """Return names that begin with what was asked, whatever region stands before, and those that hold it (None: not asked yet)."""
    rest = stem(folded)
    if connection.vendor == "sqlite":
        return _beginnings(folded, rest, _from("stem", rest, as_of)), None
    asked = _as_query(folded) if len(folded) > 1 else None
    # Of names that begin so some fall out where a region was asked for too: then the parts are asked for at once.
    needed = limit if rest == folded else _BEGINNINGS + 1
    rows = _prepared(_FOUND, [rest, rest + _END, _BEGINNINGS, needed, asked, _PARTS, _ENOUGH, as_of])
    begin = _beginnings(folded, rest, [row[1:] for row in rows if not row[0]])
    if asked is None or len(rows) - sum(row[0] for row in rows) >= needed:
        return begin, None
    return begin, _holding(folded, [row[1:] for row in rows if row[0]])


def _beginnings(folded: str, rest: str, rows: list[Candidate]) -> list[Candidate]:
    # "深圳海川" asks for a region and a beginning: the name has to hold the region as well, long or short.
    return rows if rest == folded else [row for row in rows if row[2].startswith(folded[:2])]


def _from(key: str, begins: str, as_of: datetime | None) -> list[Candidate]:
    column = f"n.{key}" if connection.vendor == "sqlite" else f'n.{key} COLLATE "C"'
    return _rows(_KEY.replace("{column}", column), [begins, begins + _END], as_of, _BEGINNINGS)


def _parts(folded: str, as_of: datetime | None) -> list[Candidate]:
    """Return names that hold what was asked somewhere."""
    if connection.vendor == "sqlite":
        tokens, joined = _tokens(folded)
        asked = f'"{" ".join(tokens)}"' if joined else " AND ".join(f'"{token}"' for token in tokens)
        return _holding(folded, _rows(_FTS, [asked], as_of, _PARTS))
    rows = _prepared(_FOUND, ["", "", 0, 1, _as_query(folded), _PARTS, _ENOUGH, as_of])
    return _holding(folded, [row[1:] for row in rows])


def _as_query(folded: str) -> str:
    """Return the bigrams to ask for as PostgreSQL's text search writes them."""
    tokens, joined = _tokens(folded)
    return (" <-> " if joined else " & ").join(map(lexeme, tokens))


def _holding(folded: str, rows: list[Candidate]) -> list[Candidate]:
    """Leave out what holds the pairs but not the text."""
    return rows if _tokens(folded)[1] else [row for row in rows if folded in row[2]]


def _tokens(folded: str) -> tuple[list[str], bool]:
    """Return the bigrams to ask for, and whether they follow one another: a short text whole, of a longer one three telling pairs."""
    pairs = [pair.replace('"', "") for pair in bigrams(folded)]
    if len(pairs) <= 3:
        return pairs, True
    telling = [pair for pair in pairs if pair not in _COMMON] or pairs
    step = max(1, (len(telling) - 1) // 2)
    return list(dict.fromkeys(telling[::step]))[:3], False


def _rows(sql: str, given: list[Any], as_of: datetime | None, limit: int) -> list[Any]:
    visible, moment = (NOW, []) if as_of is None else (_THEN, [as_of, as_of])
    sql, parameters = sql.replace("{visible}", visible), [*given, *moment, limit]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            return cursor.execute(sql, parameters).fetchall()
    return _prepared(sql, parameters)


def _prepared(sql: str, parameters: list[Any]) -> list[Any]:
    """Ask PostgreSQL by a prepared statement: reading and planning these few rows' question took longer than answering it."""
    connection.ensure_connection()
    raw = connection.connection
    with psycopg.Cursor(raw) as cursor:
        usual, raw.prepare_threshold = raw.prepare_threshold, 0
        try:
            return cursor.execute(sql, parameters).fetchall()
        finally:
            raw.prepare_threshold = usual
