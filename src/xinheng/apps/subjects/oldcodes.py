"""Rows without a unified code: an old code may say whose they are; otherwise a person decides, with the candidates explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xinheng.apps.records.models import LinkedBy
from xinheng.apps.subjects import known
from xinheng.apps.subjects.known import Holder, Names
from xinheng.apps.subjects.models import Scheme
from xinheng.core.intake.checked import GOVERNING

LEGACY = tuple(scheme.value for scheme in Scheme if scheme is not Scheme.USCC)
_NAME, _FOLDED = "subject_name", "__folded"
_MAX_CANDIDATES = 10

Row = Mapping[str, Any]
Outcome = tuple[int, int | None, int | None, str | None, str | None, str | None]  # who, subject, by, code, seen, detail


@dataclass(frozen=True, slots=True)
class Waiting:
    """A distinct subject nobody could name for certain: what was told of it, and who it might be."""

    told: dict[str, str]
    candidates: list[dict[str, Any]]


def link_old_codes(rows: Sequence[Row], *, submission: int) -> tuple[list[Outcome], dict[int, Waiting]]:
    """Take distinct subjects without a unified code up the lower rungs of the ladder."""
    codes = list(dict.fromkeys((scheme, row[scheme]) for row in rows for scheme in LEGACY if row[scheme]))
    held = known.holders(codes, own=submission)
    named = known.by_name(list(dict.fromkeys(row[_FOLDED] for row in rows if row[_FOLDED])), own=submission)
    subjects = {h.subject for found in held.values() for h in found} | {s for f in named.values() for s, _ in f}
    names = known.names(sorted(subjects), own=submission)
    outcome: list[Outcome] = []
    waiting: dict[int, Waiting] = {}
    for row in rows:
        found = [(scheme, holder) for scheme in LEGACY if row[scheme] for holder in held.get((scheme, row[scheme]), ())]
        subject, by = _decide(row, found, names)
        if subject is None:
            waiting[row["__who"]] = _explain(row, found, named.get(row[_FOLDED], []), names)
            outcome.append((row["__who"], None, None, "subject.not-linked", row[_NAME], None))
        else:
            outcome.append((row["__who"], subject, by, None, None, None))
    return outcome, waiting


def _decide(row: Row, found: list[tuple[str, Holder]], names: dict[int, Names]) -> tuple[int | None, int | None]:
    def agrees(subject: int) -> bool:
        return bool(row[_FOLDED]) and row[_FOLDED] in names.get(subject, Names()).folded

    in_force = {holder.subject for _, holder in found if holder.on(row[GOVERNING])}
    if len(in_force) == 1 and (agrees(subject := next(iter(in_force))) or not row[_NAME]):
        return subject, LinkedBy.CROSSWALK.value
    agreeing = {holder.subject for _, holder in found if agrees(holder.subject)}
    if len(agreeing) == 1:
        return agreeing.pop(), LinkedBy.CODE_AND_NAME.value
    return None, None


def _explain(
    row: Row, found: list[tuple[str, Holder]], named: list[tuple[int, str]], names: dict[int, Names]
) -> Waiting:
    reasons: dict[int, list[str]] = {}
    for scheme, holder in found:
        when = "" if holder.on(row[GOVERNING]) else "（该日不在有效期内）"
        reasons.setdefault(holder.subject, []).append(f"{Scheme(scheme).label}一致{when}")
    for subject, _ in named:
        if "名称一致" not in (why := reasons.setdefault(subject, [])):
            why.append("名称一致")
    ranked = sorted(reasons.items(), key=lambda pair: -len(pair[1]))[:_MAX_CANDIDATES]
    return Waiting(
        told={name: row[name] for name in (_NAME, *LEGACY) if row[name]},
        candidates=[
            {"subject": subject, "name": names.get(subject, Names()).current, "why": why} for subject, why in ranked
        ],
    )
