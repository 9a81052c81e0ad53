"""Finding organisations: by code, by name from two characters on; brackets, width and case do not matter."""

from __future__ import annotations

import pytest

from support.builders import code, later, registration
from xinheng.apps.subjects import queries
from xinheng.apps.subjects.names import bigrams, fold

NAMES = {1: "深圳市前海云图科技有限公司", 2: "深圳云海(福田)贸易有限公司", 3: "前海’特殊_100%公司", 4: "AB检测 研究所"}


@pytest.fixture
def city(hand_in):
    hand_in([registration(n, subject_name=name) for n, name in NAMES.items()], item="reg.enterprise")


def found(text: str, **options) -> list[str]:
    return [hit.name for hit in queries.search(text, **options)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("云图", [1]),
        ("前海", [3, 1]),
        ("深圳", [2, 1]),
        ("云海（福田）贸易", [2]),
        ("深圳云海福田贸易有限公司", [2]),
        ("ａｂ检", [4]),
        ("ab检测研究所", [4]),
        ("A", [4]),
        ("海云", [1]),
        ("特殊_100", [3]),
        ("特殊100%公", [3]),
        ("无此", []),
        ("'", []),
        ('"', []),
        ("", []),
    ],
)
def test_names(city, text, names):
    assert found(text) == [NAMES[n] for n in names]


def test_codes_are_found_whole_or_from_their_beginning(city):
    assert found(code(2)) == [NAMES[2]]
    assert found(code(2).lower()) == [NAMES[2]]
    assert len(found(code(1)[:8])) == 4


def test_a_former_name_finds_the_subject_under_its_new_one(city, hand_in):
    hand_in(
        [registration(1, subject_name="深圳市后海星图科技有限公司", approved_on="2025-01-01")],
        item="reg.enterprise",
        at=later(hours=1),
    )
    (hit,) = queries.search("前海云图")
    assert (hit.name, hit.found_by, hit.former) == ("深圳市后海星图科技有限公司", NAMES[1], True)
    assert found("星图", as_of=later(minutes=1)) == []


def test_rolled_back_names_leave_the_index_too(hand_in, officer):
    from xinheng.apps.intake import actions

    submission = hand_in([registration(7, subject_name="短命公司")], item="reg.enterprise", certify=False)
    actions.withdraw(submission=submission, because="", by=officer, at=later())
    hand_in([registration(8, subject_name="另一家公司")], item="reg.enterprise", at=later(hours=1))
    assert found("短命") == []
    assert found("另一") == ["另一家公司"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("测试（深圳）Ａ公司", "测试(深圳)a 公司"), ("甲·乙店", "甲乙店"), ("Ⅲ号店", "iii号店"), ("ＢＹＤ", "byd")],
)
def test_spellings_that_are_one_name(one, other):
    assert fold(one) == fold(other)


def test_a_name_of_signs_alone_is_not_folded_to_nothing():
    assert fold("+++") == "+++"


def test_bigrams_are_neighbouring_characters():
    assert bigrams("深圳市") == ["深圳", "圳市"]
    assert bigrams("深") == ["深"]
