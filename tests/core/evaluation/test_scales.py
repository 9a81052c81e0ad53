"""Received grades keep their native scale, are read for exchange, and are never averaged."""

from __future__ import annotations

from core.evaluation.cases import ON, ago, one
from xinheng.core.evaluation.scales import scales_of
from xinheng.core.policy import default_policy

SCALES = scales_of(default_policy())


def test_each_scale_speaks_for_itself() -> None:
    told = SCALES.received(
        [one("tax_grade", level="D", on=ago(3)), one("customs_grade", level="certified", on=ago(2))], ON
    )
    assert [(r.scale.id, r.grade, r.points100, r.word) for r in told] == [
        ("tax", "D", 20, "差"),
        ("customs", "certified", 85, "优"),
    ]


def test_only_the_latest_speaks_and_only_while_it_is_valid() -> None:
    old, new = one("tax_grade", level="A", on=ago(14)), one("tax_grade", level="C", on=ago(2))
    assert [r.grade for r in SCALES.received([old, new], ON)] == ["C"]
    assert SCALES.received([one("tax_grade", level="A", on=ago(16))], ON) == []


def test_only_what_its_body_publishes_is_open() -> None:
    (a,) = SCALES.received([one("tax_grade", level="A")], ON)
    (b,) = SCALES.received([one("tax_grade", level="B")], ON)
    assert (a.open, b.open) == (True, False)


def test_words_cover_the_whole_scale() -> None:
    assert [SCALES.word_of(n) for n in (100, 85, 84, 70, 69, 50, 49, 0)] == [
        "优",
        "优",
        "良",
        "良",
        "中",
        "中",
        "差",
        "差",
    ]
