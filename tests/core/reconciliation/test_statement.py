"""The statement: what both sign can be read back, and tells when anything about it was changed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from support import builders
from xinheng.core.reconciliation.differences import Difference, Kind
from xinheng.core.reconciliation.statement import (
    Held,
    Party,
    StatementContradicted,
    StatementUnreadable,
    conclude,
    differences_file,
    read_statement,
    require_explained,
)
from xinheng.core.reconciliation.sums import Sum

ONE, TWO, THREE = (f"{n:032x}" for n in (1, 2, 2**64 + 3))
FOUND = [
    Difference(kind=Kind.MISSING_THERE, item="a", name=b"n" * 16, here=ONE),
    Difference(kind=Kind.ALTERED, item="a", name=b"m" * 16, here=TWO, there=THREE),
    Difference(kind=Kind.DUPLICATE_THERE, item="b", name=b"o" * 16, there=TWO, copies=2),
]


def statement(found=FOUND):
    both = Sum(10, 100, 200)
    held = [
        Held(item="b", form="f" * 16, here=both, there=both + Sum(2, 4, 0)),
        Held(item="a", form="f" * 16, here=both + Sum(2, 3, 0), there=both + Sum(1, 3, 1)),
    ]
    return conclude(
        run="0" * 32,
        at=builders.AT,
        here=Party(name="credit.sz.example", position=7, log_size=12, log_root="abc="),
        there=Party(name="credit.gd.example", position=9),
        held=held,
        found=found,
    )


def test_it_is_read_back_as_it_was_written():
    told = statement()
    assert read_statement(told.text()) == told
    assert [held.item for held in told.held] == ["a", "b"]
    assert told.kinds == (("missing-there", 1), ("altered", 1), ("duplicate-there", 1))
    assert not told.agrees
    assert statement([]).text().endswith("\nagreed\n")


def test_a_third_party_sees_that_the_differences_explain_the_sums():
    require_explained(statement(), differences_file(FOUND))


@pytest.mark.parametrize("left_out", range(3))
def test_a_difference_that_is_not_told_is_noticed(left_out):
    fewer = [d for n, d in enumerate(FOUND) if n != left_out]
    with pytest.raises(StatementContradicted, match="摘要"):
        require_explained(statement(), differences_file(fewer))
    with pytest.raises(StatementContradicted, match="合计"):
        require_explained(statement(fewer), differences_file(fewer))


def test_an_invented_difference_is_noticed():
    more = [*FOUND, Difference(kind=Kind.MISSING_HERE, item="c", name=b"p" * 16, there=ONE)]
    with pytest.raises(StatementContradicted, match="未列"):
        require_explained(statement(more), differences_file(more))


def test_a_count_that_is_not_the_number_of_lines_is_noticed():
    with pytest.raises(StatementContradicted, match="3 条"):
        require_explained(replace(statement(), differences=4), differences_file(FOUND))


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        (r"^xinheng", "other"),
        (r"run 0", "run g"),
        (r"\nat \S+", "\nat yesterday"),
        (r"credit\.sz", "credit sz"),
        (r"\ndifferences 3", "\ndifferences 03"),
        (r"\nkind altered 1", "\nkind strange 1"),
        (r"\nnot-agreed", "\nagreed"),
        (r"\nitem a", "\nitem a a"),
        (r"\n$", ""),
        (r"12 abc=", "twelve abc="),
        (r"item b f+ 10", "item b ffffffffffffffff ten"),
    ],
)
def test_anything_else_is_refused(pattern, instead):
    text, count = re.subn(pattern, instead, statement().text(), count=1)
    assert count == 1
    with pytest.raises(StatementUnreadable):
        read_statement(text)


def test_a_text_without_end_is_refused():
    with pytest.raises(StatementUnreadable, match="太长"):
        read_statement("x" * ((1 << 20) + 1))
