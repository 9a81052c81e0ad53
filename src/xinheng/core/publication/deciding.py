"""May this record be shown today, and until when? A pure function of the record, the rules in force and the day.

A degree-dependent record is judged twice: under the rules in force on the day of the decision and under those in force
on the day asked about; the answer better for the subject applies, and the other is told beside it. (No transitional
text is known: the choice is ours.) Everything else has one rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from xinheng.core.policy.model import Certainty, SubjectKind
from xinheng.core.publication import grading
from xinheng.core.publication.facts import PublicationFacts, State
from xinheng.core.publication.rules import GRADED, CountsFrom, Ends, Grade, Rule, Rules
from xinheng.core.publication.sentences import REASONS, why_shown

_UNSURE = (Certainty.RECALLED, Certainty.PROPOSED)
_FOR_EVER = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What another rule would have said."""

    rule_id: str
    publish: bool
    until: date | None
    basis: str
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The answer for one record on one day."""

    shown: bool
    reason: str  # code: shown, repaired, ended, not-public …
    sentence: str  # Chinese
    until: date | None = None  # last day shown, to its end; None: no end is set
    earliest_repair: date | None = None  # first day on which repair may be applied for
    grade: Grade | None = None
    grade_derived: bool = False  # the provider has not said: to be confirmed
    rule_id: str | None = None
    basis: str = ""
    certainty: Certainty | None = None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def provisional(self) -> bool:
        """Say whether the answer rests on a figure known from memory only, or on a degree nobody has confirmed."""
        return self.certainty in _UNSURE or self.grade_derived


def decide(facts: PublicationFacts, rules: Rules, *, on: date) -> Publication:
    """Say whether the record is shown on this day, why, and until when."""
    if reason := _never(facts, rules):
        return _hidden(reason)
    if facts.publication_rule == GRADED:
        return _decide_graded(facts, rules, on)
    in_force = [rule for rule in rules.of(facts.publication_rule) if rule.decides and rule.in_force(on)]
    return _by_rule(facts, in_force[0], on) if in_force else _hidden("no-rule")


def _never(facts: PublicationFacts, rules: Rules) -> str | None:
    """Return why the record is not shown on any day, or None. First match wins."""
    if facts.subject_kind is SubjectKind.PERSON:
        return "person"
    if facts.state is not State.CURRENT:
        return str(facts.state)
    if not facts.stands:
        return "basis-expired"
    if facts.publish != "P":
        return "not-public"
    if facts.value("opt_out") == "是":
        return "opted-out"
    return "item-state" if rules.hides(facts.item, facts.value("state")) else None


def _decide_graded(facts: PublicationFacts, rules: Rules, on: date) -> Publication:
    graded = grading.grade(
        facts.value("credit_grade"), facts.value("kinds"), facts.value("case_procedure"), rules.grade_of_kind
    )
    if graded.grade is None:
        return _hidden("grade-unknown")
    told = [rule for rule in rules.of(GRADED) if graded.grade in rule.grades and _concerns(rule, facts)]
    told = [rule for rule in told if rule.in_force(facts.governing_on) or rule.in_force(on)]
    deciding = [rule for rule in told if rule.decides]
    if not deciding:
        return replace(_hidden("no-rule"), grade=graded.grade, grade_derived=graded.derived)
    # Best for the subject first: not shown at all, else the earlier end; of equals the rule in force today.
    best = min(deciding, key=lambda r: (r.publish, last_day(r, facts) or _FOR_EVER, not r.in_force(on)))
    others = tuple(
        Alternative(
            rule_id=rule.id,
            publish=rule.publish,
            until=last_day(rule, facts),
            basis=rule.basis,
            certainty=rule.certainty,
        )
        for rule in told
        if rule is not best
    )
    return replace(_by_rule(facts, best, on), grade=graded.grade, grade_derived=graded.derived, alternatives=others)


def _concerns(rule: Rule, facts: PublicationFacts) -> bool:
    organ = facts.value("organ_name") or ""
    return not rule.organs or any(word in organ for word in rule.organs)


def _by_rule(facts: PublicationFacts, rule: Rule, on: date) -> Publication:
    until = last_day(rule, facts)
    if not rule.publish:
        reason = "minor" if rule.grades else "not-public"
    elif on < facts.governing_on:
        reason = "not-yet"
    elif until is not None and on > until:
        reason = "ended"
    else:
        reason = "shown"
    return Publication(
        shown=reason == "shown",
        reason=reason,
        sentence=why_shown(rule, until) if reason == "shown" else REASONS[reason],
        until=until if rule.publish else None,
        earliest_repair=rule.minimum.after(_start(rule, facts)) if rule.publish and rule.minimum else None,
        rule_id=rule.id,
        basis=rule.basis,
        certainty=rule.certainty,
    )


def last_day(rule: Rule, facts: PublicationFacts) -> date | None:
    """Return the last day a rule lets the record be shown, to its end; None where it sets no end, or shows nothing."""
    if not rule.publish:
        return None
    ends = [rule.maximum.after(_start(rule, facts))] if rule.maximum else []
    if facts.closing_on is not None and rule.ends is not Ends.IGNORED:
        closing = rule.plus.after(facts.closing_on) if rule.plus else facts.closing_on
        ends.append(closing - timedelta(days=1) if rule.ends is Ends.BEFORE else closing)
    return min(ends, default=None)


def _start(rule: Rule, facts: PublicationFacts) -> date:
    if rule.counts_from is CountsFrom.PUBLISHED and facts.published_on is not None:
        return facts.published_on
    return facts.governing_on


def _hidden(reason: str) -> Publication:
    return Publication(shown=False, reason=reason, sentence=REASONS[reason])
