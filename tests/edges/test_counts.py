"""Counts are kept with every change of the register and are on any day what counting anew finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from edges import town
from support.erasing import erasing_by
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.records import actions as deciding
from xinheng.apps.records import queries
from xinheng.apps.records.counting import keeping, reading
from xinheng.apps.records.counting.difference import ALL
from xinheng.apps.records.models import LinkTask, Record, Tally, Version
from xinheng.apps.subjects.models import Subject
from xinheng.apps.subjects.queries import known
from xinheng.apps.timetable import regular
from xinheng.core.identifiers import orgcode

DAYS = [town.DAY + timedelta(days=n) for n in (0, 1, 200, 319, 320, 321, 400, 4000)]
ITEMS = ["adm.penalty", "adm.licence", "reg.enterprise"]


def right(*, kept: bool = True) -> None:
    """Hold the counts against those counted anew; ``kept``: they are written down, nothing had to be added."""
    if kept:
        told, here = keeping.state(), keeping.reached()
        assert (told.position, told.event) == (here.position, here.event)
    for on in DAYS:
        expected_totals, expected = Counter[str](), Counter[tuple[str, str, date]]()
        for (item, organ, month, _day), n in reading.counted(on):
            if organ == ALL:
                expected_totals[item] += n
            else:
                expected[item, organ, month] += n
        subjects, totals = reading.totals(on=on)
        assert totals == {item: n for item, n in expected_totals.items() if n}, on
        assert reading.cells(ITEMS, on=on) == {key: n for key, n in expected.items() if n}, on
        assert sum(totals.values()) == queries.shown(queries.current().filter(subject__isnull=False), on=on).count(), on
        assert subjects == known().count()


@pytest.fixture(params=["in the transaction", "foreseen"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Work a step's difference out inside its transaction, or before it; never afterwards."""
    monkeypatch.setattr(keeping, "afterwards", lambda **_told: None)
    if request.param == "foreseen":
        monkeypatch.setattr(keeping, "_WITHIN", 0)
    return request.param


def test_counts_follow_acceptance_correction_and_withdrawal(
    way: str, on_record: None, hand_in: Callable[..., Any], officer: Account
) -> None:
    right()
    assert reading.totals(on=town.DAY)[1] == {"reg.enterprise": 3, "adm.penalty": 1, "adm.licence": 2}
    first = hand_in(
        [
            town.penalty(doc_no="深市监罚〔2026〕901号"),
            town.penalty(town.code(77), doc_no="深市监罚〔2026〕902号", subject_name="深圳市新来有限公司"),
        ]
    )
    right()
    corrected = hand_in([town.penalty(doc_no="深市监罚〔2026〕901号", decided_on="2026-09-30")])
    assert corrected.counts["versions"] == 1
    right()
    again = hand_in(
        [town.penalty(doc_no="深市监罚〔2026〕902号", subject_name="深圳市新来有限公司", subject_code=town.code(77))]
    )
    assert again.counts["unchanged"] == 1
    right()
    actions.withdraw(submission=corrected, because="报错了", by=officer, at=now())
    right()
    actions.withdraw(submission=first, because="报错了", by=officer, at=now())  # what another said again still stands
    right()
    assert reading.totals(on=town.DAY)[1]["adm.penalty"] == 2
    actions.withdraw(submission=again, because="报错了", by=officer, at=now())
    right(kept=False)


def test_counts_follow_a_replacement(way: str, on_record: None, hand_in: Callable[..., Any], officer: Account) -> None:
    first = hand_in([town.penalty(doc_no="深市监罚〔2026〕911号"), town.penalty(doc_no="深市监罚〔2026〕912号")])
    hand_in([town.penalty(doc_no="深市监罚〔2026〕912号")])
    new = [town.penalty(doc_no="深市监罚〔2026〕911号", decided_on="2026-08-01")]
    second = actions.replace(submission=first, source=new, by=officer, at=now())
    second = actions.carry_on(submission=second, by=officer, at=now())
    assert second.state == "accepted"
    right()
    assert reading.totals(on=town.DAY)[1]["adm.penalty"] == 3


def test_counts_follow_what_happens_to_one_record(on_record: None, officer: Account, centre: Account) -> None:
    record = Record.objects.filter(item="adm.penalty").get()
    deciding.annotate(record=record, text="异议处理中", by=officer, at=now())
    right()
    deciding.withdraw_record(record=record, because="信用修复", by=officer, at=now())
    right()
    assert "adm.penalty" not in reading.totals(on=town.DAY)[1]
    deciding.restore_record(record=record, because="撤销有误", by=officer, at=now())
    right()
    assert reading.totals(on=town.DAY)[1]["adm.penalty"] == 1
    licence = Version.objects.filter(item="adm.licence").first().record
    erasing_by(centre)(licence, at=now())
    right()
    assert reading.totals(on=town.DAY)[1]["adm.licence"] == 1


def test_an_erased_record_leaves_counts_that_had_fallen_behind(
    on_record: None, hand_in: Callable[..., Any], centre: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "afterwards", lambda **_told: None)
    monkeypatch.setattr(keeping, "_WITHIN", -1)
    monkeypatch.setattr(keeping, "foresee", lambda **_told: None)
    hand_in([town.penalty(doc_no="深市监罚〔2026〕921号")])
    right(kept=False)
    record = Version.objects.get(title="深市监罚〔2026〕921号").record
    erasing_by(centre)(record, at=now())
    right()


def test_counts_follow_a_link_and_its_undoing(on_record: None, hand_in: Callable[..., Any], centre: Account) -> None:
    old = "00000123" + orgcode.check_character("00000123")
    hand_in([town.penalty(subject_code=None, orgcode=old)])
    right()
    task = LinkTask.objects.get()
    deciding.link(task=task, subject=Subject.objects.get(code=town.SHOP), reason="核对", by=centre, at=now())
    right()
    assert reading.totals(on=town.DAY)[1]["adm.penalty"] == 2
    deciding.unlink(task=task, reason="同名", by=centre, at=now())
    right()


def test_a_term_ends_in_the_counts_on_its_day(on_record: None, settings: Any) -> None:
    ends = Version.objects.get(item="adm.penalty").shown_until
    before, after = ends - timedelta(days=1), ends
    assert reading.totals(on=before)[1]["adm.penalty"] == 1
    assert "adm.penalty" not in reading.totals(on=after)[1]
    keeping.fold(on=before)
    assert reading.totals(on=before)[1]["adm.penalty"] == 1
    assert "adm.penalty" not in reading.totals(on=after)[1]
    keeping.fold(on=after + timedelta(days=1))
    assert "adm.penalty" not in reading.totals(on=after + timedelta(days=1))[1]
    assert reading.totals(on=before)[1]["adm.penalty"] == 1  # a day looked back on is counted anew
    assert not Tally.objects.filter(n=0).exists()
    right()


def test_what_comes_after_days_were_put_together_counts_as_well(on_record: None, hand_in: Callable[..., Any]) -> None:
    keeping.fold(on=town.DAY)
    hand_in([town.penalty(decided_on="2026-06-01"), town.penalty(decided_on="2024-06-01")])
    right()


def test_a_step_that_meets_another_is_made_good_afterwards(
    on_record: None, hand_in: Callable[..., Any], officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = town.penalty(town.code(78), doc_no="深市监罚〔2026〕931号", subject_name="深圳市后来有限公司")
    waiting = hand_in([row], certify=False)
    foresee, met = keeping.foresee, []

    def foresee_then_be_overtaken(**told: Any) -> Any:
        found = foresee(**told)
        if not met:
            met.append(True)
            hand_in([row | {"行政处罚决定书文号": "深市监罚〔2026〕932号"}])
        return found

    monkeypatch.setattr(keeping, "_WITHIN", 0)
    monkeypatch.setattr(keeping, "foresee", foresee_then_be_overtaken)
    actions.carry_on(submission=waiting, by=officer, at=now())
    assert met
    right()


def test_a_register_from_before_counts_were_kept_is_counted_once(on_record: None) -> None:
    expected = reading.totals(on=town.DAY)
    keeping.recount()
    assert reading.totals(on=town.DAY) == expected
    right()


def test_counts_that_fell_behind_are_never_told_as_they_were(
    on_record: None, hand_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "afterwards", lambda **_told: None)
    monkeypatch.setattr(keeping, "follow", lambda **_told: None)
    for most in (20_000, 0):  # added by the reader, or counted anew
        monkeypatch.setattr(reading, "_WORTH_ADDING", most)
        hand_in([town.penalty()])
        right(kept=False)
    assert reading.totals(on=town.DAY)[1]["adm.penalty"] == 3
    assert keeping.catch_up()
    right()


def test_the_timetable_makes_good_what_was_left_out(
    on_record: None, hand_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = regular.named("keep-counts")
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "afterwards", lambda **_told: None)
        patched.setattr(keeping, "follow", lambda **_told: None)
        hand_in([town.penalty()])
    assert keeping.state().position != keeping.reached().position
    assert daily.do(at=now()) == "已补记到最新位置"
    right()
    assert daily.do(at=now()) == ""
    assert keeping.state().folded == town.DAY - timedelta(days=1)
