"""Real public data gets the verdicts that docs/real-data.md defends."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from xinheng.core.intake.engine import check_source
from xinheng.core.intake.headers import known_headers, map_headers
from xinheng.core.intake.reading import open_source
from xinheng.core.policy import default_policy

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ON = date(2026, 11, 23)
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data (../shared/data) is not on this machine")


def check(name: str, **options):
    policy = default_policy()
    checking = check_source(open_source(DATA / name, known_headers=known_headers(policy)), policy, on=ON, **options)
    list(checking)
    by_row = defaultdict(set)
    for finding in checking.report.findings:
        by_row[finding.row].add(finding.code)
    return checking.report, by_row


def test_five_thousand_registrations_go_in():
    report, by_row = check("registrations_shenzhen_5000.csv")
    assert (report.item, report.item_told_by, report.rows) == ("reg.enterprise", "headers", 5000)
    assert (report.accepted, report.returned) == (4940, 60)
    assert report.counts["subject.kind-outside-item"] == 58
    assert report.counts["duplicate.in-file"] == 1
    assert (report.counts["field.expected"], report.counts["header.expected-missing"]) == (4118, 7)
    assert by_row[4296] >= {"amount.not-a-number"}
    assert not any(code.startswith("uscc.") for code in report.counts)
    assert report.normalised["currency-noted"] == 402
    assert report.normalised["upper-cased"] == 5


def test_nine_penalties_come_back_each_for_its_own_reasons():
    report, by_row = check("penalties_examples.csv", answers={"罚款原文": "fine_wan", "处罚决定日期原文": "decided_on"})
    assert (report.item, report.rows, report.accepted) == ("adm.penalty", 9, 0)
    assert by_row[2] >= {"subject.code-missing", "code.unknown"}
    assert by_row[3] == {"field.required"}
    assert "amount.not-a-number" in by_row[4]
    assert by_row[5] >= {"penalty.facts-repeat-type", "penalty.ground-without-article"}
    for row in (6, 7, 8):
        assert "penalty.amount-contradicts-text" in by_row[row]
    assert "code.unknown" in by_row[9]
    assert "code.unknown" not in by_row[10]
    assert "duplicate.in-file" not in report.counts


def test_licences_without_a_party_come_back():
    report, by_row = check("licences_ningbo_examples.csv")
    assert (report.item, report.rows, report.accepted) == ("adm.licence", 10, 0)
    assert report.counts["subject.code-missing"] == 10
    assert all("field.required" in by_row[row] for row in range(6, 12))


def test_header_variants_mean_what_they_are_known_to_mean():
    policy = default_policy()
    penalty = policy.item("adm.penalty", on=ON)
    lines = (DATA / "header_variants_examples.csv").read_text().splitlines()[1:]
    asked = {
        "行政相对人代码-2",
        "做出处罚的机关名称和日期",
        "统一社会信用代码（纳税人识别号）",
        "纳税人识别号（统一社会信息代码）",
    }
    asked.add("行政相对人代码（统一社会信用代码或纳税人识别号）")
    for line in lines:
        header, standard, _ = line.split(",", 2)
        if "许可" in header:
            continue
        mapped = map_headers([header], penalty, policy)
        if header in asked:
            assert mapped.findings[0].code == "header.ambiguous"
        else:
            assert mapped.fields, f"{header} ({standard}) is not known"
