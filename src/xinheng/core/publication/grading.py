"""The degree of dishonesty of a penalty: what the provider says, else what its kinds point to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xinheng.core.publication.rules import Grade

SIMPLE = ("简易", "简易程序")
_ORDER = tuple(Grade)


@dataclass(frozen=True, slots=True)
class Graded:
    """A degree, and whether we derived it; ``grade`` is None where nothing points to one."""

    grade: Grade | None
    derived: bool


def grade(given: str | None, kinds: str | None, procedure: str | None, grade_of_kind: Mapping[str, Grade]) -> Graded:
    """Return the degree of one decision.

    The provider's word counts (各领域具体分类标准由行业主管部门制定). Without it a simple procedure is minor, and of several
    kinds the heaviest counts. An unknown kind points to nothing: it is left to the provider.
    """
    if given in _ORDER:
        return Graded(Grade(given), derived=False)
    if procedure in SIMPLE:
        return Graded(Grade.MINOR, derived=True)
    labels = [label.strip() for label in (kinds or "").split(";") if label.strip()]
    found = [grade_of_kind.get(label) or grade_of_kind.get(label.split("-", 1)[0]) for label in labels]
    if not found or None in found:
        return Graded(None, derived=True)
    return Graded(max((g for g in found if g is not None), key=_ORDER.index), derived=True)
