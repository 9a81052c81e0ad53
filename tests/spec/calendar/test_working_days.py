"""Deadlines in working days, and terms in months."""

import csv
from datetime import date

from spec.rulebook import ROOT
from xinheng.core.calendar.months import add_months
from xinheng.core.calendar.working_days import Calendar

title = "期限怎样计算"
about = """
工作日以国务院办公厅每年公布的节假日安排为准：周一至周五减去放假的日子，加上调休上班的周末。起算当日不计入（民法典第二百零一条）。
尚未公布安排的年份暂按周一至周五计算，并注明“暂定”，公布后重新计算。
"""

with (ROOT / "policy/national/calendar/official-days.csv").open(encoding="utf-8", newline="") as file:
    CALENDAR = Calendar.from_rows(csv.DictReader(file))


def deadline(day: str, days: str) -> str:
    found = CALENDAR.add_working_days(date.fromisoformat(day), int(days))
    return f"{found.day}{'（暂定）' if found.provisional else ''}"


def worked(day: str) -> str:
    found = CALENDAR.is_working_day(date.fromisoformat(day))
    return f"{'工作日' if found else '休息日'}（{found.reason}{'，暂定' if found.provisional else ''}）"


def month_later(day: str, months: str) -> str:
    return add_months(date.fromisoformat(day), int(months)).isoformat()


def end_of_term(day: str) -> str:
    return CALENDAR.end_of_term(date.fromisoformat(day)).day.isoformat()


def test_seven_working_days(examples):
    """双公示：自决定之日起七个工作日内报送"""
    examples(
        deadline,
        """
        day        | days | answer
        2022-06-23 | 7    | 2022-07-04
        2022-09-28 | 7    | 2022-10-12
        2023-09-28 | 7    | 2023-10-13
        2024-02-05 | 7    | 2024-02-20
        2024-09-12 | 7    | 2024-09-24
        2025-01-24 | 7    | 2025-02-10
        2025-04-25 | 7    | 2025-05-08
        2025-09-30 | 7    | 2025-10-16
        2025-10-10 | 7    | 2025-10-20
        2026-01-01 | 7    | 2026-01-12
        2026-02-13 | 7    | 2026-03-02
        2026-03-09 | 7    | 2026-03-18
        2026-04-03 | 7    | 2026-04-15
        2026-04-30 | 7    | 2026-05-13
        2026-09-24 | 7    | 2026-10-12
        2026-09-30 | 7    | 2026-10-15
        2026-09-30 | 20   | 2026-11-03
        """,
    )


def test_a_weekend_that_is_worked_counts(examples):
    """调休上班的周末计入"""
    examples(
        deadline,
        """
        day        | days | answer
        2026-05-08 | 0    | 2026-05-08
        2026-05-08 | 1    | 2026-05-09
        2026-05-08 | 2    | 2026-05-11
        2026-05-08 | 3    | 2026-05-12
        """,
    )


def test_a_year_without_notice_is_provisional(examples):
    """没有公布安排的年份只是暂定"""
    examples(
        deadline,
        """
        day        | days | answer
        2026-12-18 | 6    | 2026-12-28
        2026-12-21 | 7    | 2026-12-30（暂定）
        2027-02-04 | 7    | 2027-02-15（暂定）
        """,
    )


def test_kinds_of_days(examples):
    """哪一天是工作日"""
    examples(
        worked,
        """
        day        | answer
        2026-05-09 | 工作日（劳动节调休上班）
        2026-05-10 | 休息日（星期日）
        2026-10-01 | 休息日（国庆节放假）
        2026-10-10 | 工作日（国庆节调休上班）
        2026-10-12 | 工作日（星期一）
        2022-12-31 | 休息日（元旦放假）
        2027-02-06 | 休息日（星期六，暂定）
        2027-02-08 | 工作日（星期一，暂定）
        """,
    )


def test_months_end_on_the_corresponding_day(examples):
    """按月、按年计算的，到期月的对应日为最后一日；没有对应日的，为月末日（民法典第二百零二条）"""
    examples(
        month_later,
        """
        day        | months | answer
        2026-01-31 | 1      | 2026-02-28
        2024-01-31 | 1      | 2024-02-29
        2026-05-31 | 3      | 2026-08-31
        2026-11-30 | 3      | 2027-02-28
        2024-02-29 | 12     | 2025-02-28
        2024-02-29 | 48     | 2028-02-29
        2026-12-31 | 12     | 2027-12-31
        2026-03-31 | -1     | 2026-02-28
        """,
    )


def test_a_term_does_not_end_on_a_holiday(examples):
    """最后一日是法定休假日的，以休假日结束的次日为最后一日（民法典第二百零三条）"""
    examples(
        end_of_term,
        """
        day        | answer
        2026-09-24 | 2026-09-24
        2026-09-25 | 2026-09-28
        2026-10-01 | 2026-10-08
        2026-05-09 | 2026-05-09
        2026-05-10 | 2026-05-11
        """,
    )
