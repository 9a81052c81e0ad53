"""Why an indicator is off, in the reader's language: kept in Chinese with the run, turned round where a page shows it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.apps.policy import current_policy
from xinheng.pages import words

# As ``core.evaluation.switches`` writes them; a part in braces is a name or a reason of the policy.
SENTENCES = (
    gettext_noop("目录中还没有这类信息：{why}"),
    gettext_noop("目录项“{item}”当日不在目录中"),
    gettext_noop("目录项“{item}”未启用：{why}"),
    gettext_noop("目录未允许“{item}”用于综合评价"),
    gettext_noop("“{item}”不予共享"),
    gettext_noop("“{item}”还没有归集到数据"),
    gettext_noop("依据“{item}”不在有效期内"),
)
_PATTERNS = [
    (sentence, re.compile(re.sub(r"\\{([a-z]+)\\}", r"(?P<\1>.+)", re.escape(sentence)))) for sentence in SENTENCES
]


def say(why: str) -> str:
    """Return the reason; the empty one stays empty, one nobody knows is told as it is kept."""
    for sentence, pattern in _PATTERNS:
        if found := pattern.fullmatch(why):
            parts = found.groupdict()
            if "why" in parts:
                parts["why"] = _(parts["why"])
            if "item" in parts:
                parts["item"] = _item(parts["item"])
            return _(sentence).format(**parts)
    return _(why) if why else ""


def _item(name: str) -> str:
    item = next((v[-1] for v in current_policy().item_versions.values() if v and v[-1].zh == name), None)
    return words.item_name(item) if item is not None else name
