"""A model with an error is refused with file, line and reason, all at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xinheng.core.evaluation.loading import ModelRefused, line_of, read_model, read_models
from xinheng.core.policy import default_policy

FILE = Path(__file__).parents[3] / "policy/shenzhen/evaluation/comprehensive.toml"
TEXT = FILE.read_text(encoding="utf-8")
POLICY = default_policy()


def test_our_own_models_are_sound() -> None:
    models, problems = read_models(POLICY)
    assert not problems
    assert {"xh.comprehensive", "xh.risk"} <= {model.id for model in models}


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('of = "penalty:serious"', 'of = "penalties:serious"', "evidence.unknown", "indicator.L01.of"),
        ('of = "penalty:serious"', 'of = "penalty:grave"', "level.unknown", "indicator.L01.of"),
        ('of = "penalty:serious"', 'of = "penalty:serious@moon"', "domain.unknown", "indicator.L01.of"),
        ('dimension = "L"', 'dimension = "Q"', "dimension.unknown", "indicator.L01.dimension"),
        ("points = -120", "points = 120", "cap.sign", "indicator.L01.cap"),
        ("points = -120", "points = -120.5", "key.wrong-kind", "indicator.L01.points"),
        ("points = -120\n", "", "key.missing", "indicator.L01.points"),
        ('basis = ["sz-29", "order-36"]', "basis = []", "basis.missing", "indicator.L01.basis"),
        ('basis = ["sz-29", "order-36"]', 'basis = ["nothing"]', "basis.unknown", "indicator.L01.basis"),
        ("within_months = 36\n", "", "window.missing", "indicator.L01"),
        ("points = -120", "points = -120\nweight = 2", "key.unknown", "indicator.L01.weight"),
        ("from = 880", "from = 960", "bands.overlap", "band"),
        ("from = 0\n", "from = 100\n", "bands.gap", "band"),
        ('at_best = "E"', 'at_best = "Z"', "grade.unknown", "cap.V01.at_best"),
        ('S02 = ["dishonest"]', 'S02 = ["worst"]', "level.unknown", "cap.V05.indicator_levels"),
        (
            "{ ge = 120, points = 15 }, { ge = 36",
            "{ ge = 36, points = 15 }, { ge = 120",
            "bins.overlap",
            "indicator.R01.bins",
        ),
        ('status = "proposed"', 'status = "in-force"', "model.not-approved", "status"),
        ('zh = "严重行政处罚"', 'zh = "信访人数"', "element.forbidden", "indicator.L01.zh"),
        ('kinds = ["E", "I", "O"]', 'kinds = ["E", "T"]', "trader.without-application", "kinds"),
        ('kinds = ["E", "I", "O"]', 'kinds = ["G"]', "government.scored", "kinds"),
        ('public = ["grade"]', 'public = ["records"]', "value.unknown", "public"),
        ('id = "L02"', 'id = "L01"', "id.twice", "indicator.L01"),
        (
            'certainty = "read"\neffective_from = 2023-03-01\n\n[[basis]]\nid = "sz-55"',
            'certainty = "read"\neffective_from = 2023-03-01\neffective_to = 2025-01-01\n\n[[basis]]\nid = "sz-55"',
            "basis.expired",
            "indicator.L04.basis",
        ),
    ],
)
def test_refused(old: str, new: str, code: str, where: str) -> None:
    changed = TEXT.replace(old, new, 1)
    assert changed != TEXT
    with pytest.raises(ModelRefused) as refused:
        read_model(changed, POLICY, "x.toml")
    assert (code, where) in [(p.code, p.where) for p in refused.value.problems]
    assert all(p.chinese and p.english for p in refused.value.problems)


def test_all_problems_are_told_at_once_and_no_toml_at_all_is_told_too() -> None:
    changed = TEXT.replace("points = -120", "points = 120", 1).replace("from = 880", "from = 960", 1)
    with pytest.raises(ModelRefused) as refused:
        read_model(changed, POLICY, "x.toml")
    assert {p.code for p in refused.value.problems} == {"cap.sign", "bands.overlap"}
    with pytest.raises(ModelRefused) as refused:
        read_model("= nonsense", POLICY, "x.toml")
    assert refused.value.problems[0].code == "file.unreadable"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("cap = -240", "cap = -2x0", "cap = -2x0"), ('zh = "严重行政处罚"', 'zh = "严重行政处罚', 'zh = "严重行政处罚')],
)
def test_a_slip_of_the_pen_is_told_with_its_line_and_no_english(old: str, new: str, line: str) -> None:
    changed = TEXT.replace(old, new, 1)
    with pytest.raises(ModelRefused) as refused:
        read_model(changed, POLICY, "x.toml")
    (problem,) = refused.value.problems
    assert changed.splitlines()[line_of(changed, problem.where) - 1] == line
    assert not re.search("[A-Za-z]", problem.chinese)


def test_a_text_that_breaks_off_is_told_at_its_end() -> None:
    broken = TEXT[: TEXT.index("[[band]]")] + "x = ["
    with pytest.raises(ModelRefused) as refused:
        read_model(broken, POLICY, "x.toml")
    assert line_of(broken, refused.value.problems[0].where) == len(broken.splitlines())


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("indicator.L02.points", "points = -40"),
        ("cap.V01.at_best", 'at_best = "E"'),
        ("kinds", 'kinds = ["E", "I", "O"]'),
    ],
)
def test_the_line_of_a_place(where: str, line: str) -> None:
    assert TEXT.splitlines()[line_of(TEXT, where) - 1] == line
