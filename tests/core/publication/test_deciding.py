"""What is shown, what is not, and how the answer explains itself."""

from datetime import date

import pytest

from xinheng.core.policy.model import Certainty, SubjectKind
from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import Label, State
from xinheng.core.publication.rules import Grade
from xinheng.core.publication.sentences import REASONS

TODAY = date(2026, 5, 1)


def test_a_general_penalty_is_shown_for_a_year_and_repairable_after_three_months(penalty, rules):
    answer = decide(penalty(kinds="警告;罚款"), rules, on=TODAY)
    assert answer.shown
    assert answer.until == date(2027, 4, 8)
    assert answer.earliest_repair == date(2026, 7, 8)
    assert answer.grade is Grade.GENERAL
    assert answer.rule_id == "r3.general"
    assert "2027年4月8日" in answer.sentence
    assert "第36号" in answer.basis


def test_it_stops_at_the_end_of_the_last_day(penalty, rules):
    assert decide(penalty(), rules, on=date(2027, 4, 8)).shown
    after = decide(penalty(), rules, on=date(2027, 4, 9))
    assert (after.shown, after.reason) == (False, "ended")


def test_a_degree_we_derived_is_marked_and_one_the_provider_gave_is_not(penalty, rules):
    derived, given = decide(penalty(), rules, on=TODAY), decide(penalty(credit_grade="一般"), rules, on=TODAY)
    assert (derived.grade_derived, derived.provisional) == (True, True)
    assert (given.grade_derived, given.provisional) == (False, False)
    assert derived.until == given.until


def test_the_providers_degree_prevails_over_the_kinds(penalty, rules):
    assert decide(penalty(kinds="罚款", credit_grade="严重"), rules, on=TODAY).until == date(2029, 4, 8)
    assert not decide(penalty(kinds="吊销许可证件", credit_grade="轻微"), rules, on=TODAY).shown


def test_a_kind_nobody_has_graded_is_not_shown_until_the_provider_says(penalty, rules):
    answer = decide(penalty(kinds="罚款;新设的处罚"), rules, on=TODAY)
    assert (answer.shown, answer.reason) == (False, "grade-unknown")
    assert decide(penalty(kinds="其他-责令改正"), rules, on=TODAY).grade is Grade.GENERAL


def test_the_regime_better_for_the_subject_applies_and_the_other_is_told(penalty, rules):
    answer = decide(penalty(governing_on=date(2026, 3, 31)), rules, on=TODAY)
    assert (answer.rule_id, answer.until) == ("r3.general", date(2027, 3, 31))
    assert [(a.rule_id, a.until) for a in answer.alternatives] == [
        ("r1.ordinary", date(2029, 3, 31)),
        ("r2.general", date(2027, 3, 31)),
    ]


def test_a_figure_known_from_memory_is_marked(penalty, rules):
    answer = decide(penalty(governing_on=date(2024, 6, 1), credit_grade="一般"), rules, on=date(2024, 7, 1))
    assert (answer.rule_id, answer.certainty, answer.provisional) == ("r1.ordinary", Certainty.RECALLED, True)


def test_a_plan_and_another_system_are_told_and_never_decide(penalty, rules):
    facts = penalty(governing_on=date(2025, 7, 1), organ_name="深圳市市场监督管理局", published_on=date(2025, 7, 5))
    answer = decide(facts, rules, on=date(2025, 8, 1))
    assert (answer.rule_id, answer.until) == ("r1.ordinary", date(2028, 7, 1))
    told = {a.rule_id: a.until for a in answer.alternatives}
    assert told == {"r2.general": date(2026, 7, 1), "samr45.other": date(2028, 7, 5)}


def test_the_providers_earlier_end_counts_and_a_later_one_does_not(penalty, rules):
    assert decide(penalty(closing_on=date(2026, 8, 1)), rules, on=TODAY).until == date(2026, 8, 1)
    assert decide(penalty(closing_on=date(2030, 1, 1)), rules, on=TODAY).until == date(2027, 4, 8)


def test_nothing_is_shown_before_the_day_of_the_decision(penalty, rules):
    assert decide(penalty(), rules, on=date(2026, 4, 7)).reason == "not-yet"


def test_without_a_rule_in_force_nothing_is_shown(penalty, rules):
    answer = decide(penalty(governing_on=date(2018, 1, 1)), rules, on=date(2018, 6, 1))
    assert (answer.shown, answer.reason, answer.grade) == (False, "no-rule", Grade.GENERAL)


@pytest.mark.parametrize("state", [s for s in State if s is not State.CURRENT])
def test_a_record_that_no_longer_stands_is_not_shown(penalty, rules, state):
    answer = decide(penalty(state=state), rules, on=TODAY)
    assert (answer.shown, answer.reason, answer.until) == (False, state.value, None)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"subject_kind": SubjectKind.PERSON}, "person"),
        ({"subject_kind": SubjectKind.PERSON, "publish": "P", "state": State.REPAIRED}, "person"),
        ({"publish": "G"}, "not-public"),
        ({"publish": "Q"}, "not-public"),
        ({"publish": "X"}, "not-public"),
        ({"stands": False}, "basis-expired"),
        ({"publication_rule": "permanent", "opt_out": "是"}, "opted-out"),
        ({"publication_rule": "never"}, "not-public"),
        ({"publication_rule": "valid", "item_state": "无效"}, "item-state"),
        ({"publication_rule": "list", "item_state": "拟列入(已告知)"}, "item-state"),
        ({"publication_rule": "valid", "item": "hon.gi", "item_state": "注销"}, "item-state"),
        ({"kinds": "警告"}, "minor"),
        ({"kinds": "警告;通报批评"}, "minor"),
        ({"kinds": "罚款", "case_procedure": "简易程序"}, "minor"),
        ({"kinds": ""}, "grade-unknown"),
    ],
)
def test_each_ground_for_silence_has_its_reason_and_its_sentence(penalty, rules, given, reason):
    answer = decide(penalty(**given), rules, on=TODAY)
    assert (answer.shown, answer.reason, answer.sentence) == (False, reason, REASONS[reason])


def test_a_word_that_ends_one_item_does_not_end_another(penalty, rules):
    assert decide(
        penalty(publication_rule="registered", item="reg.enterprise", item_state="注销"), rules, on=TODAY
    ).shown


def test_a_label_never_hides(penalty, rules):
    assert decide(penalty(labels=frozenset(Label)), rules, on=TODAY).shown


def test_an_item_whose_rule_is_unknown_is_a_defect_and_not_published(penalty, rules):
    with pytest.raises(KeyError):
        decide(penalty(publication_rule="for-ever"), rules, on=TODAY)
