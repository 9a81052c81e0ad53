"""Whose is each row? The ladder: valid unified code, old code by the dated crosswalk, old code and name. Never by name alone.

Everything is worked out once for each distinct subject of a block, then mapped back to its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from xinheng.apps.records.models import LinkedBy
from xinheng.apps.subjects import known
from xinheng.apps.subjects.actions import NewCode, NewName, NewSubject, add_codes, add_names, kind_of, make_known
from xinheng.apps.subjects.known import Holder, Names
from xinheng.apps.subjects.models import Scheme
from xinheng.apps.subjects.names import fold_column
from xinheng.core.intake.checked import GOVERNING
from xinheng.core.policy.model import Item

# These items *are* the registration: they say who exists and by what name, and are not measured against themselves.
REGISTRATIONS = frozenset({"reg.enterprise", "reg.trader", "reg.institution", "reg.social_org", "reg.organ"})
LEGACY = tuple(scheme.value for scheme in Scheme if scheme is not Scheme.USCC)
_CODE, _NAME, _FOLDED = "subject_code", "subject_name", "__folded"
_MAX_CANDIDATES = 10


@dataclass(slots=True)
class Link:
    """What was decided about one distinct subject."""

    subject: int | None = None
    by: int | None = None
    code: str | None = None  # of the register finding
    seen: str | None = None
    detail: str | None = None
    told: dict[str, str] | None = None  # for the queue
    candidates: list[dict[str, Any]] = field(default_factory=list)


def link(rows: pl.DataFrame, item: Item, *, submission: int) -> tuple[pl.DataFrame, list[Link]]:
    """Return ``rows`` with ``__who`` (index into the links), and the links. Subjects told of for the first time are created."""
    empty = pl.lit(None, dtype=pl.String)
    has = rows.columns
    keys = [_CODE, _NAME, *LEGACY]
    work = rows.with_columns(*(empty.alias(name) for name in keys if name not in has))
    by_day = work.get_column(_CODE).null_count() > 0  # old codes are judged by the day of the decision
    group = [*keys, GOVERNING] if by_day or item.id in REGISTRATIONS else keys
    who = work.select(group).unique(maintain_order=True).with_columns(fold_column(pl.col(_NAME)).alias(_FOLDED))
    who = who.with_row_index("__who")
    back = work.select(group).join(
        who.select("__who", *group), on=group, how="left", nulls_equal=True, maintain_order="left"
    )
    ladder = _Ladder(item, submission, who)
    return rows.with_columns(back.get_column("__who")), ladder.climb()


class _Ladder:
    """The rungs, over the distinct subjects of one block."""

    def __init__(self, item: Item, submission: int, who: pl.DataFrame) -> None:
        self.registration = item.id in REGISTRATIONS
        self.kind = next(iter(item.kinds)).value if len(item.kinds) == 1 else ""
        self.submission, self.rows = submission, who.to_dicts()
        self.links = [Link() for _ in self.rows]

    def climb(self) -> list[Link]:
        coded = [(i, row) for i, row in enumerate(self.rows) if row[_CODE]]
        bare = [(i, row) for i, row in enumerate(self.rows) if not row[_CODE]]
        if coded:
            self._by_code(coded)
        if bare:
            self._by_old_code(bare)
        return self.links

    def _by_code(self, rows: list[tuple[int, dict[str, Any]]]) -> None:
        codes = list(dict.fromkeys(row[_CODE] for _, row in rows))
        held = known.holders([(Scheme.USCC.value, code) for code in codes], own=self.submission)
        subjects = {code: found[0].subject for (_, code), found in held.items()}
        names = known.names(list(dict.fromkeys(subjects.values())), own=self.submission)
        self._tell_new(rows, subjects, names)
        renamed: dict[tuple[int, str], NewName] = {}
        for i, row in rows:
            link, subject = self.links[i], subjects[row[_CODE]]
            link.subject, link.by = subject, LinkedBy.CODE
            entry = names.setdefault(subject, Names())
            if self.registration:
                if row[_NAME] and row[_FOLDED] != entry.current_folded:
                    renamed[subject, row[_FOLDED]] = NewName(subject, row[_NAME], row[_FOLDED], True, row[GOVERNING])
                continue
            link.seen = row[_CODE]
            if row[_NAME] and entry.folded and row[_FOLDED] not in entry.folded:
                link.code, link.detail = "subject.name-differs", entry.current
            elif not entry.registered:
                link.code = "subject.not-registered"
        add_names(sorted(renamed.values(), key=lambda n: n.valid_from or date.min), submission=self.submission)
        if self.registration:
            self._tell_old_codes(rows, subjects)

    def _tell_new(
        self, rows: list[tuple[int, dict[str, Any]]], subjects: dict[str, int], names: dict[int, Names]
    ) -> None:
        """Create the subjects whose codes nobody had told us, under the first name given."""
        new: dict[str, NewSubject] = {}
        for _, row in rows:
            code = row[_CODE]
            if code not in subjects and (code not in new or (not new[code].name and row[_NAME])):
                kind = self.kind if self.registration and self.kind else kind_of(code)
                new[code] = NewSubject(
                    code, row[_NAME], row[_FOLDED] or "", kind, self.registration, row.get(GOVERNING)
                )
        subjects.update(made := make_known(list(new.values()), submission=self.submission))
        for code, subject in made.items():
            entry = names.setdefault(subject, Names())
            if first := new[code].name:
                entry.current, entry.current_folded = first, new[code].folded
                entry.folded.add(new[code].folded)
                entry.registered = self.registration

    def _tell_old_codes(self, rows: Iterable[tuple[int, dict[str, Any]]], subjects: dict[str, int]) -> None:
        """A registration names the old codes of the same organisation: the crosswalk grows."""
        told = {(scheme, row[scheme]): subjects[row[_CODE]] for _, row in rows for scheme in LEGACY if row[scheme]}
        held = known.holders(list(told), own=self.submission)
        fresh = [
            NewCode(subject, scheme, value)
            for (scheme, value), subject in told.items()
            if all(holder.subject != subject for holder in held.get((scheme, value), ()))
        ]
        add_codes(fresh, submission=self.submission)

    def _by_old_code(self, rows: list[tuple[int, dict[str, Any]]]) -> None:
        codes = list(dict.fromkeys((scheme, row[scheme]) for _, row in rows for scheme in LEGACY if row[scheme]))
        held = known.holders(codes, own=self.submission)
        named = known.by_name(list(dict.fromkeys(row[_FOLDED] for _, row in rows if row[_FOLDED])), own=self.submission)
        subjects = {h.subject for found in held.values() for h in found} | {s for f in named.values() for s, _ in f}
        names = known.names(sorted(subjects), own=self.submission)
        for i, row in rows:
            found = [
                (scheme, holder) for scheme in LEGACY if row[scheme] for holder in held.get((scheme, row[scheme]), ())
            ]
            self._decide(self.links[i], row, found, named.get(row[_FOLDED], []), names)

    def _decide(
        self,
        link: Link,
        row: dict[str, Any],
        found: list[tuple[str, Holder]],
        named: list[tuple[int, str]],
        names: dict[int, Names],
    ) -> None:
        def agrees(subject: int) -> bool:
            return bool(row[_FOLDED]) and row[_FOLDED] in names.get(subject, Names()).folded

        in_force = {holder.subject for _, holder in found if holder.on(row.get(GOVERNING))}
        if len(in_force) == 1 and (agrees(subject := next(iter(in_force))) or not row[_NAME]):
            link.subject, link.by = subject, LinkedBy.CROSSWALK
            return
        agreeing = {holder.subject for _, holder in found if agrees(holder.subject)}
        if len(agreeing) == 1:
            link.subject, link.by = agreeing.pop(), LinkedBy.CODE_AND_NAME
            return
        link.code, link.seen = "subject.not-linked", row[_NAME]
        link.told = {name: row[name] for name in (_NAME, *LEGACY) if row[name]}
        reasons: dict[int, list[str]] = {}
        for scheme, holder in found:
            when = "" if holder.on(row.get(GOVERNING)) else "（该日不在有效期内）"
            reasons.setdefault(holder.subject, []).append(f"{Scheme(scheme).label}一致{when}")
        for subject, _ in named:
            if "名称一致" not in (why := reasons.setdefault(subject, [])):
                why.append("名称一致")
        link.candidates = [
            {"subject": subject, "name": names.get(subject, Names()).current, "why": why}
            for subject, why in sorted(reasons.items(), key=lambda pair: -len(pair[1]))[:_MAX_CANDIDATES]
        ]
