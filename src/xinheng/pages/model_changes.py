"""What a draft changes in the model it began as: line by line as pages read, for whoever must approve it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinheng.pages.models import ShownModel, ShownRule

_AROUND = 1  # unchanged lines shown beside a changed one of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that reads otherwise; empty where it is new, or gone."""

    what: str
    before: str
    after: str


def changes(before: ShownModel, after: ShownModel) -> list[Change]:
    """Return what reads otherwise, in the order of the model's page."""
    old, new = dict(_lines(before)), dict(_lines(after))
    named = {key: what for key, (what, _text) in (*old.items(), *new.items())}
    order = [*new, *(key for key in old if key not in new)]
    pairs = [(named[key], old.get(key, ("", ""))[1], new.get(key, ("", ""))[1]) for key in order]
    return [Change(what=what, before=was, after=now) for what, was, now in pairs if was != now]


def text_changes(before: str, after: str) -> list[tuple[str, str]]:
    """Return the changed lines of two model files with what stands around them: sign (-, + or none) and text."""
    told = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=_AROUND)
    return [("…", "") if line.startswith("@@") else (line[0].strip(), line[1:]) for line in list(told)[2:]]


def _lines(model: ShownModel) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield everything a model's page says: a key that stays, then what it is called and what it says."""
    yield ("head", "name"), (_("名称"), model.name)
    yield ("head", "organ"), (_("负责单位"), model.organ)
    yield ("head", "kinds"), (_("适用主体"), model.kinds)
    for title, text in model.card:
        yield ("card", title), (title, text)
    for grade, words, least, _tone in model.bands:
        from_points = _("%(points)s 分起，%(words)s") % {"points": least, "words": words}
        yield ("band", grade), (_("等级 %s") % grade, from_points)
    for number, rule in enumerate(model.none):
        yield ("none", str(number)), (_("没有结果的情形"), rule)
    for part in model.parts:
        limits = {"start": part.start, "least": part.least, "most": part.most}
        yield ("part", part.name), (part.name, _("起点 %(start)s 分，最低 %(least)s 分，最高 %(most)s 分") % limits)
        for rule in part.rules:
            yield from _rule(rule)
    for cap in model.caps:
        yield from _rule(cap)


def _rule(rule: ShownRule) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield what a rule says, each of its sides alone: a changed figure then stands without what stayed."""
    sides = {
        "points": (rule.name, _("；").join(rule.points)),
        "looks": (_("%s：看什么信息") % rule.name, rule.looks_at),
        "basis": (_("%s：依据") % rule.name, _("；").join(rule.basis)),
        "off": (_("%s：停用的原因") % rule.name, rule.off),
    }
    for side, (what, text) in sides.items():
        if text:
            yield (side, rule.id), (what, text)
