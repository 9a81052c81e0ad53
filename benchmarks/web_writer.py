"""Hands in penalties about organisations of a city, one small submission after another, while the pages are read.

XINHENG_VAR=… python -m benchmarks.web_writer SECONDS PAUSE
"""

from __future__ import annotations

import os
import random
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.project.settings")


def main(seconds: str, pause: str) -> None:
    """Accept submissions of ten rows each until the time is over; print how many."""
    import django

    django.setup()
    from xinheng.apps.accounts.models import Account
    from xinheng.apps.clock import now, today
    from xinheng.apps.intake import actions
    from xinheng.apps.policy import current_policy
    from xinheng.apps.subjects.models import Subject
    from xinheng.apps.subjects.queries import current_names

    dice, officer = (
        random.Random(os.getpid()),
        Account.objects.filter(department__code="1144039999110001XG", role="reporter").first(),
    )
    subjects = list(Subject.objects.filter(code__startswith="91").values_list("pk", "code")[:20_000])
    names = current_names([pk for pk, _ in subjects])
    fields = current_policy().item("adm.penalty", on=today()).by_name
    ends, done = time.monotonic() + float(seconds), 0
    while time.monotonic() < ends:
        rows = []
        for n, (pk, code) in enumerate(dice.sample(subjects, 10)):
            told = {
                "subject_name": names.get(pk),
                "subject_type": "法人及非法人组织",
                "subject_code": code,
                "doc_no": f"深市监罚〔2026〕{os.getpid()}{done:05d}{n}号",
                "violation_type": "未按规定公示年度报告",
                "facts": "经查，当事人未在规定期限内公示2025年度报告。",
                "legal_ground": "《企业信息公示暂行条例》第十八条",
                "kinds": "罚款",
                "content": "罚款人民币25000元。",
                "fine_wan": "2.5",
                "decided_on": today().replace(day=1).isoformat(),
                "organ_name": "深圳市市场监督管理局",
                "organ_code": "1144039999110001XG",
                "source_name": "深圳市市场监督管理局",
                "source_code": "1144039999110001XG",
                "case_procedure": "普通",
                "credit_grade": "一般",
            }
            rows.append({fields[name].zh: value for name, value in told.items()})
        actions.hand_in(source=rows, department=officer.department, by=officer, at=now(), item="adm.penalty")
        done += 1
        time.sleep(float(pause))
    print(done)


if __name__ == "__main__":
    main(*sys.argv[1:])
