"""Names of organisations: what is the same name, what is none."""

import polars as pl
import pytest

from xinheng.core.identifiers import names
from xinheng.core.identifiers.malformed import Malformed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("腾讯科技（深圳）有限公司", "腾讯科技(深圳)有限公司"),
        ("腾讯科技 （深圳） 有限公司", "腾讯科技(深圳)有限公司"),
        ("深圳市ＡＢＣ科技有限公司", "深圳市abc科技有限公司"),
        ("深圳\u200b市示例有限公司", "深圳市示例有限公司"),
        ("德丰行【深圳】有限公司", "德丰行（深圳）有限公司"),
        ("⼤鹏新区示例店", "大鹏新区示例店"),
        ("凯瑟琳・贝尔服装店", "凯瑟琳·贝尔服装店"),
    ],
)
def test_width_brackets_and_spaces_do_not_make_another_name(one, other):
    assert names.fold(one) == names.fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深圳市示例有限公司", "深圳示例有限公司"),
        ("深圳市㈱示例", "深圳市(株)示例"),
        ("示例½有限公司", "示例1/2有限公司"),
        ("深圳市一号店", "深圳市1号店"),
    ],
)
def test_nothing_else_is_folded(one, other):
    assert names.fold(one) != names.fold(other)


def test_folding_a_column_folds_each_name():
    texts = ["腾讯科技（深圳）有限公司", "ａｂｃ　Ｌｔｄ．", "⼤", None, ""]
    assert names.fold_column(pl.Series(texts)).to_list() == [None if t is None else names.fold(t) for t in texts]


def test_two_characters_are_enough_to_search():
    assert names.bigrams("腾讯科技") == ("腾讯", "讯科", "科技")
    assert names.bigrams("讯") == ("讯",)
    assert names.bigrams(" （ ") == ("(",)
    assert names.bigrams("") == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("深圳市示例有限公司", None),
        ("A.B. Example Ltd", None),
        ("店", None),
        ("无", "name.placeholder"),
        ("某某公司", "name.placeholder"),
        ("***", "name.placeholder"),
        ("部部部部", "name.placeholder"),
        ("９１４４０３００７１５２６７２６ＸＧ", None),
        ("9144030071526726XG", "name.is-a-code"),
        ("2026", "name.only-digits"),
        ("", "name.placeholder"),
    ],
)
def test_what_is_no_name_is_said(text, reason):
    if reason is None:
        assert names.validate(text) == text
    else:
        with pytest.raises(Malformed) as caught:
            names.validate(text)
        assert caught.value.code == reason
    assert names.judge(pl.Series([text]))["reason"].item() == reason
    assert names.is_valid(text) is (reason is None)


def test_a_name_is_trimmed_and_keeps_its_inner_spaces():
    judged = names.judge(pl.Series([" A B Ltd ", "深圳\u200b店", "A B"]))
    assert judged["value"].to_list() == ["A B Ltd", "深圳店", "A B"]
    assert judged["normalised"].to_list() == ["trimmed", "invisible-removed", None]
    assert names.format(" A ") == "A"


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳娜娜", "欧阳**"), ("李", "李*"), ("欧阳", "欧*"), ("", "")]
)
def test_a_persons_name_is_masked_behind_the_surname(name, masked):
    assert names.mask(name) == masked
