"""The days on which a record is shown, as a pair: what queries filter on.

``window`` looks ahead from a day: it already knows every rule whose days in force are written down, so it needs
computing anew only when the record or the policy changes, not when a known rule takes over from another. Pages ask
``decide`` again for the final word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import PublicationFacts
from xinheng.core.publication.rules import Rules

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day shown, both included; ``rule_id`` sets the last. No first day: never shown. No last day: no end."""

    first_day: date | None
    last_day: date | None
    rule_id: str | None
    reason: str

    def holds(self, on: date) -> bool:
        """Say whether a day lies in the window."""
        return self.first_day is not None and self.first_day <= on and (self.last_day is None or on <= self.last_day)


def window(facts: PublicationFacts, rules: Rules, on: date) -> Window:
    """Return the first unbroken run of days, from ``on`` or earlier, on which ``decide`` shows the record.

    The first day is the governing day (or the first day of publication, where that is known and later); for the past the
    rules in force on ``on`` are taken, so ask with ``on`` = the day of acceptance. A record whose days are over keeps
    them: its window lies in the past.
    """
    start = max(facts.governing_on, facts.published_on or facts.governing_on)
    asked = max(on, start)
    answer = decide(facts, rules, on=asked)
    run = Window(start, answer.until, answer.rule_id, answer.reason) if answer.shown else None
    for day in rules.change_days(facts.publication_rule):
        if day <= asked:
            continue
        if run is not None and run.last_day is not None and run.last_day < day:
            break
        later = decide(facts, rules, on=day)
        if run is None and later.shown:  # shown only once a later rule is in force
            run = Window(day, later.until, later.rule_id, later.reason)
        elif run is not None and later.shown:
            run = replace(run, last_day=later.until, rule_id=later.rule_id)
        elif run is not None:
            return replace(run, last_day=day - _DAY, rule_id=later.rule_id)
    if run is not None:
        return run
    if answer.reason == "ended":
        return Window(start, answer.until, answer.rule_id, answer.reason)
    return Window(None, None, answer.rule_id, answer.reason)
