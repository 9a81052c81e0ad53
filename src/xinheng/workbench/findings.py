"""The findings of a submission as a grid: filtered by code and row, with exact counts beside capped examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _

from xinheng.core.intake.finding import Level
from xinheng.core.intake.messages import level_of
from xinheng.pages import finding_words

PAGE = 50


class FindingsForm(forms.Form):
    """Which findings to show."""

    code = forms.ChoiceField(required=False)
    row = forms.IntegerField(required=False, min_value=1)

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("问题")
        named = _("%(title)s（%(number)s）")
        self.fields["code"].choices = [
            ("", _("全部")),
            *((c, named % {"title": finding_words.title(c), "number": f"{n:,}"}) for c, n in counts.items()),
        ]
        self.fields["row"].label = _("跳到第几行")


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem and how often it was found."""

    code: str
    title: str
    level: str
    tone: str
    number: int
    basis: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One finding in the grid."""

    place: str
    column: str
    seen: str
    message: str
    level: str
    tone: str
    mend_url: str


def level_words(level: Level | str) -> tuple[str, str]:
    """Return word and tone of a level."""
    return (_("错误"), "is-bad") if Level(level) is Level.FATAL else (_("提醒"), "is-warn")


def codes(counts: dict[str, int], chosen: str, page_url: str) -> list[Code]:
    """Return the kinds of problems, the worst and most frequent first."""
    order = sorted(counts.items(), key=lambda entry: (level_of(entry[0]) is not Level.FATAL, -entry[1], entry[0]))
    return [
        Code(
            code,
            finding_words.title(code),
            *level_words(level_of(code)),
            number,
            finding_words.basis(code),
            f"{page_url}?code={code}#findings",
            code == chosen,
        )
        for code, number in order
    ]


def place(finding: dict[str, Any], sheets: set[str | None]) -> str:
    """Return where a finding is, as the sender sees it."""
    if finding["row"] is None:
        return _("整份文件")
    row = _("第 %s 行") % finding["row"]
    return f"{finding['sheet']} · {row}" if len(sheets) > 1 and finding["sheet"] else row


def chosen(report: dict[str, Any], code: str, row: int | None) -> list[dict[str, Any]]:
    """Return the findings that answer the filters, from the row asked for onwards."""
    return [
        f
        for f in report.get("findings", [])
        if (not code or f["code"] == code) and (row is None or (f["row"] is not None and f["row"] >= row))
    ]


def grid(
    found: list[dict[str, Any]], report: dict[str, Any], mend_url: str, open_rows: set[tuple[str, int]]
) -> list[Seen]:
    """Return findings as rows of the grid, each with a link to mend it where it can be mended here."""
    sheets = {f["sheet"] for f in report.get("findings", [])}
    return [
        Seen(
            place(f, sheets),
            f["column"] or "",
            finding_words.seen(f["seen"]),
            finding_words.sentence(f["code"], f["message"]),
            *level_words(f["level"]),
            _jump(mend_url, f) if (f["sheet"] or "", f["row"]) in open_rows else "",
        )
        for f in found
    ]


def examples_words(report: dict[str, Any], code: str) -> str:
    """Say how many there are in truth, and that only examples are listed."""
    counts = report.get("counts", {})
    total = counts.get(code, 0) if code else sum(counts.values())
    listed = sum(1 for f in report.get("findings", []) if not code or f["code"] == code)
    if listed < total:
        most = report.get("examples_per_code", 0)
        return _("共 %(total)s 处，这里列出 %(listed)s 处（每类最多 %(most)s 处）；全部问题见下载的工作簿。") % {
            "total": f"{total:,}",
            "listed": f"{listed:,}",
            "most": f"{most:,}",
        }
    return _("共 %s 处，全部列出。") % f"{total:,}"


def _jump(mend_url: str, finding: dict[str, Any]) -> str:
    """Return the address of the very cell on the page where rows are mended."""
    asked = urlencode({"row": finding["row"]} | ({"at": finding["column"]} if finding["column"] else {}))
    return f"{mend_url}?{asked}"  # that row stands first; an anchor would take the focus away from its cell
