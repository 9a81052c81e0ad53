"""Finding differences: exactly those there are, whatever the sets look like, at a cost that follows the differences."""

from __future__ import annotations

from collections import Counter

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.core.reconciliation import messages
from xinheng.core.reconciliation.descent import Inquiry, differences, first_asks
from xinheng.core.reconciliation.elements import Elements
from xinheng.core.reconciliation.ranges import SetSide, children_of
from xinheng.core.reconciliation.sums import Sum, added, grouped, total


def held(rows: list[tuple[int, int]]) -> Elements:
    """Elements at these places with these fingerprints."""
    names = np.zeros((len(rows), 16), dtype=np.uint8)
    if rows:
        names[:, :8] = np.array([place for place, _ in rows], dtype=">u8").view(np.uint8).reshape(-1, 8)
    prints = np.array([(low, low ^ 0xABCDEF) for _, low in rows], dtype=np.uint64).reshape(-1, 2)
    return Elements(names, prints, np.arange(len(rows), dtype=np.int64))


def only(found) -> Counter:
    return Counter({int(low): int(copies) for low, copies in zip(found.lows, found.copies, strict=True)})


WORD = st.integers(0, 2**64 - 1)
PLACE = st.one_of(WORD, st.sampled_from([0, 1, 2**64 - 1, 2**63, 7 << 40]))
ROWS = st.lists(st.tuples(PLACE, WORD), max_size=300)


@settings(max_examples=60)
@given(ROWS, ROWS, ROWS, st.sampled_from([1, 3, 8, 16]))
def test_it_finds_exactly_what_only_one_side_has(both, here, there, most):
    a, b = both + here, both + there
    ours, theirs = differences(SetSide(held(a)), SetSide(held(b)), most=most)
    left, right = Counter(low for _, low in a), Counter(low for _, low in b)
    # A fingerprint depends on the name, so the same one never stands at two places.
    places = {}
    for place, low in a + b:
        if places.setdefault(low, place) != place:
            return
    assert only(ours) == left - right
    assert only(theirs) == right - left


def test_many_statements_at_one_place_are_told_whole():
    crowd = [(5, n) for n in range(1000)]
    ours, theirs = differences(SetSide(held(crowd)), SetSide(held(crowd[1:])))
    assert only(ours) == Counter([0])
    assert not len(theirs)


def test_a_statement_held_twice_on_one_side_is_found():
    rows = [(n << 50, n + 1) for n in range(500)]
    ours, theirs = differences(SetSide(held(rows)), SetSide(held([*rows, rows[7], rows[7]])))
    assert not len(ours)
    assert only(theirs) == Counter({8: 2})


def test_questions_and_answers_survive_the_journey():
    rng = np.random.default_rng(7)
    names = rng.integers(0, 256, (30_000, 16), dtype=np.uint8)
    prints = rng.integers(0, 2**64, (30_000, 2), dtype=np.uint64)
    here = SetSide(Elements(names, prints, np.arange(30_000)))
    kept = np.ones(30_000, dtype=bool)
    kept[[5, 700, 29_999]] = False
    there = SetSide(Elements(names[kept], prints[kept], np.flatnonzero(kept)))
    inquiry, spent, rounds = Inquiry({"x": here}, first_asks({"x": here.root()}, {"x": there.root()})), 0, 0
    while inquiry.open:
        asked = orjson.dumps(messages.asks_out(inquiry.open))
        asks = messages.asks_in(orjson.loads(asked))
        told = orjson.dumps(messages.answers_out([ask.answered_by(there) for ask in asks]))
        inquiry.take(messages.answers_in(orjson.loads(told), inquiry.open))
        spent, rounds = spent + len(asked) + len(told), rounds + 1
    assert set(inquiry.ours("x").lows.tolist()) == set(prints[~kept][:, 0].tolist())
    assert rounds <= 3
    assert spent < 30_000  # a fraction of the 240 kB that telling everything would take


def test_equal_sides_ask_nothing():
    side = SetSide(held([(1, 2), (3, 4)]))
    assert first_asks({"x": side.root()}, {"x": side.root()}) == []
    assert first_asks({}, {"x": Sum()}) == []


@given(ROWS)
def test_sums_do_not_depend_on_order_and_can_be_taken_away(rows):
    a, b = held(rows), held(rows[::-1])
    assert total(a.prints) == total(b.prints)
    assert total(a.prints) - total(b.prints) == Sum()
    groups = np.sort(np.arange(len(rows)) % 3)
    assert added(grouped(a.prints, groups, 3)) == total(a.prints)
    assert Sum.of_text(len(rows), total(a.prints).text()) == total(a.prints)


@given(ROWS, st.integers(0, 3), st.integers(1, 4))
def test_sums_of_parts_are_the_same_however_they_are_worked_out(rows, bits, fan):
    side = SetSide(held(rows))
    prefixes = np.arange(1 << bits, dtype=np.uint64)
    one, other = side.children(bits, prefixes, fan), children_of(side.held, bits, prefixes, fan)
    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.lows, other.lows)


@pytest.mark.parametrize(
    "asks",
    [
        "no list",
        [{"item": "x"}],
        [{"item": "x", "bits": 0, "fan": 17, "prefixes": ""}],
        [{"item": "x", "bits": 60, "fan": 8, "prefixes": ""}],
        [{"item": "x", "bits": 4, "fan": 1, "prefixes": messages.pack(np.array([16], dtype=np.uint64), "<u8")}],
        [{"item": "x", "bits": 0, "fan": 1, "prefixes": "AAAA"}],
        [{"item": "x", "bits": 0, "fan": 1, "prefixes": "?"}],
        [{"item": "x", "bits": True, "fan": 1, "prefixes": ""}],
        [{"item": "x", "bits": 64, "fan": 0, "prefixes": messages.pack(np.zeros(messages.MOST_RANGES + 1), "<u8")}],
    ],
)
def test_questions_that_break_the_protocol_are_refused(asks):
    with pytest.raises(messages.MessageUnreadable):
        messages.asks_in(asks)


def test_answers_of_another_length_are_refused():
    side = SetSide(held([(1, 2)]))
    (ask,) = first_asks({"x": side.root()}, {"x": Sum()})
    good = messages.answers_out([ask.answered_by(side)])
    assert len(messages.answers_in(good, [ask])) == 1
    for bad in ([], [{"sizes": good[0]["sizes"]}], [good[0] | {"sizes": ""}], [good[0] | {"prints": ""}], ["x"]):
        with pytest.raises(messages.MessageUnreadable):
            messages.answers_in(bad, [ask])
