"""The publication rules in force, read from the policy data that decides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from xinheng.apps.clock import today
from xinheng.apps.policy import current_policy
from xinheng.core.policy.model import Item
from xinheng.core.publication.rules import GRADED, CountsFrom, Ends, Rule, rules_of
from xinheng.pages import publication_words, reading, words
from xinheng.pages.kept import kept


@kept
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule: those in force first, then those of the past and to come."""
    policy, on = current_policy(), today()
    using: dict[str, list[Item]] = {}
    for item in policy.items(on=on):
        if item.publish == "P":
            using.setdefault(item.publication_rule, []).append(item)
    told = [rule for rules in rules_of(policy).by_key.values() for rule in rules]
    told.sort(key=lambda rule: (not rule.in_force(on), rule.key != GRADED, rule.key))
    return render(
        request,
        "portal/rules.html",
        {
            "here": "rules",
            "policy_digest_whole": policy.digest,
            "rules": [shown(rule, using.get(rule.key, []), in_force=rule.in_force(on)) for rule in told],
            "reasons": publication_words.reasons(),
        },
    )


@kept
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show one rule: what it says, since when, on which basis, and every catalogue item it decides."""
    policy, on = current_policy(), today()
    found = next((r for rules in rules_of(policy).by_key.values() for r in rules if r.id == rule_id), None)
    if found is None:
        raise Http404(_("没有这条规则。"))
    items = [item for item in policy.items(on=on) if item.publish == "P" and item.publication_rule == found.key]
    counted = reading.counts(on=on).by_item
    lines = [(words.item_name(i), reverse("portal:records", args=[i.id]), counted.get(i.id, 0)) for i in items]
    same = [r for r in rules_of(policy).by_key[found.key] if r.id != found.id]
    told = {
        "here": "rules",
        "rule": shown(found, [], in_force=found.in_force(on)),
        "items": lines,
        "others": [shown(r, [], in_force=r.in_force(on)) for r in same],
        "policy_digest_whole": policy.digest,
    }
    return render(request, "portal/rule.html", told)


def shown(rule: Rule, items: list[Item], *, in_force: bool) -> dict[str, object]:
    """Return a rule in the words of a page."""
    return {
        "anchor": rule.id,
        "url": reverse("portal:rule", args=[rule.id]),
        "title": title(rule),
        "in_force": in_force,
        "publish": rule.publish,
        "facts": [(label, value) for label, value in facts(rule, items) if value],
        "basis": rule.basis,
        "certainty": words.say(words.CERTAINTY, rule.certainty.value),
    }


def title(rule: Rule) -> str:
    """Return what the rule is about."""
    if rule.grades:
        return _("、").join(_("%s失信") % _(grade.value) for grade in sorted(rule.grades))
    return words.say(words.PUBLICATION_KEYS, rule.key)


def facts(rule: Rule, items: list[Item]) -> list[tuple[str, str]]:
    """Return what the rule says, label by label."""
    begins = rule.effective_from.isoformat() if rule.effective_from else _("一直")
    ends = rule.effective_to.isoformat() if rule.effective_to else _("至今")
    names = [words.item_name(item) for item in items]
    return [
        (_("是否公示"), _("公示") if rule.publish else _("不公示")),
        (_("最长公示"), publication_words.term(rule.maximum)),
        (_("最短公示（之后可申请修复）"), publication_words.term(rule.minimum)),
        (_("起算"), _("首次公示之日") if rule.counts_from is CountsFrom.PUBLISHED else _("决定之日")),
        (
            _("到期"),
            {Ends.ON: _("有效期届满当日终了"), Ends.BEFORE: _("移出之日起不再公示"), Ends.IGNORED: ""}[rule.ends],
        ),
        (_("适用机关"), _("、").join(rule.organs)),
        (_("适用期间"), f"{begins} — {ends}"),
        (_("适用的目录项"), _("、").join(names[:6]) + (_("等 %s 项") % len(names) if len(names) > 6 else "")),
        (_("规则编号"), rule.id),
    ]
