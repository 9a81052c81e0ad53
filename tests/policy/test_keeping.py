"""How long what is handed in is kept: each rule is dated and cited, the one that ends first decides, spoiled ones are refused."""

from datetime import date

import pytest

from xinheng.core.policy import default_policy
from xinheng.core.policy.keeping import What, When, deciding

RULES = default_policy().keep_rules
SINCE = date(2026, 11, 1)
RULE = {
    "id": "keep.try", "what": "original", "when": ["accepted"], "period": "P30D", "document": "试验法", "article": "第一条",
    "certainty": "read",
}  # fmt: skip


def decided(what: What, when: When, day: date, *, beyond: bool = False) -> str | None:
    rule = deciding(RULES, what, when, since=SINCE, beyond=beyond, on=day)
    return rule.id if rule else None


@pytest.mark.parametrize(
    ("what", "when", "beyond", "last", "rule"),
    [
        (What.ORIGINAL, When.ACCEPTED, False, date(2026, 11, 30), "keep.original-accepted"),
        (What.ORIGINAL, When.PENDING, False, date(2027, 1, 29), "keep.original-pending"),
        (What.ORIGINAL, When.OVER, False, date(2026, 11, 7), "keep.original-over"),
        (What.ORIGINAL, When.ACCEPTED, True, date(2026, 11, 10), "keep.original-beyond-catalogue"),
        (What.ORIGINAL, When.PENDING, True, date(2026, 11, 10), "keep.original-beyond-catalogue"),
        (What.ORIGINAL, When.OVER, True, date(2026, 11, 7), "keep.original-over"),
        (What.ROWS, When.PENDING, True, date(2027, 1, 29), "keep.rows"),
        (What.ROWS, When.ACCEPTED, False, date(2026, 11, 7), "keep.rows-done"),
    ],
)
def test_each_thing_is_kept_to_the_last_day_and_not_longer(what, when, beyond, last, rule):
    assert decided(what, when, last, beyond=beyond) is None
    assert decided(what, when, date.fromordinal(last.toordinal() + 1), beyond=beyond) == rule


def test_every_rule_cites_what_it_rests_on():
    assert RULES
    assert all(rule.document and rule.article and rule.certainty for rule in RULES)


def keeping(tiny, *rules):
    tables = "\n".join(
        "[[rule]]\n" + "".join(f"{k} = {v if isinstance(v, list) else repr(v)}\n" for k, v in rule.items())
        for rule in rules
    )
    tiny.write("national/intake/keeping.toml", tables)
    return tiny.codes()


def test_a_sound_rule_loads(tiny):
    assert keeping(tiny, RULE) == []
    assert tiny.load().keep_rules[0].days == 30


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"period": "P1M"}, "keep.period"),
        ({"what": "copies"}, "value.unknown"),
        ({"when": ["later"]}, "value.unknown"),
        ({"certainty": "sure"}, "value.unknown"),
        ({"document": ""}, "key.missing"),
        ({"article": ""}, "key.missing"),
        ({"perioud": "P30D"}, "key.unknown"),
    ],
)
def test_a_spoiled_rule_is_refused(tiny, change, code):
    assert keeping(tiny, RULE | change) == [code]


def test_two_versions_of_a_rule_may_not_hold_on_one_day(tiny):
    assert keeping(tiny, RULE, RULE | {"period": "P20D"}) == ["keep.overlap"]


def test_a_city_may_add_a_shorter_rule(tiny):
    keeping(tiny, RULE)
    text = (tiny.root / "national/intake/keeping.toml").read_text(encoding="utf-8").replace("keep.try", "keep.city")
    tiny.write("shenzhen/intake/keeping.toml", text.replace("P30D", "P5D"))
    rule = deciding(
        tiny.load().keep_rules, What.ORIGINAL, When.ACCEPTED, since=SINCE, beyond=False, on=date(2026, 11, 6)
    )
    assert rule.id == "keep.city"
