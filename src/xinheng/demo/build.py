"""Building the demo: open accounts, write the year's files, hand them in, and say what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from xinheng.apps import clock
from xinheng.apps.audit import actions as audit
from xinheng.apps.audit.models import Event
from xinheng.apps.intake.models import Register, Submission
from xinheng.apps.policy import current_policy
from xinheng.core.refusal import Refusal
from xinheng.demo import city as cities
from xinheng.demo.ahead import Ahead
from xinheng.demo.evaluating import evaluate
from xinheng.demo.files import DemoFile, write_files
from xinheng.demo.officers import open_accounts
from xinheng.demo.practice import NAME as PRACTICE
from xinheng.demo.practice import write_practice
from xinheng.demo.summary import Summary, show, summarise
from xinheng.demo.year import CHANNEL, Year

ORGANISATIONS, SEED = 20_000, 20260401
ADDRESS = "http://127.0.0.1:8000"
_BEGUN, _BUILT = "demo.begun", "demo.built"


class RegisterInUse(Refusal):
    """The register holds other data: invented organisations are never mixed with real ones."""

    code = "demo.register-in-use"
    message = "登记库里已有其他数据（{submissions} 个报送批次），演示城市不能与真实数据混在一起。请换一个空的数据目录（设置 XINHENG_VAR）或空数据库。"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demo was begun with; an interrupted one goes on with the same."""

    organisations: int
    seed: int
    on: str

    @property
    def day(self) -> date:
        """The day of the city."""
        return date.fromisoformat(self.on)


def built() -> bool:
    """Say whether a whole demo stands in the register."""
    return Event.objects.filter(action=_BUILT).exists()


def build(
    *,
    organisations: int = ORGANISATIONS,
    seed: int = SEED,
    on: date | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
    address: str = ADDRESS,
    ahead: Ahead | None = None,
) -> Summary:
    """Build the demo city of this day (today) in the register, or finish the one that was begun, and return its summary.

    ``progress`` is a started progress bar, ``ahead`` the writing of this city's files that was begun before. Raises RegisterInUse where the register holds anything but a demo.
    """
    folder = folder or Path(settings.XINHENG_VAR) / "demo"
    plan = _begun() or _begin(Plan(organisations, seed, (on or clock.today()).isoformat()))
    practice = folder / PRACTICE
    if not built():
        city = cities.build(current_policy(), organisations_count=plan.organisations, seed=plan.seed, on=plan.day)
        write_practice(folder, city)
        fits = ahead is not None and ahead.of == (plan.organisations, plan.seed, plan.day)
        files = ahead.files(city.policy) if ahead is not None and fits else write_files(folder / "files", city)
        _hand_in_year(city, plan, files, folder / "files", progress)
        evaluate(at=_now(plan.day), progress=progress)
        with transaction.atomic():
            audit.record(_BUILT, about=Register(pk=1), by=None, at=_now(plan.day), **asdict(plan))
    return summarise(on=plan.day, practice=str(practice), address=address)


def run(
    *,
    organisations: int = ORGANISATIONS,
    seed: int = SEED,
    on: date | None = None,
    if_missing: bool = False,
    address: str = ADDRESS,
    console: Console | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Build with a progress bar and print the summary. ``if_missing``: do nothing where a demo, or anything else, stands."""
    console = console or Console()
    if if_missing and (built() or _others()):
        return
    with _bar(console) as progress:
        summary = build(organisations=organisations, seed=seed, on=on, progress=progress, address=address, ahead=ahead)
    show(summary, console)


def _bar(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def _others() -> int:
    return Submission.objects.exclude(channel=CHANNEL).count() if _begun() is None else 0


def _begun() -> Plan | None:
    event = Event.objects.filter(action=_BEGUN).order_by("-pk").first()
    return None if event is None else Plan(**event.facts)


def _begin(plan: Plan) -> Plan:
    if submissions := _others():
        raise RegisterInUse(submissions=submissions)
    with transaction.atomic():
        audit.record(_BEGUN, about=Register(pk=1), by=None, at=_now(plan.day), **asdict(plan))
    return plan


def _now(day: date) -> datetime:
    """This instant, on the day of the city."""
    return timezone.localtime(clock.now()).replace(year=day.year, month=day.month, day=day.day)


def _hand_in_year(
    city: cities.City, plan: Plan, files: Iterable[DemoFile], folder: Path, progress: Progress | None
) -> None:
    officers = open_accounts(city.policy, seed=plan.seed, at=_now(plan.day))
    year = Year(city.policy, officers, now=lambda: _now(plan.day))
    task = progress.add_task("各部门报送", total=city.about_rows()) if progress is not None else None
    for file in files:
        if progress is not None and task is not None:
            progress.update(task, description=f"{file.department.short or file.department.name} · {file.item.zh}")
        year.hand_in(file)
        if progress is not None and task is not None:
            progress.advance(task, file.rows)
    year.withdraw_one()
    year.correct_some(city, folder)
    year.report_nothing(city)
