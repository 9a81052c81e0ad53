"""Statements made twice, and the one form in which a record is hashed."""

import json
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.intake import duplicates
from xinheng.core.intake.canonical import canonical
from xinheng.core.intake.duplicates import Seen


def plain_first_rows(keys, start):
    """The obvious way: a dictionary."""
    seen, out = {}, []
    for row, key in enumerate(keys, start=start):
        out.append(None if key is None else seen.get(key))
        if key is not None:
            seen.setdefault(key, row)
    return out


@pytest.mark.parametrize("largest", [1 << 19, 20], ids=["long runs", "short runs"])
@given(
    keys=st.lists(st.one_of(st.none(), st.sampled_from("甲乙丙丁戊己庚辛"), st.text(max_size=3)), max_size=60),
    block=st.integers(1, 7),
)
def test_duplicates_are_found_across_blocks_as_a_dictionary_would(largest, keys, block):
    with patch.object(duplicates, "_LARGEST", largest):
        found = rows_that_said_it_first(keys, block)
    assert found == plain_first_rows(keys, 2)


def rows_that_said_it_first(keys, block):
    seen, found = Seen(), []
    for at in range(0, len(keys), block):
        part = pl.Series(keys[at : at + block], dtype=pl.String)
        rows = pl.Series(range(at + 2, at + 2 + len(part)), dtype=pl.UInt32)
        found += seen.first_rows([part], rows, part.is_not_null()).to_list()
    return found


def test_null_fields_are_left_out_and_names_are_sorted():
    rows = pl.DataFrame(
        {"b": ["二", None], "a": [None, '引"号,}'], "c": [None, None]}, schema=dict.fromkeys("bac", pl.String)
    )
    assert canonical(rows, ["b", "a", "c"]).to_list() == ['{"b":"二"}', '{"a":"引\\"号,}"}']


@given(
    st.lists(
        st.fixed_dictionaries({name: st.one_of(st.none(), st.text()) for name in ("name", "x_1", "code")}),
        min_size=1,
        max_size=8,
    )
)
def test_the_canonical_form_holds_exactly_the_filled_fields(records):
    rows = pl.DataFrame(records, schema=dict.fromkeys(("name", "x_1", "code"), pl.String))
    for text, record in zip(canonical(rows, ["name", "x_1", "code"]), records, strict=True):
        kept = {k: v for k, v in record.items() if v is not None}
        assert json.loads(text) == kept
        assert list(json.loads(text)) == sorted(kept)


@given(st.text())
def test_a_value_that_looks_like_structure_is_not_taken_for_it(value):
    value = f'{value}","name":null,{value}'
    rows = pl.DataFrame({"name": [None, "x"], "code": [value, value]}, schema={"name": pl.String, "code": pl.String})
    assert json.loads(canonical(rows, ["name", "code"])[0]) == {"code": value}
