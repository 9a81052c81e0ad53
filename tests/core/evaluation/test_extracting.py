"""A record becomes evidence by the words of the policy, or says why it is none."""

from __future__ import annotations

from datetime import date

import pytest

from xinheng.core.evaluation.evidence import Evidence, NotCounted
from xinheng.core.evaluation.extracting import Statement, division_of, extractor_of
from xinheng.core.evaluation.result import Unused
from xinheng.core.policy import default_policy

EXTRACTOR = extractor_of(default_policy())


def told(item: str, values: dict[str, str], **more: object) -> list[Evidence | Unused]:
    given = {"record": 7, "item": item, "values": values, "governing": date(2026, 3, 1)} | more
    return EXTRACTOR.evidence(Statement(**given))  # type: ignore[arg-type]


SHOWN = {"shown": True, "shown_from": date(2026, 3, 1), "shown_until": date(2027, 3, 2)}


def test_a_penalty_counts_by_its_degree_and_only_while_it_is_shown() -> None:
    (one,) = told("adm.penalty", {"kinds": "罚款", "doc_no": "x"}, organ="深圳市生态环境局", **SHOWN)
    assert isinstance(one, Evidence)
    assert (one.kind, one.level, one.domain, one.stops) == ("penalty", "general", "environment", date(2027, 3, 2))
    assert one.fact


def test_a_penalty_that_is_never_shown_is_no_evidence() -> None:
    (one,) = told("adm.penalty", {"kinds": "警告", "credit_grade": "轻微"})
    assert one == Unused(record=7, why=NotCounted.NOT_SHOWN, kind="penalty")


@pytest.mark.parametrize("why", [NotCounted.REPAIRED, NotCounted.WITHDRAWN, NotCounted.REVOKED, NotCounted.EXPIRED])
def test_what_has_ended_is_no_evidence_at_once(why: NotCounted) -> None:
    assert told("adm.penalty", {"kinds": "罚款"}, ended=why, **SHOWN) == [Unused(record=7, why=why, kind="penalty")]


def test_a_suspended_decision_does_not_count_and_a_contested_one_counts_marked() -> None:
    (suspended,) = told("adm.penalty", {"kinds": "罚款"}, labels=frozenset({"停止执行"}), **SHOWN)
    assert isinstance(suspended, Unused)
    assert suspended.why is NotCounted.SUSPENDED
    (contested,) = told("adm.penalty", {"kinds": "罚款"}, labels=frozenset({"行政复议中"}), **SHOWN)
    assert isinstance(contested, Evidence)
    assert contested.contested


def test_a_good_deed_its_subject_asked_not_to_record() -> None:
    (one,) = told("hon.award", {"level": "市级", "opt_out": "是"})
    assert isinstance(one, Unused)
    assert one.why is NotCounted.OPTED_OUT


def test_a_registration_speaks_of_standing_and_of_the_trade() -> None:
    standing, trade = told("reg.enterprise", {"state": "存续（在营、开业、在册）", "industry": "E4710"})
    assert isinstance(standing, Evidence)
    assert isinstance(trade, Evidence)
    assert (standing.kind, standing.level) == ("registration", "existing")
    assert (trade.kind, trade.level) == ("trade", "medium")


@pytest.mark.parametrize(
    ("state", "level"),
    [
        ("吊销，未注销", "revoked"),
        ("吊销未注销", "revoked"),
        ("注销", "cancelled"),
        ("吊销已注销", "cancelled"),
        ("歇业", "existing"),
    ],
)
def test_states_of_the_registration(state: str, level: str) -> None:
    first = told("reg.enterprise", {"state": state})[0]
    assert isinstance(first, Evidence)
    assert first.level == level


def test_money_is_whole_fen_and_months_are_counted_with_both_ends() -> None:
    (tax,) = told("cmp.tax_arrears", {"total_balance": "500000.25"})
    (fund,) = told("cmp.hf_arrears", {"from": "2026-03", "to": "2026-05"})
    assert isinstance(tax, Evidence)
    assert isinstance(fund, Evidence)
    assert (tax.value, fund.value) == (50_000_025, 3)


@pytest.mark.parametrize("dirty", ["-3", "1e400", "很多", "", None])
def test_a_number_that_is_none_counts_nothing(dirty: str | None) -> None:
    (one,) = told("cmp.tax_arrears", {"total_balance": dirty})  # type: ignore[dict-item]
    assert isinstance(one, Evidence)
    assert 0 <= one.value < 2**43


@pytest.mark.parametrize(
    ("code", "division"), [("I6510", "65"), ("6510", "65"), ("65", "65"), ("I", ""), (None, ""), ("?", "")]
)
def test_the_division_of_a_trade(code: str | None, division: str) -> None:
    assert division_of(code) == division
