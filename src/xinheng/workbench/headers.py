"""Column titles that may mean two things: the sender is asked, never guessed for."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from xinheng.apps.intake.models import State, Submission
from xinheng.core.intake.headers import fold_header
from xinheng.pages.fields import label
from xinheng.pages.showing import item_of


@dataclass(frozen=True, slots=True)
class Question:
    """One title, and the fields it may stand for."""

    title: str
    choices: list[tuple[str, str]]


def questions(submission: Submission) -> list[Question]:
    """Return what has to be asked about the columns of a submission that is not yet signed."""
    item = item_of(submission.item)
    if submission.state != State.CHECKED or item is None:
        return []
    meanings = {fold_header(title): names for title, names in item.ambiguous.items()}
    asked = dict.fromkeys(
        f["column"] for f in submission.report.get("findings", []) if f["code"] == "header.ambiguous" and f["column"]
    )
    return [
        Question(title, [(name, label(item.field(name))) for name in meanings[fold_header(title)]])
        for title in asked
        if fold_header(title) in meanings
    ]


class AnswersForm(forms.Form):
    """One choice for each title asked about."""

    def __init__(self, *args: object, asked: list[Question], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.titles = {f"h{number}": question.title for number, question in enumerate(asked)}
        for number, question in enumerate(asked):
            self.fields[f"h{number}"] = forms.ChoiceField(
                label=_("“%s”这一列是") % question.title,
                choices=[("", _("不采集这一列")), *question.choices],
                required=False,
            )

    def answers(self) -> dict[str, str]:
        """Return title → field, for the titles that were settled."""
        return {title: self.cleaned_data[name] for name, title in self.titles.items() if self.cleaned_data[name]}
