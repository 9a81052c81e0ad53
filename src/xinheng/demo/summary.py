"""What became of the year: how much went in, what came back and why, what anyone may see. In Chinese, for the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from xinheng.apps.accounts.models import Account, Role
from xinheng.apps.intake.models import Kind, State, Submission
from xinheng.apps.intake.visible import visible
from xinheng.apps.records.models import LinkState, LinkTask, Record, Version
from xinheng.apps.subjects.models import Subject
from xinheng.core.intake.finding import Level
from xinheng.core.intake.messages import level_of, title_of
from xinheng.demo.officers import ADMIN, AUDITOR, CENTRE, PASSWORD, SECOND

_CHANNEL = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counts of the register after the demo."""

    on: date
    organisations: int
    files: int
    rows: int
    accepted: int
    returned: int
    returned_because: tuple[tuple[str, int], ...]  # code, rows: the ten most frequent
    records: int
    versions: int
    published: int
    not_public: int
    waiting: int
    zero_reports: int
    uncertified: int
    withdrawn: int
    reporters: int
    practice: str  # the workbook to try the upload page with
    address: str


def summarise(*, on: date, practice: str, address: str) -> Summary:
    """Count what the register holds of the demo."""
    mine = Submission.objects.filter(channel=_CHANNEL)
    sums = mine.filter(kind=Kind.NORMAL).aggregate(rows=Sum("rows"))
    because: dict[str, int] = {}
    accepted = returned = 0
    for state, counts, report in mine.filter(kind=Kind.NORMAL).values_list("state", "counts", "report"):
        returned += counts.get("returned", 0)
        if state in (State.ACCEPTED, State.REPLACED):
            accepted += counts.get("new", 0) + counts.get("versions", 0) + counts.get("unchanged", 0)
        for code, count in report.get("counts", {}).items():
            if level_of(code) is Level.FATAL:
                because[code] = because.get(code, 0) + count
    shown = Q(shown_rule__isnull=False) & (Q(shown_from__isnull=True) | Q(shown_from__lte=on))
    shown &= Q(shown_until__isnull=True) | Q(shown_until__gt=on)
    seen = Version.objects.filter(visible(None))
    versions = seen.count()
    published = seen.filter(shown).count()
    return Summary(
        on=on,
        organisations=Subject.objects.count(),
        files=mine.filter(kind=Kind.NORMAL).count(),
        rows=sums["rows"] or 0,
        accepted=accepted,
        returned=returned,
        returned_because=tuple(sorted(because.items(), key=lambda pair: (-pair[1], pair[0]))[:10]),
        records=Record.objects.count(),
        versions=versions,
        published=published,
        not_public=versions - published,
        waiting=LinkTask.objects.filter(state=LinkState.WAITING).count(),
        zero_reports=Submission.objects.filter(kind=Kind.ZERO).count(),
        uncertified=mine.filter(state=State.CHECKED).count(),
        withdrawn=mine.filter(state=State.WITHDRAWN).count(),
        reporters=Account.objects.filter(role=Role.REPORTER).count(),
        practice=practice,
        address=address,
    )


def show(summary: Summary, console: Console) -> None:
    """Print the summary."""
    counts = Table.grid(padding=(0, 2))
    counts.add_column(justify="left")
    counts.add_column(justify="right", style="bold")
    for label, number in (
        ("信用主体", summary.organisations),
        ("报送批次", summary.files),
        ("报送数据（行）", summary.rows),
        ("  入库", summary.accepted),
        ("  退回报送员", summary.returned),
        ("登记库记录", summary.records),
        ("  现在公示", summary.published),
        ("  不公示（未到期限、已过期限或按规定不公开）", summary.not_public),
        ("  待匹配主体", summary.waiting),
        ("零报送", summary.zero_reports),
        ("待确认批次", summary.uncertified),
        ("已撤回批次", summary.withdrawn),
    ):
        counts.add_row(label, f"{number:,}")
    reasons = Table(title="退回原因（前 10）", title_justify="left", box=None, padding=(0, 2))
    reasons.add_column("问题")
    reasons.add_column("代码", style="dim")
    reasons.add_column("处", justify="right")
    for code, number in summary.returned_because:
        reasons.add_row(title_of(code), code, f"{number:,}")
    doors = Table.grid(padding=(0, 2))
    for label, text in (
        ("网址", summary.address),
        ("报送员（市市场监管局）", "baosong01"),
        ("其他部门报送员", f"baosong02 至 baosong{summary.reporters:02d}"),
        ("信用中心", f"{CENTRE}、{SECOND}（验证码显示在登录页）"),
        ("审计、系统管理", f"{AUDITOR}、{ADMIN}（同上）"),
        ("密码（全部相同）", PASSWORD),
        ("练习用文件", summary.practice),
    ):
        doors.add_row(label, Text(text, style="bold"))
    title = f"演示城市（{summary.on:%Y年%m月%d日}）：全部主体、人员和决定均为虚构"
    console.print(Panel(Group(counts, "", reasons, "", doors), title=title, expand=False))
