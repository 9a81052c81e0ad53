"""How a submission is told on pages: its state, its totals, its steps, and what its officer does next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.policy import current_policy
from xinheng.pages.finding_words import sentence
from xinheng.pages.words import item_name

STATES = {
    State.RECEIVED: (gettext_noop("已接收"), "is-accent"),
    State.CHECKING: (gettext_noop("正在检查"), "is-accent"),
    State.CHECKED: (gettext_noop("待确认"), "is-warn"),
    State.CERTIFIED: (gettext_noop("正在入库"), "is-accent"),
    State.ACCEPTED: (gettext_noop("已入库"), "is-good"),
    State.REPLACED: (gettext_noop("已被替换"), ""),
    State.WITHDRAWN: (gettext_noop("已撤回"), ""),
    State.REFUSED: (gettext_noop("不能使用"), "is-bad"),
    State.FAILED: (gettext_noop("处理失败"), "is-bad"),
}
UNDER_WAY = (State.RECEIVED, State.CHECKING, State.CERTIFIED)


@dataclass(frozen=True, slots=True)
class Line:
    """A submission as one line of a list, and as the head of its own page."""

    ref: str
    url: str
    title: str
    item: str
    file: str
    size: int
    format: str
    encoding: str
    department: str
    officer: str
    at: datetime
    rows: int
    returned: int
    state: str
    tone: str
    told_by: str
    receipt: str
    receipt_hash: str


def line(submission: Submission) -> Line:
    """Return what lists and pages say of a submission."""
    state, tone = STATES[State(submission.state)]
    name = name_of(submission.item) or _("目录项待识别")
    title = {Kind.ZERO: _("零报送：%s"), Kind.MENDED: _("修改后再报：%s")}.get(Kind(submission.kind), "%s") % name
    return Line(
        ref=submission.ref or "",
        url=url_of(submission),
        title=title,
        item=title,
        file=submission.file_name or (submission.period if submission.kind == Kind.ZERO else ""),
        size=submission.size,
        format=submission.format,
        encoding=submission.encoding,
        department=str(submission.department or ""),
        officer=str(submission.officer),
        at=submission.received_at,
        rows=submission.rows,
        returned=submission.counts.get("returned", 0),
        state=_(state),
        tone=tone,
        told_by=submission.report.get("item_told_by", ""),
        receipt=submission.receipt,
        receipt_hash=submission.receipt_hash,
    )


def url_of(submission: Submission) -> str:
    """Return the address of the submission's page."""
    return reverse("workbench:submission", args=[submission.ref])


def name_of(item_id: str) -> str:
    """Return the name of a catalogue item by its newest version; the id where the catalogue no longer knows it."""
    versions = current_policy().item_versions.get(item_id, ())
    return item_name(versions[-1]) if versions else item_id


@dataclass(frozen=True, slots=True)
class Total:
    """One number of a submission."""

    label: str
    number: int
    tone: str = ""


def totals(submission: Submission) -> list[Total]:
    """Return the numbers of a submission that was checked."""
    counts = submission.counts
    if submission.kind == Kind.ZERO or not counts:
        return []
    told = [
        Total(_("总行数"), submission.rows),
        Total(_("新增"), counts.get("new", 0), "good"),
        Total(_("更正（新版本）"), counts.get("versions", 0), "good"),
        Total(_("与已有内容相同"), counts.get("unchanged", 0)),
        Total(_("退回"), counts.get("returned", 0), "bad" if counts.get("returned") else ""),
    ]
    return [*told, Total(_("待匹配主体"), counts["waiting"], "warn")] if counts.get("waiting") else told


def good_rows(submission: Submission) -> int:
    """Return how many rows go in."""
    return submission.rows - submission.counts.get("returned", 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way from receipt to register."""

    name: str
    done: bool
    now: bool
    at: datetime | None


def steps(submission: Submission) -> list[Step]:
    """Return the four steps, with the day of those done."""
    stations: list[tuple[str, datetime | None]] = [
        (_("接收"), submission.received_at),
        (_("检查"), submission.checked_at),
        (_("确认"), submission.certified_at),
        (_("入库"), submission.accepted_at),
    ]
    if submission.kind == Kind.ZERO:
        del stations[1]
    over = submission.state in (State.REFUSED, State.FAILED)
    first_open = next((i for i, (_name, at) in enumerate(stations) if at is None), len(stations))
    return [
        Step(name, done=at is not None, now=i == first_open and not over, at=at)
        for i, (name, at) in enumerate(stations)
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """A word of advice, or something refused."""

    title: str
    text: str
    tone: str = ""


def advice(submission: Submission) -> Told | None:
    """Return what the officer should do now."""
    good, returned = good_rows(submission), submission.counts.get("returned", 0)
    if returned and submission.original_erased_at and not submission.returned_rows.filter(sealed=False).exists():
        return Told(
            _("退回的行已按期清除，不能再在这里修改"), _("请改好原文件后重新上传；已经入库的行不受影响。"), "is-warn"
        )
    match submission.state:
        case State.CHECKED if good and returned:
            return Told(
                _("%(good)s 行可以入库，%(returned)s 行需要修改") % {"good": f"{good:,}", "returned": f"{returned:,}"},
                _("可以先确认好的行，再修改其余的单独再报；也可以在这里改，或改好原文件重新上传。"),
            )
        case State.CHECKED if good:
            return Told(
                _("全部 %s 行都可以入库") % f"{good:,}", _("请核对后确认。确认之前，什么都不会入库。"), "is-good"
            )
        case State.CHECKED:
            return Told(_("没有可以入库的行"), _("请按下面的说明修改，在这里改或改好原文件重新上传。"), "is-warn")
        case State.ACCEPTED if submission.kind == Kind.ZERO:
            return Told(_("零报送已登记"), _("回执可以打印留存。"), "is-good")
        case State.ACCEPTED:
            text = _("退回的行可以在这里修改后单独再报。") if returned else _("回执可以打印留存。")
            return Told(_("%s 行已经入库") % f"{good:,}", text, "is-good")
        case State.WITHDRAWN:
            return Told(_("这一批已经撤回"), submission.withdrawn_because, "is-warn")
        case State.REPLACED:
            return Told(_("这一批已被新的批次替换"), submission.withdrawn_because, "is-warn")
        case State.REFUSED | State.FAILED:
            return Told(
                _("这份文件没有入库"),
                _("%(message)s（%(code)s）")
                % {"message": sentence(submission.error_code, submission.error_message), "code": submission.error_code},
                "is-bad",
            )
    return None


def erased(submission: Submission) -> str:
    """Return the sentence that the original is gone, with the rule and its basis; "" while it is kept."""
    if submission.original_erased_at is None:
        return ""
    rules = [rule for rule in current_policy().keep_rules if rule.id == submission.original_erased_by]
    said = {
        "day": localtime(submission.original_erased_at).date(),
        "basis": rules[-1].basis if rules else submission.original_erased_by,
    }
    return _("原件已按期清除（%(day)s，依据%(basis)s），仅保留校验值；需要标注好的工作簿时，请重新报送原文件。") % said


def report_facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Return how the file was read: columns, repairs, notes."""
    joined = _("、").join
    facts = []
    if report.get("columns"):
        differing = [f"{title} → {name}" for title, name in report["columns"].items()]
        facts.append((_("识别的列"), _("%s 列") % len(differing)))
    if report.get("missing"):
        facts.append((_("文件里没有的列"), joined(report["missing"])))
    if report.get("quarantined"):
        facts.append((_("目录外、未采集的列"), joined(report["quarantined"])))
    if report.get("passed_through"):
        facts.append((_("只回给您、不采集的列"), joined(report["passed_through"])))
    facts.extend(
        (note.get("sheet") or _("说明"), sentence(note["code"], note["message"])) for note in report.get("notes", [])
    )
    if report.get("checked_on"):
        facts.append((_("检查日期与规则版本"), f"{report['checked_on']} · {report.get('policy', '')[:19]}"))
    return facts
