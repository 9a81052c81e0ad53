"""Making subjects known: the ids, codes and names that a submission brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from xinheng.apps.records.digests import NEAR
from xinheng.apps.records.store import store
from xinheng.apps.subjects import index
from xinheng.apps.subjects.keys import keys
from xinheng.apps.subjects.known import by_first_code
from xinheng.apps.subjects.models import ORGANISATIONS, Name, Origin, Scheme
from xinheng.core.policy.model import SubjectKind

Row = TypeVar("Row")

# First two places of a unified code → kind (GB 32100-2015, table 1).
_KINDS = {
    "11": SubjectKind.GOVERNMENT, "12": SubjectKind.INSTITUTION, "13": SubjectKind.GOVERNMENT,
    "91": SubjectKind.ENTERPRISE, "92": SubjectKind.TRADER, "93": SubjectKind.ENTERPRISE,
}  # fmt: skip
_KINDS_BY_DEPARTMENT = {"5": SubjectKind.SOCIAL_ORG, "A": SubjectKind.GOVERNMENT}


@dataclass(frozen=True, slots=True)
class NewSubject:
    """An organisation nobody had told us of."""

    code: str
    name: str | None
    folded: str
    kind: str
    registered: bool
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class NewName:
    """A name a known subject takes."""

    subject: int
    name: str
    folded: str
    registered: bool
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code of a known subject."""

    subject: int
    scheme: str
    value: str
    valid_from: date | None = None
    valid_to: date | None = None


def kind_of(code: str) -> str:
    """Return the kind of subject a unified code was given to, or "" where the code does not say."""
    kind = _KINDS.get(code[:2]) or _KINDS_BY_DEPARTMENT.get(code[:1])
    return kind.value if kind else ""


def in_steps(rows: Sequence[Row], step: int) -> Iterator[Sequence[Row]]:
    """Cut rows into parts of one transaction each."""
    return (rows[start : start + step] for start in range(0, len(rows), step))


def make_known(new: Sequence[NewSubject], *, submission: int) -> dict[str, int]:
    """Give each of these organisations an id, its code and its name, told by this submission; return code → id.

    Another submission may be creating the same subject this very moment: one id wins, both use it.
    """
    if not new:
        return {}
    # In the order in which the keys of their records lie: a step of a hand-in then touches a few pages of the index by subject,
    # not one for each row.
    new = sorted(new, key=lambda n: n.code[NEAR])
    bulk = store()
    codes = [n.code for n in new]
    for part in in_steps(new, bulk.step):
        with bulk.staging():
            bulk.insert(
                "subjects_subject",
                {
                    "code": [n.code for n in part],
                    "kind": [n.kind if n.kind in ORGANISATIONS else "" for n in part],
                    "origin": [Origin.REGISTERED.value if n.registered else Origin.REPORTED.value for n in part],
                    "submission_id": [submission] * len(part),
                },
                ("text", "text", "text", "bigint"),
                conflict="ON CONFLICT DO NOTHING",
            )
    ids = by_first_code(codes)
    add_codes([NewCode(ids[n.code], Scheme.USCC.value, n.code) for n in new], submission=submission)
    add_names(
        [NewName(ids[n.code], n.name, n.folded, n.registered, n.valid_from) for n in new if n.name],
        submission=submission,
    )
    return ids


def add_codes(new: Sequence[NewCode], *, submission: int) -> None:
    """Tell codes of subjects."""
    bulk = store()
    for part in in_steps(new, bulk.step):
        with bulk.staging():
            bulk.insert(
                "subjects_identifier",
                {
                    "subject_id": [n.subject for n in part],
                    "scheme": [n.scheme for n in part],
                    "value": [n.value for n in part],
                    "valid_from": [n.valid_from for n in part],
                    "valid_to": [n.valid_to for n in part],
                    "submission_id": [submission] * len(part),
                },
                ("bigint", "text", "text", "date", "date", "bigint"),
            )


def add_names(new: Sequence[NewName], *, submission: int) -> None:
    """Tell names of subjects, and enter them where names are found."""
    bulk = store()
    found_by = keys([n.folded for n in new])
    stems, initials = found_by.get_column("stem").to_list(), found_by.get_column("initials").to_list()
    for numbers in in_steps(range(len(new)), bulk.step):
        part = [new[n] for n in numbers]
        with bulk.staging():
            ids = list(bulk.reserve("subjects_name", len(part)))
            bulk.insert(
                "subjects_name",
                {
                    "id": ids,
                    "subject_id": [n.subject for n in part],
                    "name": [n.name for n in part],
                    "folded": [n.folded for n in part],
                    "stem": [stems[n] for n in numbers],
                    "initials": [initials[n] for n in numbers],
                    "registered": [n.registered for n in part],
                    "valid_from": [n.valid_from for n in part],
                    "submission_id": [submission] * len(part),
                },
                ("bigint", "bigint", "text", "text", "text", "text", "bool", "date", "bigint"),
            )
            index.add([(pk, new[n].folded) for pk, n in zip(ids, numbers, strict=True) if stems[n] is not None])


def forget_names(submission: int, *, limit: int) -> int:
    """Take back names a submission told but that never became visible; return how many this step removed."""
    with store().staging():
        doomed = list(Name.objects.filter(submission=submission).values_list("pk", "folded", "stem")[:limit])
        index.forget([(pk, folded) for pk, folded, stem in doomed if stem is not None])
        Name.objects.filter(pk__in=[pk for pk, *_ in doomed]).delete()
    return len(doomed)
