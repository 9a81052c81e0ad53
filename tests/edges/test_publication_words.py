"""Until when a record is shown, why another is not, why an item is off: read in the reader's language."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import translation

from edges import town
from xinheng.core.calendar.months import Period
from xinheng.core.policy import default_policy
from xinheng.core.publication.rules import rules_of
from xinheng.core.publication.sentences import REASONS, why_shown
from xinheng.pages import publication_words, words

POLICY = default_policy()
RULES = [rule for rules in rules_of(POLICY).by_key.values() for rule in rules]
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(autouse=True)
def in_chinese():
    """Begin in Chinese: a page asked for in another language leaves that language behind."""
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize("text", REASONS.values(), ids=REASONS)
def test_every_reason_is_told_in_english_and_in_traditional_characters(text: str) -> None:
    assert publication_words.why(text) == text
    with translation.override("en"):
        assert not CHINESE.search(publication_words.why(text))
    with translation.override("zh-hant"):
        assert publication_words.why(text) != text


@pytest.mark.parametrize("until", [None, date(2031, 8, 31)])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_every_rule_says_of_a_record_is_told_in_english_but_for_its_basis(rule, until: date | None) -> None:
    stored = why_shown(rule, until)
    with translation.override("en"):
        told = publication_words.why(stored)
    assert str(rule.basis) in told
    assert not CHINESE.search(told.replace(str(rule.basis), ""))
    assert ("2031-08-31" in told) == (until is not None)
    assert publication_words.why(stored) == stored


@pytest.mark.parametrize(
    ("period", "english", "chinese"),
    [
        (Period(months=12), "1 year", "1年"),
        (Period(months=36), "3 years", "3年"),
        (Period(months=3), "3 months", "3个月"),
        (Period(days=1), "1 day", "1日"),
        (Period(months=1, days=15), "1 month and 15 days", "1个月零15日"),
        (None, "", ""),
    ],
)
def test_terms(period: Period | None, english: str, chinese: str) -> None:
    assert publication_words.term(period) == chinese == ("" if period is None else str(period))
    with translation.override("en"):
        assert publication_words.term(period) == english


def test_a_term_of_days_and_months_inside_of_a_sentence() -> None:
    stored = "公示至2031年8月31日（最长公示1个月零15日，自决定之日起算；到期当日终了自动停止）。依据：X。"
    with translation.override("en"):
        assert "1 month and 15 days at most" in publication_words.why(stored)


def test_why_an_item_is_off_and_its_units_are_told_in_english() -> None:
    items = [item for versions in POLICY.item_versions.values() for item in versions]
    told = {item.inactive_because for item in items if item.inactive_because}
    units = {field.unit for item in items for field in item.fields if field.unit}
    assert len(told) > 15
    with translation.override("en"):
        assert not [text for text in told | units if CHINESE.search(words.said(text))]


@pytest.mark.django_db
def test_the_pages_tell_it_so(client, on_record) -> None:
    client.cookies["django_language"] = "en"
    rules = client.get("/rules/").content.decode()
    assert "The publication term is over" in rules
    assert "3 months" in rules
    page = client.get(f"/s/{town.SHOP}").content.decode()
    record = client.get(re.search(r"/r/\d+", page)[0]).content.decode()
    assert re.search(r"Shown (until|for as long as).*Basis: ", record)
