"""Column titles really seen on credit sites lead to the field they mean, or are asked about."""

import csv
from datetime import date
from pathlib import Path

import pytest

from xinheng.core.intake.headers import map_headers
from xinheng.core.policy import default_policy

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "header_variants_examples.csv"
MEANS = {
    "行政处罚决定书文号": "doc_no",
    "案件名称": "violation_type",
    "处罚类别": "kinds",
    "处罚类别2": "kinds",
    "违法事实": "facts",
    "处罚依据": "legal_ground",
    "行政相对人名称": "subject_name",
    "统一社会信用代码": "subject_code",
    "组织机构代码": "orgcode",
    "工商注册号(2018版)": "regno",
    "税务登记号": "tax_regno",
    "身份证号": "person_id",
    "法定代表人": "legal_rep",
    "处罚内容": "content",
    "处罚决定日期": "decided_on",
    "处罚机关": "organ_name",
    "当前状态": "state",
    "数据更新时间戳": "updated_on",
    "备注": "remark",
    "行政许可决定文书号(2018版)": "doc_no",
    "许可决定日期": "decided_on",
}
# Two meanings in one title, or 代码_2 without saying of which standard.
ASKED = {"统一社会信用代码|纳税人识别号", "处罚机关+处罚决定日期(一列两义)"}


@pytest.mark.skipif(not DATA.is_file(), reason="the examples of real data are not beside this checkout")
def test_real_titles_lead_to_their_field_or_are_asked_about():
    policy, on = default_policy(), date(2026, 11, 23)
    wrong = []
    for row in csv.DictReader(DATA.read_text(encoding="utf-8-sig").splitlines()):
        title, means = row["表头原文"], row["规范字段"]
        item = policy.item("adm.licence" if "许可" in title else "adm.penalty", on=on)
        mapped = map_headers([title], item, policy)
        asked = any(f.code == "header.ambiguous" for f in mapped.findings)
        bare = title == "行政相对人代码-2"
        good = asked if means in ASKED or bare else mapped.columns == {title: MEANS[means]}
        if not good:
            wrong.append((title, means, mapped.columns, asked))
    assert wrong == []
