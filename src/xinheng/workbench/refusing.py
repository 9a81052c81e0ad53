"""A refusal as people see it: what was not done, why, and the next step. Nothing has changed when one is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinheng.core.intake.finding import FileUnusable
from xinheng.core.refusal import Refusal
from xinheng.pages.finding_words import sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """A refusal on a page."""

    title: str
    message: str
    code: str
    next_step: str = ""
    url: str = ""
    url_text: str = ""


class StaleForm(Refusal):
    """The page was opened before the thing it speaks of changed."""

    code = "form.stale"
    message = "您打开本页之后，这一批的情况有了变化，所以没有执行。请看清最新情况再决定。"


class NotYourDesk(Refusal):
    """A form for officers of departments, opened by somebody without one."""

    code = "desk.department-only"
    message = "零报送由各部门的报送员办理。您的账号不属于任何部门。"


class NotDeclared(Refusal):
    """The declaration was not ticked."""

    code = "form.not-declared"
    message = "请先勾选声明，再确认。"


def shown(refusal: Refusal | FileUnusable) -> Shown:
    """Return the refusal in the words of a page."""
    message = sentence(refusal.code, refusal.message) if isinstance(refusal, FileUnusable) else said(refusal)
    return Shown(title=_("没有办成，什么都没有改变"), message=message, code=refusal.code)


def said(refusal: Refusal) -> str:
    """Return the sentence of a refusal in the reader's language."""
    facts = dict(refusal.facts)
    if why := facts.get("why"):
        facts["why"] = _(str(why))  # a short title of the checks
    return _(refusal.message).format(**facts)


def refused(request: HttpRequest, refusal: Refusal | FileUnusable, *, back: str, status: int = 409) -> HttpResponse:
    """Answer with a page that explains the refusal."""
    return render(request, "workbench/refusal.html", {"refusal": shown(refusal), "back": back}, status=status)
