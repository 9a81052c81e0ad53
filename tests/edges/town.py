"""A very small town for the tests of pages: the real policy, two departments' officers, rows that are right unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import count

from xlsxwriter import Workbook

from support.builders import code
from xinheng.apps.policy import current_policy

DAY = date(2026, 11, 23)
PASSWORD = "a-password-for-tests"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SHOP, WORKS, QUIET = code(1), code(2), code(3)
NAMES = {SHOP: "深圳市海川智造科技有限公司", WORKS: "深圳市海天建设工程有限公司", QUIET: "深圳市静水文化传播有限公司"}
MARKET = "1144039999110001XG"  # 市市场监管局, invented code of the policy
_numbers = count(101)

Row = dict[str, str | None]


def _row(item: str, told: Mapping[str, str | None]) -> Row:
    fields = current_policy().item(item, on=DAY).by_name
    return {fields[name].zh if name in fields else name: value for name, value in told.items()}


def registration(subject: str, **told: str | None) -> Row:
    """Return the registration of an organisation, under the official headers."""
    row: Row = {
        "subject_name": NAMES.get(subject),
        "subject_code": subject,
        "ent_type": "有限责任公司",
        "legal_rep": "李示例",
        "established_on": "2018-05-02",
        "address": "深圳市南山区粤海街道科技路1号",
        "region": "440305",
        "authority": "深圳市市场监督管理局",
        "approved_on": "2018-05-02",
        "state": "存续",
    }
    return _row("reg.enterprise", row | told)


def penalty(subject: str = SHOP, **told: str | None) -> Row:
    """Return a penalty."""
    row: Row = {
        "subject_name": NAMES.get(subject),
        "subject_type": "法人及非法人组织",
        "subject_code": subject,
        "doc_no": f"深市监罚〔2026〕{next(_numbers)}号",
        "violation_type": "未按规定公示年度报告",
        "facts": "经查，当事人未在规定期限内公示2025年度报告。联系电话13800138000。",
        "legal_ground": "《企业信息公示暂行条例》第十八条",
        "kinds": "罚款",
        "content": "罚款人民币25000元。",
        "fine_wan": "2.5",
        "decided_on": "2026-10-08",
        "organ_name": "深圳市市场监督管理局",
        "organ_code": MARKET,
        "source_name": "深圳市市场监督管理局",
        "source_code": MARKET,
        "case_procedure": "普通",
        "credit_grade": "一般",
    }
    return _row("adm.penalty", row | told)


def licence(subject: str = SHOP, **told: str | None) -> Row:
    """Return a licence."""
    row: Row = {
        "subject_name": NAMES.get(subject),
        "subject_type": "法人及非法人组织",
        "subject_code": subject,
        "legal_rep": "李示例",
        "doc_title": "准予行政许可决定书",
        "doc_no": f"深市监许〔2026〕{next(_numbers)}号",
        "licence_class": "普通",
        "certificate_name": "食品经营许可证",
        "certificate_no": "JY24403050000001",
        "content": "热食类食品制售",
        "decided_on": "2026-09-01",
        "valid_from": "2026-09-01",
        "valid_to": "2031-08-31",
        "organ_name": "深圳市市场监督管理局",
        "organ_code": MARKET,
        "source_name": "深圳市市场监督管理局",
        "source_code": MARKET,
        "state": "有效",
    }
    return _row("adm.licence", row | told)


def workbook(rows: Sequence[Row], *, sheet: str = "11月处罚") -> bytes:
    """Return rows as an xlsx file."""
    told = BytesIO()
    titles = list(dict.fromkeys(title for row in rows for title in row))
    with Workbook(told, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, titles)
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, [row.get(title) or "" for title in titles])
    return told.getvalue()
