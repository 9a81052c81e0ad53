"""A name is locked after five wrong attempts within a quarter of an hour, longer each time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from support.builders import AT
from xinheng.core.access.lockout import FIRST_LOCK, LONGEST_LOCK, MOST, WITHIN, Trouble, after_failure, is_locked

NO_TROUBLE = Trouble()


def fail(times: int, trouble: Trouble = NO_TROUBLE, *, every: timedelta = timedelta(seconds=1), at=AT) -> Trouble:
    for number in range(times):
        trouble = after_failure(trouble, at=at + every * number)
    return trouble


def test_four_wrong_attempts_lock_nothing_and_the_fifth_does():
    assert not is_locked(fail(MOST - 1), at=AT)
    locked = fail(MOST)
    assert is_locked(locked, at=AT + timedelta(minutes=14))
    assert not is_locked(locked, at=AT + FIRST_LOCK + timedelta(seconds=MOST))


def test_attempts_far_apart_are_not_counted_together():
    assert not is_locked(fail(20, every=WITHIN), at=AT + WITHIN * 20)


def test_each_lock_is_twice_as_long_up_to_a_day():
    trouble, at, lasted = Trouble(), AT, []
    for _ in range(12):
        trouble = fail(MOST, trouble, at=at, every=timedelta(0))
        lasted.append(trouble.locked_until - at)
        at = trouble.locked_until
    assert lasted[:3] == [FIRST_LOCK, FIRST_LOCK * 2, FIRST_LOCK * 4]
    assert lasted[-1] == LONGEST_LOCK


def test_attempts_while_locked_do_not_make_it_longer():
    locked = fail(MOST)
    assert fail(50, locked) == locked


@given(st.lists(st.integers(0, 2_000), max_size=80))
def test_whatever_the_rhythm_no_more_than_five_attempts_are_answered_before_a_lock(gaps):
    trouble, at, answered = Trouble(), AT, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        if is_locked(trouble, at=at):
            continue
        answered.append(at)
        trouble = after_failure(trouble, at=at)
        recent = [one for one in answered if at - one < WITHIN]
        assert trouble.failures < MOST
        assert len(recent) < MOST or trouble.locked_until is not None or trouble.locks > 0
