"""The register: records browsed by item, organisation and department; one record with its versions, source and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.policy import current_policy
from xinheng.apps.records import browsing, queries
from xinheng.apps.records.models import EventKind, LinkedBy, Version
from xinheng.core.identifiers import uscc
from xinheng.core.policy.model import Field, Item, Privacy
from xinheng.pages import words
from xinheng.pages.fields import label, shown_value
from xinheng.pages.showing import item_of
from xinheng.pages.tables import Cell, Column, Filter, choice, day_from, day_to, text
from xinheng.workbench.doors import door
from xinheng.workbench.showing import name_of, url_of
from xinheng.workbench.tabling import answer, table
from xinheng.workbench.views.accounts import department_choices

_SPEAKS = 8  # characters
_EVENTS = {
    EventKind.WITHDRAW: gettext_lazy("撤回"),
    EventKind.RESTORE: gettext_lazy("恢复"),
    EventKind.ANNOTATE: gettext_lazy("标注"),
    EventKind.EXPIRE: gettext_lazy("到期"),
    EventKind.REVOKE: gettext_lazy("撤销"),
}


def _items(account: Account) -> list[tuple[str, str]]:
    return [(item_id, name_of(item_id)) for item_id in current_policy().item_versions]


def title_of(version: Version) -> str:
    """Return what names a record: its document; a year or a grade alone says nothing without the item."""
    title = version.title or ""
    return title if len(title) >= _SPEAKS else f"{name_of(version.item)} {title}".strip()


def _title(version: Version) -> Cell:
    return Cell(title_of(version), url=reverse("workbench:record", args=[version.record_id]))


RECORDS = table(
    name="records",
    title=gettext_lazy("登记库"),
    action="record.read",
    order="-id",
    source=lambda account, asked: browsing.versions(visible_to=account),
    columns=(
        Column(key="title", title=gettext_lazy("记录"), cell=_title),
        Column(key="item", title=gettext_lazy("目录项"), cell=lambda v: name_of(v.item), order="item"),
        Column(key="subject", title=gettext_lazy("主体代码"), cell=lambda v: v.subject.code or "" if v.subject else _("待匹配"), code=True),
        Column(key="day", title=gettext_lazy("起算日"), cell=lambda v: v.governing.isoformat() if v.governing else ""),
        Column(key="until", title=gettext_lazy("公示至"), cell=lambda v: v.shown_until.isoformat() if v.shown_until else ""),
        Column(key="department", title=gettext_lazy("报送单位"), cell=lambda v: str(v.submission.department or ""), order="submission__department__code"),
        Column(key="id", title=gettext_lazy("批次"), cell=lambda v: Cell(v.submission.ref or "", url=url_of(v.submission)), order="pk", code=True),
    ),
    filters=(
        choice("item", gettext_lazy("目录项"), "item", _items),
        Filter(key="code", label=gettext_lazy("统一社会信用代码"), narrow=lambda rows, told: rows.filter(subject__code=uscc.compact(told))),
        text("q", gettext_lazy("文书号或标题"), "title"),
        choice("department", gettext_lazy("报送单位"), "submission__department__code", department_choices),
        day_from("since", gettext_lazy("起算日自"), "governing"),
        day_to("until", gettext_lazy("至"), "governing"),
    ),
)  # fmt: skip


@door("record.read")
def records(request: HttpRequest) -> HttpResponseBase:
    """Browse the register."""
    return answer(request, RECORDS, "workbench/records.html", {"here": "records"})


@dataclass(frozen=True, slots=True)
class Chapter:
    """One version of a record on the page."""

    number: int
    from_at: datetime
    until_at: datetime | None
    changes: list[tuple[str, str, str]]  # field, before, after
    source: list[tuple[str, str]]
    submission_url: str
    confirmed_by: list[str]


@door("record.read")
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show one record: what it says, where each version came from, what happened to it. Reading it is written down."""
    account = request.user
    found = browsing.record(record_id, visible_to=account)
    if found is None:
        raise Http404(_("没有这条记录。"))
    purpose = rights.require(account, "record.read")
    browsing.note_reading(record=found, purpose=purpose, by=account, at=now())
    chapters = queries.history(found)
    last, item = chapters[-1].version, item_of(found.item)
    subject = last.subject
    return render(
        request,
        "workbench/record.html",
        {
            "here": "records",
            "id": found.pk,
            "name": name_of(found.item),
            "title": title_of(last),
            "subject_code": subject.code if subject else "",
            "subject_url": reverse("portal:subject", args=[subject.code]) if subject and subject.code else "",
            "linked_by": LinkedBy(last.linked_by).label if last.linked_by else "",
            "fields": _fields(item, queries.content(last)) if item else [],
            "chapters": [_chapter(item, chapters, n) for n in reversed(range(len(chapters)))],
            "may_erase": rights.may(account, "record.erase") and bool(last.canonical),
            "events": [(str(_EVENTS[EventKind(e.kind)]), e.at, e.text, e.basis) for e in queries.events(found)],
        },
    )


def _fields(item: Item, values: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return name, value and class of the filled fields. What is about a person stays masked here, too."""
    told = []
    for one in item.fields:
        if (value := values.get(one.name)) in (None, ""):
            continue
        kind = words.say(words.PRIVACY, one.privacy) if words.PRIVACY[one.privacy] else ""
        told.append((label(one), _value(one, str(value)), kind))
    return told


def _value(field: Field, value: str) -> str:
    return f"{value[0]}＊＊" if field.privacy is Privacy.PERSONAL else shown_value(field, value)


def _chapter(item: Item | None, chapters: list[queries.Chapter], number: int) -> Chapter:
    here = chapters[number]
    before = queries.content(chapters[number - 1].version) if number else {}
    after = queries.content(here.version)
    changed = [
        (
            label(one),
            _value(one, str(before.get(one.name) or " ")).strip(),
            _value(one, str(after.get(one.name) or " ")).strip(),
        )
        for one in (item.fields if item and number else ())
        if before.get(one.name) != after.get(one.name)
    ]
    told = queries.provenance(here.version)
    source = [
        (_("批次"), told["submission"]),
        (_("报送单位"), told["department"]),
        (_("文件"), told["file"]),
        (_("工作表与行"), f"{told['sheet'] or ''} {told['row']}".strip()),
        (_("报送人"), told["officer"]),
        (_("确认人"), told["certifier"]),
        (_("登记序号"), str(told["position"])),
        (_("政策版本"), told["policy"].removeprefix("sha256:")[:12]),
        (_("承诺值"), told["commitment"][:16]),
    ]
    return Chapter(
        number + 1,
        here.visible_from,
        here.superseded_at,
        changed,
        [(name, value) for name, value in source if value],
        url_of(here.version.submission),
        here.confirmed_by,
    )
