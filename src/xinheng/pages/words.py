"""How pages name what the catalogue holds as short codes."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language, gettext, gettext_noop

from xinheng.core.policy.model import Basis, Item

CLASSES = {
    "01": gettext_noop("登记注册"),
    "02": gettext_noop("司法信息"),
    "03": gettext_noop("行政管理"),
    "04": gettext_noop("职称和职业"),
    "05": gettext_noop("经营异常"),
    "06": gettext_noop("严重失信"),
    "07": gettext_noop("合同履约"),
    "08": gettext_noop("信用承诺"),
    "09": gettext_noop("信用评价"),
    "10": gettext_noop("遵守法律法规"),
    "11": gettext_noop("诚实守信"),
    "12": gettext_noop("知识产权"),
    "13": gettext_noop("自主申报"),
    "20": gettext_noop("融资授权共享"),
}
KINDS = {
    "E": gettext_noop("企业"),
    "T": gettext_noop("个体工商户"),
    "I": gettext_noop("事业单位"),
    "O": gettext_noop("社会组织"),
    "G": gettext_noop("机关群团"),
    "N": gettext_noop("自然人"),
}
FREQUENCIES = {
    "rt": gettext_noop("实时"),
    "d": gettext_noop("每日"),
    "w": gettext_noop("每周"),
    "m": gettext_noop("每月"),
    "q": gettext_noop("每季"),
    "h": gettext_noop("每半年"),
    "y": gettext_noop("每年"),
    "e": gettext_noop("发生时"),
}
PUBLISH = {
    "P": gettext_noop("向社会公示"),
    "Q": gettext_noop("本人或经授权可查"),
    "G": gettext_noop("仅政务共享"),
    "X": gettext_noop("不对外"),
}
SHARE = {"U": gettext_noop("无条件共享"), "C": gettext_noop("有条件共享"), "N": gettext_noop("不予共享")}
PRIVACY = {
    "public": "",
    "internal": gettext_noop("仅内部"),
    "personal": gettext_noop("个人信息"),
    "sealed": gettext_noop("封存"),
}
CERTAINTY = {
    "read": gettext_noop("已核对原文"),
    "excerpt": gettext_noop("据二手资料，待核对原文"),
    "recalled": gettext_noop("未核实"),
    "proposed": gettext_noop("本平台建议"),
}
REQUIRED = {
    "M": gettext_noop("必填"),
    "C": gettext_noop("有条件必填"),
    "R": gettext_noop("应填"),
    "O": gettext_noop("选填"),
}
TYPES = {
    "text": gettext_noop("文字"),
    "code": gettext_noop("代码表"),
    "set": gettext_noop("代码表（可多选）"),
    "date": gettext_noop("日期"),
    "month": gettext_noop("年月"),
    "year": gettext_noop("年份"),
    "int": gettext_noop("整数"),
    "amount": gettext_noop("金额"),
    "decimal": gettext_noop("小数"),
    "bool": gettext_noop("是／否"),
    "uscc": gettext_noop("统一社会信用代码"),
    "orgcode": gettext_noop("组织机构代码"),
    "regno": gettext_noop("注册号"),
    "person_id": gettext_noop("个人证件号码"),
    "doc_no": gettext_noop("文号"),
    "region": gettext_noop("行政区划"),
    "url": gettext_noop("网址"),
    "datetime": gettext_noop("时间"),
    "json": gettext_noop("结构化内容"),
}
PUBLICATION_KEYS = {
    "valid": gettext_noop("有效期内公示"),
    "term": gettext_noop("按期限公示"),
    "permanent": gettext_noop("长期公示"),
    "cured": gettext_noop("改正前公示"),
    "open": gettext_noop("状态存续期间公示"),
    "list": gettext_noop("列入名单期间公示"),
    "cured-1y": gettext_noop("改正后一年止"),
    "performed-3y": gettext_noop("履行后三年止"),
    "1y": gettext_noop("公示一年"),
    "2y": gettext_noop("公示两年"),
    "3y": gettext_noop("公示三年"),
    "never": gettext_noop("不公示"),
}
POLARITY = {
    "neutral": gettext_noop("中性"),
    "negative": gettext_noop("负面"),
    "positive": gettext_noop("正面"),
    "both": gettext_noop("依内容"),
}


@lru_cache(maxsize=20_000)
def _said(language: str | None, text: str) -> str:
    return gettext(text)


def said(text: str) -> str:
    """Return a sentence in the reader's language. It is looked up once: Django asks nine catalogues, one behind the other."""
    return _said(get_language(), text)


_ = said


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


# Said by the core, which knows no languages; listed here so that it can be translated.
FROM_CORE = (
    gettext_noop("暂无公示信息"),
    gettext_noop("该类信息不公示"),
    gettext_noop("未查到该主体"),
    gettext_noop("截至查询时，该主体没有正在公示的此类信息。"),
    gettext_noop("此类信息依法不向社会公示，平台是否存有不作答复；主体本人登录后可以查询，也可以授权他人查询。"),
    gettext_noop("没有查到这一主体。请核对统一社会信用代码或名称；刚登记的主体信息可能尚未到达，请过几日再查。"),
    gettext_noop("轻微"),
    gettext_noop("一般"),
    gettext_noop("严重"),
    gettext_noop("异议处理中"),
    gettext_noop("行政复议中"),
    gettext_noop("行政诉讼中"),
    gettext_noop("信用修复中"),
    gettext_noop("重整"),
    gettext_noop("停止执行"),
)
