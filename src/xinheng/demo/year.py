"""The year is handed in: every file by its department's officer through the real pipeline, and what goes otherwise than planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from xinheng.apps.accounts.models import Account, Department
from xinheng.apps.intake import actions
from xinheng.apps.intake.models import State, Submission
from xinheng.core.policy.model import Policy
from xinheng.demo import departments
from xinheng.demo.city import City
from xinheng.demo.files import DemoFile
from xinheng.demo.look import PLAIN, headers, render
from xinheng.demo.officers import Officers
from xinheng.demo.sheets import write

CHANNEL = "demo"
_UNCERTIFIED = 3  # hand-ins that wait for their officer to certify them
_ZERO_ITEMS = ("adm.licence", "adm.penalty")
_CORRECTED = 5  # rows of the correction


class Year:
    """The hand-ins of one demo, resumable: what was handled before is not handled again."""

    def __init__(self, policy: Policy, officers: Officers, *, now: Callable[[], datetime]) -> None:
        self.policy, self.officers, self.now = policy, officers, now
        over = (State.ACCEPTED, State.CHECKED, State.WITHDRAWN, State.REPLACED, State.REFUSED)
        mine = Submission.objects.filter(channel=CHANNEL, state__in=over)
        self._handled = set(mine.values_list("file_name", flat=True))
        self._waiting = mine.filter(state=State.CHECKED).count()
        self._departments = {d.code: d for d in Department.objects.all()}

    def hand_in(self, file: DemoFile) -> Submission | None:
        """Hand in one file by its department's officer; a few small dirty ones stay uncertified."""
        if file.path.name in self._handled:
            return None
        wait = (
            self._waiting < _UNCERTIFIED
            and bool(file.expected)
            and file.rows < 400
            and file.item.id.startswith(("adm.", "eva."))
        )
        self._waiting += wait
        return self._give(file.path, file.item.id, file.department.code, certify=not wait)

    def _give(self, path: Path, item: str, department: str, *, certify: bool = True) -> Submission:
        return actions.hand_in(
            source=path,
            department=self._departments[department],
            by=self._officer(department),
            at=self.now(),
            item=item,
            channel=CHANNEL,
            certify=certify,
            policy=self.policy,
        )

    def _officer(self, department: str) -> Account:
        return self.officers.reporters[department]

    def withdraw_one(self) -> None:
        """One small hand-in is taken back: its department found the list wrong."""
        mine = Submission.objects.filter(channel=CHANNEL)
        if mine.filter(state=State.WITHDRAWN).exists():
            return
        accepted = mine.filter(state=State.ACCEPTED, item__startswith="hon.").order_by("rows", "pk").first()
        if accepted is not None and accepted.department is not None:
            actions.withdraw(
                submission=accepted,
                because="发文部门通知本批名单有误，撤回后重新核定报送。",
                by=self._officer(accepted.department.code),
                at=self.now(),
            )

    def correct_some(self, city: City, folder: Path) -> None:
        """Some statements are corrected: the same decisions, told again, become version 2."""
        path = folder / "900-更正-行政许可信息.xlsx"
        item = city.policy.item("adm.licence", on=city.on)
        if path.name in self._handled:
            return
        rows = city.rows(item)
        smallest = rows["_organ"].value_counts().sort("count", "_organ")["_organ"][0]
        told = rows.filter(pl.col("_organ") == smallest).head(_CORRECTED).drop("_organ")
        corrected = told.with_columns(pl.col("content") + "（许可范围表述更正）")
        cells = render(corrected, item, PLAIN)
        write(path, cells, headers(item, cells.columns, PLAIN), item=item, look=PLAIN, title="更正")
        self._give(path, item.id, str(smallest))

    def report_nothing(self, city: City) -> None:
        """Departments with the power to decide and nothing decided say so (零报送), for last month."""
        last_month = f"{city.on.replace(day=1) - timedelta(days=1):%Y-%m}"
        for item_id in _ZERO_ITEMS:
            item = city.policy.item(item_id, on=city.on)
            reported = set(
                Submission.objects.filter(item=item_id, channel=CHANNEL).values_list("department__code", flat=True)
            )
            for department in departments.competent(city.policy, item, city.on):
                if department.code not in reported:
                    actions.zero_report(
                        item=item_id,
                        department=self._departments[department.code],
                        period=last_month,
                        by=self._officer(department.code),
                        at=self.now(),
                        policy=self.policy,
                    )
