"""Finding organisations: by code, by name from two characters on; brackets, width and case do not matter."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.builders import code, later, registration
from xinheng.apps.subjects import index
from xinheng.apps.subjects import keys as keysof
from xinheng.apps.subjects.names import bigrams, fold, fold_column
from xinheng.apps.subjects.search import How, search

NAMES = {1: "深圳市前海云图科技有限公司", 2: "深圳云海(福田)贸易有限公司", 3: "前海’特殊_100%公司", 4: "AB检测 研究所"}


@pytest.fixture
def city(hand_in):
    hand_in([registration(n, subject_name=name) for n, name in NAMES.items()], item="reg.enterprise")


def found(text: str, **options) -> list[str]:
    return [hit.name for hit in search(text, **options)]


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
    (hit,) = search("前海云图")
    assert (hit.name, hit.found_by, hit.former) == ("深圳市后海星图科技有限公司", NAMES[1], True)
    assert found("星图", as_of=later(minutes=1)) == []


def test_rolled_back_names_leave_the_index_too(hand_in, officer):
    from xinheng.apps.intake import actions

    submission = hand_in([registration(7, subject_name="短命公司")], item="reg.enterprise", certify=False)
    actions.withdraw(submission=submission, because="", by=officer, at=later())
    hand_in([registration(8, subject_name="另一家公司")], item="reg.enterprise", at=later(hours=1))
    assert found("短命") == []
    assert found("另一") == ["另一家公司"]


def test_names_that_were_withdrawn_do_not_stand_before_those_that_count(hand_in, officer):
    from xinheng.apps.intake import actions

    withdrawn = [registration(n, subject_name=f"深圳市撤回{n}号有限公司") for n in range(100, 160)]
    submission = hand_in(withdrawn, item="reg.enterprise")
    actions.withdraw(submission=submission, because="报送有误", by=officer, at=later(hours=1))
    hand_in([registration(8, subject_name="深圳市前海云图有限公司")], item="reg.enterprise", at=later(hours=2))
    assert found("深圳") == found("图有限公司") == ["深圳市前海云图有限公司"]


@pytest.mark.parametrize("text", ["qhyt", "QHYT", "qhytkj"])
def test_pinyin_initials_find_from_the_beginning_of_the_name(city, text):
    (hit,) = search(text)
    assert (hit.name, hit.how) == (NAMES[1], How.INITIALS)


def test_words_read_otherwise_than_their_characters_are_known(hand_in):
    hand_in([registration(1, subject_name="重庆长安行乐会计有限公司")], item="reg.enterprise")
    assert found("caxlkj") == ["重庆长安行乐会计有限公司"]


def test_traditional_characters_find_simplified_names_and_the_other_way_round(hand_in):
    names = ["深圳市龙岗云图科技有限公司", "前海觀瀾藝術有限公司"]
    hand_in([registration(n, subject_name=name) for n, name in enumerate(names, start=1)], item="reg.enterprise")
    assert found("龍崗雲圖") == names[:1]
    assert found("观澜艺术") == names[1:]


def test_a_long_part_of_a_name_is_found_whole(city):
    assert found("海云图科技有限") == [NAMES[1]]
    assert found("海云图科技股份") == []


def test_a_region_and_the_beginning_may_be_written_short(city):
    assert found("深圳前海云图") == [NAMES[1]]
    assert found("广州前海云图") == []


@pytest.mark.parametrize("name", ["张三", "深圳市福田区欧阳建国", "李小明"])
def test_a_bare_name_of_a_person_is_found_by_code_only(hand_in, name):
    hand_in([registration(5, subject_name=name, subject_code=code(5, prefix="92"))], item="reg.enterprise")
    for text in (name, name[-2:], "zs", "oyjg", "lxm"):
        assert found(text) == []
    assert found(code(5, prefix="92")) == [name]


def test_reworking_the_index_changes_nothing_that_is_found(city):
    before = {text: found(text) for text in ("云图", "qhyt", "前海", "深圳", "云海福田")}
    assert index.rebuild() == len(NAMES)
    assert {text: found(text) for text in before} == before


# Characters Python does not know yet (Cn) may be letters to the newer tables of the column.
@given(st.text(st.characters(exclude_categories=["Cs", "Cn"]), min_size=1, max_size=20))
def test_one_name_and_a_column_are_folded_alike(text):
    assert pl.select(fold_column(pl.lit(text))).item() == fold(text)


PARTS = ["中国", "前海", "海川", "有限公司", "福田区", "重庆", "银行", "行", "重", "长安", "乐", "abc1", "李", "深圳市"]


@given(
    st.lists(
        st.lists(st.sampled_from(PARTS) | st.text("一二丁厂长行重乐单", min_size=1, max_size=5), min_size=1, max_size=5)
    )
)
def test_keys_of_few_names_are_those_of_a_column(names):
    folded = ["".join(parts) for parts in names]
    assert keysof._one_by_one(folded).equals(keysof._as_column(folded))


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
