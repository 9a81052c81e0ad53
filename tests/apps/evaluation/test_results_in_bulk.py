"""Results written in bulk are the same rows Django would have written."""

from __future__ import annotations

import pytest

from support.builders import DAY, later
from xinheng.apps.evaluation import bulk
from xinheng.apps.evaluation.models import Cause, Result

pytestmark = pytest.mark.django_db
SAME = {
    "model": "xh.comprehensive", "version": 1, "run": None, "on": DAY, "at": later(hours=1), "known_at": later(), "position": 7,
    "method_hash": "sha256:1", "cause": Cause.CITY, "current": True,
}  # fmt: skip
ROWS = [
    (1, "E", 812, "B", "B", "", [], {"L02": -40}, {"L": 160}, "", {}),
    (2, "O", None, "N", "N", "young", [], {}, {}, "sha256:2", {"no_result": ["", "young"]}),
    (3, "I", 910, "C", "A", "", ["V06"], {"H01": 15, "P01": 25}, {"P": 225}, "", {"V06": [False, True], "名": [1, 2]}),
]


def test_every_column_comes_back():
    bulk.insert(SAME, ROWS)
    told = dict(zip(bulk.VARYING, zip(*ROWS, strict=True), strict=True))
    for n, row in enumerate(Result.objects.order_by("subject_id")):
        for name, cells in told.items():
            assert getattr(row, name) == cells[n], name
        for name, value in SAME.items():
            assert getattr(row, name) == value, name


def test_the_database_refuses_what_it_refuses_elsewhere():
    from django.db import IntegrityError, transaction

    wrong = [(9, "N", 500, "D", "D", "", [], {}, {}, "", {}), (9, "E", 500, "N", "N", "", [], {}, {}, "", {})]
    for row in wrong:  # a person; a score without a result
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(SAME, [row])
    bulk.insert(SAME, ROWS[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(SAME, ROWS[:1])  # two present results of one organisation
