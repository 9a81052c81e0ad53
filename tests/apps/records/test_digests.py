"""Digests: sixteen bytes that name a statement, with those about one subject side by side."""

from __future__ import annotations

import polars as pl
import pytest

from support.builders import code
from xinheng.apps.records.digests import NEAR, key_digests


def digest(*parts: str) -> bytes:
    return key_digests(pl.Series(["\x1f".join(parts)]))[0]


@pytest.mark.parametrize("subject", [code(1), code(12345678), "测试甲有限公司", "甲", ""])
def test_every_key_has_sixteen_bytes(subject):
    assert len(digest("adm.penalty", subject, "罚〔2026〕1号")) == 16


def test_a_statement_without_a_key_is_named_by_all_it_says():
    assert len(digest('{"a":"1"}')) == 16
    assert digest('{"a":"1"}') != digest('{"a":"2"}')


def test_statements_about_one_subject_lie_side_by_side_and_differ():
    one, other = digest("adm.penalty", code(77), "1号"), digest("adm.penalty", code(77), "2号")
    assert one[:4] == other[:4]
    assert one != other
    assert digest("adm.penalty", code(78), "1号")[:4] != one[:4]


def test_what_lies_side_by_side_begins_with_the_same_characters_of_the_code():
    assert digest("adm.penalty", code(77), "1号")[:4] == code(77)[NEAR].encode()


def test_the_name_of_a_statement_never_changes():
    assert digest("adm.penalty", "91440300000000019B", "罚〔2026〕1号").hex() == "3030303144aa00f1d13656354d20a423"
