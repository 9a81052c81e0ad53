"""What the register knows about many codes at once: whose they are, and which names those subjects go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from xinheng.apps.intake.visible import NOW
from xinheng.apps.records.store import store

# Each is found by the index of what is given, one after another (``each``): with many to find, a planner would rather read a whole
# index and merge it with them, again for every block of a large hand-in.
_SUBMISSION = ("intake_submission", "s")
_BY_CODE = f"""
SELECT DISTINCT g.n, i.subject_id, i.valid_from, i.valid_to FROM given g {{identifiers}} {{submissions}} WHERE {NOW} OR s.id = %s
"""  # noqa: S608
_BY_FIRST_CODE = "SELECT g.n, t.id FROM given g {subjects}"
_NAMES = f"""
SELECT n.subject_id, n.name, n.folded, n.registered FROM given g {{names}} {{submissions}} WHERE {NOW} OR s.id = %s
ORDER BY n.subject_id, n.registered, n.valid_from, n.id
"""  # noqa: S608
_BY_NAME = f"""
SELECT g.n, n.subject_id, n.name FROM given g {{names}} {{submissions}} WHERE {NOW} OR s.id = %s
"""  # noqa: S608


@dataclass(slots=True)
class Names:
    """The names of one subject, oldest first, registered ones last."""

    folded: set[str] = field(default_factory=set)
    current: str = ""
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """A subject a code was or is good for."""

    subject: int
    valid_from: date | None
    valid_to: date | None

    def on(self, day: date | None) -> bool:
        """Say whether the code was the subject's on this day; an unknown day proves nothing."""
        if day is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


def holders(codes: Sequence[tuple[str, str]], *, own: int) -> dict[tuple[str, str], list[Holder]]:
    """Return scheme and code → subjects it was given to, as visible now or told by this very submission."""
    found: dict[tuple[str, str], list[Holder]] = {}
    if codes:
        given = {"scheme": [c[0] for c in codes], "value": [c[1] for c in codes]}
        for n, subject, valid_from, valid_to in store().join(_by_code(), given, ("text", "text"), [own]):
            found.setdefault(codes[n], []).append(Holder(subject, _day(valid_from), _day(valid_to)))
    return found


def by_code(codes: Sequence[str], *, own: int) -> dict[str, int]:
    """Return unified code → subject."""
    given = {"scheme": ["uscc"] * len(codes), "value": codes}
    rows = store().join(_by_code(), given, ("text", "text"), [own]) if codes else []
    return {codes[n]: subject for n, subject, *_ in rows}


def by_first_code(codes: Sequence[str]) -> dict[str, int]:
    """Return unified code → the subject created under it, whether or not anything about it is visible yet."""
    if not codes:
        return {}
    sql = _BY_FIRST_CODE.format(subjects=store().each("subjects_subject", "t", "t.code = g.value"))
    return {codes[n]: subject for n, subject in store().join(sql, {"value": codes}, ("text",))}


def name_rows(subjects: Sequence[int], *, own: int) -> list[tuple[int, str, str, bool]]:
    """Return subject, name, folded name and whether registered: for each subject the current name last."""
    sql = _of_names(_NAMES, "n.subject_id = g.subject")
    rows = store().join(sql, {"subject": subjects}, ("bigint",), [own]) if subjects else []
    return [(subject, name, folded, bool(registered)) for subject, name, folded, registered in rows]


def names(subjects: Sequence[int], *, own: int) -> dict[int, Names]:
    """Return the names of these subjects."""
    found: dict[int, Names] = {}
    for subject, name, folded, registered in name_rows(subjects, own=own):
        entry = found.setdefault(subject, Names())
        entry.folded.add(folded)
        entry.current = name
        entry.registered = entry.registered or registered
    return found


def by_name(folded: Sequence[str], *, own: int) -> dict[str, list[tuple[int, str]]]:
    """Return folded name → subjects that go or went by it."""
    found: dict[str, list[tuple[int, str]]] = {}
    if folded:
        sql = _of_names(_BY_NAME, "n.folded = g.folded")
        for n, subject, name in store().join(sql, {"folded": folded}, ("text",), [own]):
            found.setdefault(folded[n], []).append((subject, name))
    return found


def _by_code() -> str:
    each = store().each
    return _BY_CODE.format(
        identifiers=each("subjects_identifier", "i", "i.value = g.value AND i.scheme = g.scheme"),
        submissions=each(*_SUBMISSION, "s.id = i.submission_id"),
    )


def _of_names(sql: str, on: str) -> str:
    each = store().each
    return sql.format(names=each("subjects_name", "n", on), submissions=each(*_SUBMISSION, "s.id = n.submission_id"))


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
