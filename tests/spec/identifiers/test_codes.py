"""Which codes are accepted, repaired, doubted or sent back."""

import polars as pl

from xinheng.core.identifiers import doc_no, orgcode, regno, uscc
from xinheng.core.identifiers.malformed import Malformed

title = "代码和文号怎样核对"
about = """
写法上的差异（空格、连字符、全角、小写、看不见的字符）由系统规范并告知报送单位；可能改变含义的（字母 O 与数字 0 等）只作提示，绝不代改。
每一个不合格的代码都说明具体原因。示例中 440399 是从未使用的区划，不对应任何真实主体。
"""

REPAIRS = {
    "trimmed": "去首尾空格", "upper-cased": "改大写", "separators-removed": "去空格或连字符", "width-folded": "全角改半角",
    "invisible-removed": "去不可见字符", "brackets-folded": "统一括号",
}  # fmt: skip
WARNINGS = {
    "uscc.department-unknown": "登记管理部门少见", "uscc.region-unknown": "区划少见", "regno.old-number": "旧号无校验码",
    "doc-no.cut-off": "疑似被截断",
}  # fmt: skip


def _judged(module, code: str) -> str:
    row = module.judge(pl.Series([code])).row(0, named=True)
    if row["reason"]:
        try:
            module.validate(code)
        except Malformed as malformed:
            return f"退回：{malformed.detail}"
    notes = [WARNINGS[row["warning"]]] if row["warning"] else []
    notes += [REPAIRS[row["normalised"]]] if row["normalised"] else []
    return f"{row['value']}{'（' + '，'.join(notes) + '）' if notes else ''}"


def unified(code: str) -> str:
    return _judged(uscc, code)


def organisation(code: str) -> str:
    return _judged(orgcode, code)


def registration(code: str) -> str:
    return _judged(regno, code)


def decision(code: str) -> str:
    return _judged(doc_no, code)


def same(code: str, other: str) -> str:
    return "同一文号" if doc_no.key(code) == doc_no.key(other) else "两个文号"


def test_unified_codes(examples):
    """统一社会信用代码（GB 32100-2015）"""
    examples(
        unified,
        """
        code | answer
        91440399999100014C | 91440399999100014C
        91440399999100014c | 91440399999100014C（改大写）
        91440399 99910001-4C | 91440399999100014C（去空格或连字符）
        ９１４４０３９９９９９１０００１４Ｃ | 91440399999100014C（全角改半角）
        91440399999100014D | 退回：末位是“D”，按前 17 位推算应为“C”
        9144O399999100014C | 退回：第 5 位是字母“O”，可能是数字“0”
        91440399999100014Z | 退回：第 18 位是字母“Z”，编码规则不使用 I、O、S、V、Z
        91440399999100014 | 退回：只有 17 位，应为 18 位
        91440399999100014CC | 退回：有 19 位，应为 18 位
        91440399999100014C（01） | 退回：代码后面多了“(01)”
        91440300715267261R | 退回：第 17 位是“1”，按第 9 至 16 位推算应为“X”
        00000000000000000X | 退回：“00000000000000000X”是凑数的代码
        440399100000019 | 退回：这是 15 位工商注册号
        440399194912312102 | 退回：这是公民身份号码，不得填在本列
        9144999971526726XC | 9144999971526726XC（区划少见）
        """,
    )


def test_older_codes(examples):
    """工商注册号：十五位有校验码，2007年以前的十三位没有"""
    examples(
        registration,
        """
        code | answer
        440399100000019 | 440399100000019
        440399100000018 | 退回：末位是“8”，按前十四位推算应为“9”
        4403991000000 | 4403991000000（旧号无校验码）
        44039910000001 | 退回：只有 14 位，应为 15 位（2007 年以前为 13 位）
        """,
    )


def test_organisation_codes(examples):
    """组织机构代码（GB 11714-1997）"""
    examples(
        organisation,
        """
        code | answer
        71526726-X | 71526726X（去空格或连字符）
        71526726-1 | 退回：末位是“1”，按前八位推算应为“X”
        """,
    )


def test_decision_numbers(examples):
    """文号：年份统一用〔〕，去空格，序号照原样保留"""
    examples(
        decision,
        """
        code | answer
        深市监罚字〔2026〕12号 | 深市监罚字〔2026〕12号
        深市监罚字【2026】00734号 | 深市监罚字〔2026〕00734号（统一括号）
        深市监罚字 (2026) 第 12 号 | 深市监罚字〔2026〕第12号（统一括号）
        义税 简罚 〔2018〕 34 号 | 义税简罚〔2018〕34号（去空格或连字符）
        嘉公（交）决字〔2026〕第33040021… | 嘉公（交）决字〔2026〕第33040021…（疑似被截断）
        """,
    )


def test_the_same_decision_number(examples):
    """括号、“第”字和序号前的零不同的，是同一文号；数字不同的，是两个文号"""
    examples(
        same,
        """
        code | other | answer
        德环罚字【2019】0013号 | 德环罚字〔2019〕13号 | 同一文号
        京工商朝处字〔2018〕第1322号 | 京工商朝处字[2018]1322号 | 同一文号
        深市监罚字〔2026〕第444号 | 深市监罚字〔2026〕第445号 | 两个文号
        深市监罚字〔2025〕12号 | 深市监罚字〔2026〕12号 | 两个文号
        0012 | 12 | 两个文号
        """,
    )
