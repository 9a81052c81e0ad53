"""What is said of evidence that gave no points is true of it: past its window, another counted, or never asked for."""

from __future__ import annotations

import pytest

from core.evaluation.cases import ago, by_plain, method, one, registered
from xinheng.core.evaluation.evidence import NotCounted


def why(model: str, *evidence: object) -> dict[int, NotCounted]:
    result = by_plain(method(model), [registered(60), *evidence])
    return {u.record: u.why for u in result.unused}


def test_of_several_honours_one_counts_and_the_others_are_told_so() -> None:
    told = why(
        "xh.comprehensive",
        one("award", level="provincial", on=ago(3), record=7),
        one("award", level="municipal", on=ago(2), record=8),
        one("award", level="national", on=ago(40), record=9),
    )
    assert told == {8: NotCounted.ANOTHER_COUNTED, 9: NotCounted.OUTSIDE_WINDOW}


@pytest.mark.parametrize(
    ("level", "expected"), [("none", NotCounted.NOT_ASKED), ("problem", NotCounted.OUTSIDE_WINDOW)]
)
def test_an_inspection_without_a_finding_is_not_called_too_old(level: str, expected: NotCounted) -> None:
    assert why("xh.risk", one("inspection", level=level, on=ago(30), record=7)) == {7: expected}
