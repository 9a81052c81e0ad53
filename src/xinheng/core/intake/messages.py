"""The words of each finding: level, short title, a sentence that says how to mend it, and what the rule rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from xinheng.core.intake.check import Category, all_checks
from xinheng.core.intake.finding import Level
from xinheng.core.policy.model import Field, Item

_SHOWN = 40  # so many characters of a cell are repeated
FATAL, WARNING = Level.FATAL, Level.WARNING


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about one code. ``sentence`` may use {zh}, {seen}, {detail}, {max}, {unit}, {scale}, {rule}."""

    level: Level
    title: str
    sentence: str
    category: Category = Category.COMPLIANCE
    basis: str = "目录字段规则"


_TABLE = "发改办财金〔2018〕790号 数据标准"
_ACCURACY, _COMPLETE = Category.ACCURACY, Category.COMPLETENESS
_USCC = "GB 32100-2015"

WORDS: dict[str, Words] = {
    # headers
    "header.unknown": Words(WARNING, "目录外的列", "目录项没有“{seen}”这一列，未采集。"),
    "header.denied": Words(WARNING, "禁止归集的列", "“{seen}”属于禁止归集的信息，未读取、未保存。"),
    "header.ambiguous": Words(WARNING, "列名有歧义", "“{seen}”可能对应多个字段，请改用正式列名。"),
    "header.mandatory-missing": Words(FATAL, "缺少必填列", "缺少必填列“{zh}”，请补上后重新报送。", _COMPLETE, _TABLE),
    "header.expected-missing": Words(WARNING, "缺少列", "缺少列“{zh}”，建议下次补齐。", _COMPLETE),
    # any field
    "field.required": Words(FATAL, "必填项为空", "“{zh}”为必填项，请补填。{rule}", _COMPLETE, _TABLE),
    "field.expected": Words(WARNING, "应填项为空", "“{zh}”为空，建议补填。{rule}", _COMPLETE),
    "field.required-when": Words(FATAL, "有条件必填项为空", "{detail}", _COMPLETE, _TABLE),
    "dates.order": Words(FATAL, "日期先后颠倒", "{detail}", _ACCURACY),
    "duplicate.in-file": Words(
        FATAL,
        "文件内重复",
        "与第 {detail} 行是同一条信息（同一主体、同一文书），请只保留一行；如确为两份决定，请核对文书号。",
        Category.UNIQUENESS,
    ),
    # text
    "text.control-character": Words(
        FATAL,
        "含控制字符",
        "“{zh}”中有看不见的控制字符，请重新录入该单元格（不要从网页或系统界面直接粘贴）。",
        basis=_TABLE,
    ),
    "text.broken-character": Words(
        FATAL, "含乱码", "“{zh}”中有乱码（�），原文字已丢失，请按原文书重新录入。", _ACCURACY
    ),
    "text.html": Words(
        FATAL, "含网页代码", "“{zh}”中有网页代码（如 <br>、&nbsp;），请删去代码，只保留文字。", basis=_TABLE
    ),
    "text.too-long": Words(FATAL, "超过字数上限", "“{zh}”最多 {max} 个字，请精简后重新填写。", basis=_TABLE),
    "text.private-character": Words(
        WARNING,
        "含自造字",
        "“{zh}”中有只在您电脑上能显示的自造字，他人看到的会是空白或方框，请换成规范汉字。",
        _ACCURACY,
    ),
    # code lists
    "code.unknown": Words(
        FATAL, "不在代码表内", "“{zh}”填了“{seen}”，不在代码表内。{rule}可在模板的下拉列表中选择。", basis=_TABLE
    ),
    "code.unlisted": Words(
        WARNING, "代码表未收录", "“{zh}”填了“{seen}”，代码表尚未收录，请核对；确有此值的，请向信用中心提出增补。"
    ),
    "code.suffix-missing": Words(
        FATAL, "其他类未写明内容", "“{zh}”填“其他”时须写明具体内容，格式为“其他-具体内容”。", _COMPLETE, _TABLE
    ),
    "code.not-in-force": Words(WARNING, "代码当日未生效", "{detail}", basis="代码表生效日期"),
    # dates
    "date.unreadable": Words(
        FATAL, "日期无法识别", "“{zh}”填了“{seen}”，无法识别为日期。请写成 2026/03/09 这样的形式。", basis=_TABLE
    ),
    "date.impossible": Words(FATAL, "日期不存在", "“{zh}”填了“{seen}”，日历上没有这一天，请核对。", _ACCURACY, _TABLE),
    "date.out-of-range": Words(
        FATAL, "日期超出范围", "“{zh}”填了“{seen}”，应在 1949/10/01 至 2099/12/31 之间。", _ACCURACY, _TABLE
    ),
    "date.future": Words(FATAL, "日期在将来", "“{zh}”填了“{seen}”，晚于报送当日，请核对。", _ACCURACY, _TABLE),
    # numbers
    "amount.not-a-number": Words(
        FATAL, "不是数字", "“{zh}”填了“{seen}”，不是数字。请只填数字{unit_hint}。", basis=_TABLE
    ),
    "amount.foreign-currency": Words(
        FATAL, "不是人民币金额", "“{zh}”填了“{seen}”，本列只能填人民币金额{unit_hint}，请折算后填写。", basis=_TABLE
    ),
    "amount.negative": Words(FATAL, "数值为负", "“{zh}”填了“{seen}”，不能为负数。", _ACCURACY, _TABLE),
    "amount.too-precise": Words(
        FATAL, "小数位过多", "“{zh}”填了“{seen}”，最多 {scale} 位小数{unit_hint}。", basis=_TABLE
    ),
    "amount.too-large": Words(
        FATAL, "数值过大", "“{zh}”填了“{seen}”，整数部分超过 12 位{unit_hint}，请核对单位。", _ACCURACY, _TABLE
    ),
    # small kinds
    "bool.unreadable": Words(FATAL, "应填是或否", "“{zh}”填了“{seen}”，请填“是”或“否”。"),
    "year.unreadable": Words(FATAL, "年度无法识别", "“{zh}”填了“{seen}”，请填四位年份，如 2026。"),
    "month.unreadable": Words(FATAL, "年月无法识别", "“{zh}”填了“{seen}”，请写成 2026-03。"),
    "url.unreadable": Words(FATAL, "网址无法识别", "“{zh}”填了“{seen}”，请填以 http:// 或 https:// 开头的网址。"),
    "json.unreadable": Words(
        FATAL, "明细格式有误", "“{zh}”的明细格式有误（JSON 无法解析），请用模板导出或改填文字说明。"
    ),
    # against the register (found when a hand-in meets what is held)
    "subject.not-registered": Words(
        WARNING,
        "登记库中暂无此主体",
        "登记库中没有代码“{seen}”的登记信息，已按报送内容建立主体，待登记信息到达后核对。",
        Category.CONSISTENCY,
    ),
    "subject.name-differs": Words(
        FATAL,
        "代码与名称不一致",
        "代码“{seen}”登记的名称是“{detail}”，与所填名称不符。请核对代码或名称，系统不作猜测。",
        Category.CONSISTENCY,
    ),
    "subject.name-differs-from-reports": Words(
        WARNING,
        "与此前报送的名称不同",
        "代码“{seen}”尚无登记信息，此前报送的名称是“{detail}”，与所填名称不同。已按代码入库，请核对名称，待登记信息到达后核实。",
        Category.CONSISTENCY,
    ),
    "subject.not-linked": Words(
        WARNING, "待匹配主体", "没有可用的统一社会信用代码，已进入待匹配队列，确认主体前不公示。", Category.CONSISTENCY
    ),
    "duplicate.other-organ": Words(
        WARNING,
        "其他机关报送过同一文书",
        "{detail}已报送过同一主体、同一文书号的信息，请双方核对由谁报送。",
        Category.UNIQUENESS,
    ),
}


def _words(code: str) -> Words:
    if code in WORDS:
        return WORDS[code]
    check = all_checks().get(code)
    if check is not None:
        return Words(check.level, check.title, "{detail}", check.category, check.basis)
    from xinheng.core.intake.identifier_words import WORDS as IDENTIFIER_WORDS

    level, title, sentence_ = IDENTIFIER_WORDS[code]
    return Words(Level(level), title, sentence_, _ACCURACY, _USCC if code.startswith("uscc.") else "编码规则")


@cache
def level_of(code: str) -> Level:
    """Return how bad findings of this code are."""
    return _words(code).level


def title_of(code: str) -> str:
    """Return the short Chinese title of a code."""
    return _words(code).title


def category_of(code: str) -> Category:
    """Return which kind of quality a code is about."""
    return _words(code).category


def basis_of(code: str) -> str:
    """Return the document a code rests on."""
    return _words(code).basis


def quotes_the_cell(code: str) -> bool:
    """Say whether a code's sentence repeats the cell it is about."""
    return "{seen}" in _words(code).sentence


def sentence(code: str, *, item: Item, field: Field | None, seen: str | None = None, detail: str | None = None) -> str:
    """Return the Chinese sentence for one finding: what is wrong, and how to mend it."""
    return sentences(code, item=item, field=field)(seen, detail)


def sentences(code: str, *, item: Item, field: Field | None) -> Callable[[str | None, str | None], str]:
    """Return what makes the sentences of a code about a field, from the cell seen and the detail; most need neither."""
    template = _words(code).sentence
    if template == "{detail}":
        return lambda seen, detail: detail or all_checks()[code].message
    unit = field.unit if field is not None else None
    words = {
        "zh": field.zh if field is not None else item.zh,
        "max": field.max_length if field is not None else "",
        "scale": field.scale if field is not None else "",
        "unit_hint": f"（单位：{unit}）" if unit else "",
        "rule": field.rule.rstrip("。") + "。" if field is not None and field.rule else "",
    }
    if "{seen}" not in template and "{detail}" not in template:
        always = template.format(**words)
        return lambda seen, detail: always

    def told(seen: str | None, detail: str | None) -> str:
        shown = "" if seen is None else seen if len(seen) <= _SHOWN else seen[: _SHOWN - 1] + "…"
        return template.format(**words, seen=shown, detail=detail or "")

    return told
