"""The whole column and the single value give the same verdict on anything at all."""

from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.core.identifiers import citizen_id, doc_no, industry, names, orgcode, region, regno, tax_no, uscc
from xinheng.core.identifiers import column as columns_of_codes
from xinheng.core.identifiers.malformed import Malformed

MODULES = {
    "uscc": uscc, "orgcode": orgcode, "regno": regno, "citizen_id": citizen_id, "tax_no": tax_no,
    "region": region, "industry": industry, "doc_no": doc_no, "names": names,
}  # fmt: skip
SEEDS_TEXT = (
    "9144030071526726XG 91440300MA5JHPE2X4 11440300MB2C927392 000000000000000000 71526726-X MA1B3N1N-2 440301103097413 "
    "440399194912312102 11010519491231002X 440399850615002 440305 SZ-DP I6510 0111 44030171526726X 9144999971526726XC "
    "秦山公（消）行罚决字（2018）0015号 德环罚字【2019】第(0013)号 腾讯科技（深圳）有限公司 某某公司 4403011030974"
)
SEEDS = SEEDS_TEXT.split()
CHARACTERS = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz０９ＡＸ（）()〔〕[]【】﹝﹞- －\t\u200b\u3000\u00a0'…ıſKµ²号第公司ſ…."
)


@st.composite
def damaged(draw):
    """A known value with a few characters changed, added or taken away."""
    text = list(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(len(text) - 1, 0)))
        what = draw(st.sampled_from(["change", "add", "drop"]))
        if what == "change" and text:
            text[at] = draw(st.sampled_from(CHARACTERS))
        elif what == "add":
            text.insert(at, draw(st.sampled_from(CHARACTERS)))
        elif text:
            del text[at]
    return "".join(text)


texts = st.lists(
    st.one_of(
        st.none(), st.sampled_from(SEEDS), damaged(), st.text(alphabet=CHARACTERS, max_size=22), st.text(max_size=20)
    ),
    max_size=30,
)


def single(module, text):
    try:
        return module.validate(text), None
    except Malformed as malformed:
        return module.compact(text), malformed.code


@pytest.mark.parametrize("few", [0, 500], ids=["repaired together", "read one by one"])
@pytest.mark.parametrize("name", MODULES)
@settings(max_examples=150, deadline=None)
@given(column=texts)
def test_the_column_agrees_with_the_single_value(name, few, column):
    module = MODULES[name]
    with patch.object(columns_of_codes, "_FEW", few):
        judged = module.judge(pl.Series(column, dtype=pl.String))
    assert judged.height == len(column)
    for text, row in zip(column, judged.iter_rows(named=True), strict=True):
        if text is None:
            assert row == {"value": None, "reason": None, "warning": None, "normalised": None}
            continue
        value, reason = single(module, text)
        assert (row["value"], row["reason"]) == (value, reason)
        if reason is None and row["value"] == text:
            assert row["normalised"] is None
        if reason is None and row["value"] != text:
            assert row["normalised"] is not None


@pytest.mark.parametrize("name", MODULES)
@settings(max_examples=100, deadline=None)
@given(text=st.one_of(damaged(), st.text(alphabet=CHARACTERS, max_size=22)))
def test_what_is_valid_stays_as_it_is_when_judged_again(name, text):
    module = MODULES[name]
    value, reason = single(module, text)
    if reason is None:
        assert module.validate(value) == value
        assert module.judge(pl.Series([value]))["normalised"].item() is None


@settings(max_examples=150, deadline=None)
@given(column=st.lists(st.one_of(damaged(), st.sampled_from(SEEDS)), max_size=20))
def test_one_value_alone_and_the_same_value_in_a_column_carry_the_same_warning(column):
    for module in MODULES.values():
        with patch.object(columns_of_codes, "_FEW", 0):
            together = module.judge(pl.Series(column, dtype=pl.String))["warning"].to_list()
        alone = [module.WAY.read(text).warning for text in column] if hasattr(module, "WAY") else together
        assert together == alone


@settings(max_examples=150, deadline=None)
@given(column=st.lists(st.one_of(damaged(), st.sampled_from(SEEDS)), max_size=20))
def test_warnings_of_a_column_are_those_of_the_single_value(column):
    with patch.object(columns_of_codes, "_FEW", 0):
        judged = uscc.judge(pl.Series(column, dtype=pl.String))
    for row in judged.iter_rows(named=True):
        assert row["warning"] == (uscc.warning_of(row["value"]) if row["reason"] is None else None)


@settings(max_examples=150, deadline=None)
@given(column=st.lists(st.one_of(damaged(), st.text(alphabet=CHARACTERS, max_size=22)), max_size=20))
def test_keys_and_folds_of_a_column_are_those_of_the_single_value(column):
    series = pl.Series(column, dtype=pl.String)
    for few in (0, 500):
        with patch.object(doc_no, "_FEW", few):
            assert doc_no.keys(series).to_list() == [doc_no.key(text) for text in column]
    assert names.fold_column(series).to_list() == [names.fold(text) for text in column]
