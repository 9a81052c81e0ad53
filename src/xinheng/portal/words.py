"""How pages name what the catalogue holds as short codes."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from xinheng.core.policy.model import Basis, Item

CLASSES = {
    "01": noop("登记注册"),
    "02": noop("司法信息"),
    "03": noop("行政管理"),
    "04": noop("职称和职业"),
    "05": noop("经营异常"),
    "06": noop("严重失信"),
    "07": noop("合同履约"),
    "08": noop("信用承诺"),
    "09": noop("信用评价"),
    "10": noop("遵守法律法规"),
    "11": noop("诚实守信"),
    "12": noop("知识产权"),
    "13": noop("自主申报"),
    "20": noop("融资授权共享"),
}
KINDS = {
    "E": noop("企业"),
    "T": noop("个体工商户"),
    "I": noop("事业单位"),
    "O": noop("社会组织"),
    "G": noop("机关群团"),
    "N": noop("自然人"),
}
FREQUENCIES = {
    "rt": noop("实时"),
    "d": noop("每日"),
    "w": noop("每周"),
    "m": noop("每月"),
    "q": noop("每季"),
    "h": noop("每半年"),
    "y": noop("每年"),
    "e": noop("发生时"),
}
PUBLISH = {
    "P": noop("向社会公示"),
    "Q": noop("本人或经授权可查"),
    "G": noop("仅政务共享"),
    "X": noop("不对外"),
}
SHARE = {"U": noop("无条件共享"), "C": noop("有条件共享"), "N": noop("不予共享")}
PRIVACY = {"public": "", "internal": noop("仅内部"), "personal": noop("个人信息"), "sealed": noop("封存")}
CERTAINTY = {
    "read": noop("已核对原文"),
    "excerpt": noop("据二手资料，待核对原文"),
    "recalled": noop("未核实"),
    "proposed": noop("本平台建议"),
}
REQUIRED = {"M": noop("必填"), "C": noop("有条件必填"), "R": noop("应填"), "O": noop("选填")}
TYPES = {
    "text": noop("文字"),
    "code": noop("代码表"),
    "set": noop("代码表（可多选）"),
    "date": noop("日期"),
    "month": noop("年月"),
    "year": noop("年份"),
    "int": noop("整数"),
    "amount": noop("金额"),
    "decimal": noop("小数"),
    "bool": noop("是／否"),
    "uscc": noop("统一社会信用代码"),
    "orgcode": noop("组织机构代码"),
    "regno": noop("注册号"),
    "person_id": noop("个人证件号码"),
    "doc_no": noop("文号"),
    "region": noop("行政区划"),
    "url": noop("网址"),
    "datetime": noop("时间"),
    "json": noop("结构化内容"),
}
PUBLICATION_KEYS = {
    "valid": noop("有效期内公示"),
    "term": noop("按期限公示"),
    "permanent": noop("长期公示"),
    "cured": noop("改正前公示"),
    "open": noop("状态存续期间公示"),
    "list": noop("列入名单期间公示"),
    "cured-1y": noop("改正后一年止"),
    "performed-3y": noop("履行后三年止"),
    "1y": noop("公示一年"),
    "2y": noop("公示两年"),
    "3y": noop("公示三年"),
    "never": noop("不公示"),
}
POLARITY = {"neutral": noop("中性"), "negative": noop("负面"), "positive": noop("正面"), "both": noop("依内容")}


def say(table: dict[str, str], code: str) -> str:
    """Return the word for a code in the reader's language; a code without a word stays as it is."""
    word = table.get(str(code), "")
    return _(word) if word else str(code)


def item_name(item: Item) -> str:
    """Return the item's name in the reader's language."""
    return item.en if get_language() == "en" and item.en else item.zh


def kinds_of(item: Item) -> str:
    """Return the kinds of subject an item is about."""
    return _("、").join(say(KINDS, kind) for kind in KINDS if kind in item.kinds)


def basis_text(basis: Basis) -> str:
    """Return a basis the way it is cited."""
    return f"{basis.document} {basis.article}".strip()
