"""The maintained sums say what the register says: after acceptances, corrections, withdrawals, events, crashes."""

from __future__ import annotations

import random

import numpy as np
import orjson
import pytest

from support import builders
from xinheng.apps.exchange import keeping, saying, trees
from xinheng.apps.exchange.forms import form_digest, forms_of, pair_key_of
from xinheng.apps.exchange.models import Channel, Leaf, Page, Tree
from xinheng.apps.exchange.recounting import RecountedSide, wrong_sums
from xinheng.apps.exchange.sides import cold, own_sides
from xinheng.apps.intake import actions
from xinheng.apps.records import queries
from xinheng.apps.records.actions import restore_record, withdraw_record
from xinheng.core.reconciliation.canonical import canonical_text, digest
from xinheng.core.reconciliation.descent import differences
from xinheng.core.reconciliation.elements import element_prints, name_of_record_key
from xinheng.core.reconciliation.sums import Sum, total


@pytest.fixture(autouse=True)
def _nobody_keeps_up(monkeypatch, request):
    """Sums are brought up when the test says so, but for the test of the worker's part."""
    if "worker" not in request.node.name:
        for name in ("acceptance", "withdrawal"):
            monkeypatch.setattr(f"xinheng.apps.intake.{name}.register_moved", lambda: None)


def plainly(channel: Channel, item: str) -> dict[str, Sum]:
    """The sum of an item worked out with the plainest means there are."""
    form, key = forms_of(channel)[item], pair_key_of(channel)
    names, prints = [], []
    for version in queries.current().filter(item=item).select_related("record"):
        names.append(name_of_record_key(bytes(version.record.key)))
        prints.append(digest(canonical_text(orjson.loads(version.canonical), form)))
    return total(element_prints(names, prints, key)) if names else Sum()


def require_right(channel: Channel) -> None:
    state = keeping.catch_up(channel)
    for item, form in forms_of(channel).items():
        tree = trees.active(channel, item)
        side = trees.TreeSide(tree)
        assert side.root() == plainly(channel, item)
        assert side.root() == cold(channel, item, form, state).root()
        held = side.all()
        assert RecountedSide(tree).root() == side.root()
        assert total(np.stack((held["low"], held["high"]), axis=1)) == side.root()
        ours, theirs = differences(side, cold(channel, item, form, state))
        assert not len(ours)
        assert not len(theirs)


def test_sums_follow_whatever_happens(channel, hand_in, officer, colleague):
    dice = random.Random(3)
    known: list[dict] = []
    submissions = []
    most = 0
    require_right(channel)
    for step in range(24):
        match dice.randrange(5):
            case 0 | 1:
                rows = [builders.penalty(subject_code=builders.code(dice.randrange(1, 9))) for _ in range(7)]
                known += rows
                submissions.append(hand_in(rows))
            case 2 if known:
                again = [dict(row) for row in dice.sample(known, min(5, len(known)))]
                again[0]["违法事实"] = f"更正 {step}"
                submissions.append(hand_in(again))
            case 3 if submissions:
                gone = submissions.pop(dice.randrange(len(submissions)))
                actions.withdraw(submission=gone, because="报错", by=officer, at=builders.later(minutes=step))
            case _:
                version = queries.current().filter(item="adm.penalty").first()
                if version is not None:
                    withdraw_record(
                        record=version.record, because="决定已撤销", by=officer, at=builders.later(minutes=step)
                    )
                    if dice.random() < 0.5:
                        restore_record(
                            record=version.record,
                            because="恢复",
                            by=officer,
                            at=builders.later(minutes=step, seconds=1),
                        )
        require_right(channel)
        most = max(most, trees.active(channel, "adm.penalty").count)
    assert most > 20


def test_an_earlier_state_can_be_answered_for_after_the_register_has_moved_on(channel, hand_in):
    hand_in([builders.penalty() for _ in range(5)])
    before = keeping.catch_up(channel)
    roots = {item: side.root() for item, side in own_sides(channel, before).items()}
    hand_in([builders.penalty() for _ in range(3)])
    keeping.catch_up(channel)
    earlier = own_sides(channel, before)
    assert {item: side.root() for item, side in earlier.items()} == roots
    ours, theirs = differences(earlier["adm.penalty"], own_sides(channel, keeping.now_at())["adm.penalty"])
    assert (len(ours), len(theirs)) == (0, 3)


def test_a_crash_in_the_middle_is_made_good(channel, hand_in, monkeypatch):
    hand_in([builders.penalty() for _ in range(40)])
    keeping.catch_up(channel)
    hand_in([builders.penalty() for _ in range(40)])
    real, calls = trees._change_page, []

    def dying(*told):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        real(*told)

    monkeypatch.setattr(trees, "_PAGES_IN_ONE", 1)
    monkeypatch.setattr(trees, "_change_page", dying)
    with pytest.raises(KeyboardInterrupt):
        keeping.catch_up(channel)
    monkeypatch.setattr(trees, "_change_page", real)
    with pytest.raises(keeping.BeingKept):
        keeping.catch_up(channel)
    Channel.objects.update(kept_until=builders.AT)  # the dead one's lease has run out
    require_right(channel)
    assert trees.active(channel, "adm.penalty").count == 80


def test_a_tree_that_has_become_crowded_is_built_anew(channel, hand_in, monkeypatch):
    hand_in([builders.penalty() for _ in range(30)])
    keeping.catch_up(channel)
    first = trees.active(channel, "adm.penalty")
    monkeypatch.setattr("xinheng.core.reconciliation.leaves.crowded", lambda count, bits: True)
    monkeypatch.setattr("xinheng.core.reconciliation.leaves.bits_for", lambda count: 11)
    hand_in([builders.penalty() for _ in range(30)])
    require_right(channel)
    now = trees.active(channel, "adm.penalty")
    assert (now.bits, now.count) == (11, 60)
    assert not Tree.objects.filter(pk=first.pk).exists()
    assert not Leaf.objects.filter(tree=first.pk).exists()
    assert not Page.objects.filter(tree=first.pk).exists()
    side = trees.TreeSide(now)
    other = cold(channel, "adm.penalty", forms_of(channel)["adm.penalty"], keeping.now_at())
    for bits, fan in ((0, 3), (3, 8), (8, 3), (9, 2), (10, 4), (11, 2), (0, 11)):
        prefixes = np.unique(other.held.positions >> np.uint64(64 - bits)) if bits else np.zeros(1, np.uint64)
        one, two = side.children(bits, prefixes, fan), other.children(bits, prefixes, fan)
        assert np.array_equal(one.counts, two.counts)
        assert np.array_equal(one.lows, two.lows)
        assert sorted(side.told(bits, prefixes).lows) == sorted(other.told(bits, prefixes).lows)


def test_nothing_to_do_does_nothing(channel, hand_in, django_assert_max_num_queries, monkeypatch):
    hand_in([builders.penalty()])
    state = keeping.catch_up(channel)
    monkeypatch.setattr(saying, "said", None)
    with django_assert_max_num_queries(4):
        assert keeping.catch_up(channel) == state


def test_a_grant_changes_what_is_compared(channel, hand_in):
    forms = {item: form_digest(form) for item, form in forms_of(channel).items()}
    assert set(forms) == {"adm.penalty", "reg.enterprise"}
    assert forms_of(channel)["adm.penalty"].left_out == {"person_id"}


def test_sums_that_were_meddled_with_are_noticed(channel, hand_in):
    hand_in([builders.penalty() for _ in range(30)])
    keeping.catch_up(channel)
    assert wrong_sums(channel) == []
    page = Page.objects.filter(tree__item="adm.penalty").first()
    page.sums = bytes(page.sums)[:-1] + bytes([bytes(page.sums)[-1] ^ 1])
    page.save()
    assert wrong_sums(channel) == ["adm.penalty"]
    keeping.catch_up(channel, anew=True)
    assert wrong_sums(channel) == []


def test_the_worker_brings_the_sums_up_after_each_acceptance_and_withdrawal(channel, hand_in, officer):
    submission = hand_in([builders.penalty() for _ in range(3)])
    channel.refresh_from_db()
    assert trees.active(channel, "adm.penalty").count == 3
    assert (channel.position, channel.due) == (submission.position, False)
    actions.withdraw(submission=submission, because="报错", by=officer, at=builders.later(hours=1))
    assert trees.active(channel, "adm.penalty").count == 0


def test_an_erased_record_leaves_the_sums_though_its_name_is_gone(channel, hand_in, erase):
    hand_in([builders.penalty() for _ in range(6)])
    keeping.catch_up(channel)
    record = queries.current().filter(item="adm.penalty").first().record
    erase(record, at=builders.later(hours=1))
    require_right(channel)
    assert trees.active(channel, "adm.penalty").count == 5
