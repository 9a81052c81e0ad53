"""What the checks say of a row, in the reader's language: stored and answered in Chinese, turned round where a page shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from django.utils.translation import gettext_noop

from xinheng.core.intake import identifier_words, messages
from xinheng.core.intake.check import all_checks
from xinheng.core.intake.findings import MASK
from xinheng.core.intake.reading.refusal import REASONS
from xinheng.pages.words import said as _

_NOT_DONE = gettext_noop("{done}没有完成：{failed}")
# Sentences the core words where it knows more than a code's own sentence can say: about columns, about pairs of fields.
SAID: Mapping[str, tuple[str, ...]] = {
    "header.unknown": (
        gettext_noop(
            "目录项“{item}”没有名为“{seen}”的列，该列未采集，仅原样保留在退回给您的文件中。如确需归集，请在目录管理中提出增项；仅供本单位核对的列请在列名前加 x_。"
        ),
    ),
    "header.denied": (
        gettext_noop("“{seen}”属于禁止归集的信息（{topic}，{basis}），该列未读取、未保存。请在报送文件中删除此列。"),
    ),
    "header.ambiguous": (
        gettext_noop(
            "“{seen}”可能是{fields}，系统不作猜测，该列暂未采集。请改用其中一个正式列名（命令行可用 --column '{seen}=字段名' 指定）。"
        ),
    ),
    "header.mandatory-missing": (gettext_noop("缺少必填列“{zh}”，全部数据行均无法采用。请补上该列后重新报送。"),),
    "header.expected-missing": (gettext_noop("缺少列“{zh}”。本次可以报送，建议下次补齐。"),),
    "dates.order": (gettext_noop("“{zh}”早于“{earlier}”，请核对两个日期。"),),
    "field.required-when": (gettext_noop("“{other}”为{values}时，“{zh}”必须填写。"),),
    "code.not-in-force": (gettext_noop("“{zh}”所填的值在“{day}”当日不在有效代码表内，请核对。"),),
    "duplicate.in-file": (
        gettext_noop(
            "与第 前面工作表中的同一 行是同一条信息（同一主体、同一文书），请只保留一行；如确为两份决定，请核对文书号。"
        ),
        messages.WORDS["duplicate.in-file"].sentence,
    ),
    # not of a row: how the file was read, and what else came in meanwhile
    "reading.misnamed": (gettext_noop("文件扩展名是“{suffix}”，内容实际是 {format}，已按 {format} 读取。"),),
    "reading.hidden-sheet": (gettext_noop("工作表“{sheet}”是隐藏的，未读取。需要报送的请取消隐藏后重新上传。"),),
    "reading.sheet-not-recognised": (gettext_noop("工作表“{sheet}”的表头与目录不符，未读取。"),),
    "reading.example-not-read": (
        gettext_noop("工作表“{sheet}”是模板自带的示例，未读取。如果您的数据填在了其中，请移到第一张工作表。"),
    ),
    "reading.title-rows-skipped": (gettext_noop("表头上方的标题或说明行（第 {rows} 行）未作为数据读取。"),),
    "reading.repeated-header": (gettext_noop("表中间重复出现的表头行未作为数据读取。（第 {rows} 行，共 {count} 行）"),),
    "reading.totals-skipped": (
        gettext_noop("合计、备注、填表人等说明行未作为数据读取。（第 {rows} 行，共 {count} 行）"),
    ),
    "reading.ragged-row": (
        gettext_noop(
            "有的行比表头多出单元格，多出的内容没有对应的列，未读取。请核对这些行的分隔符和引号。（第 {rows} 行，共 {count} 行）"
        ),
    ),
    "reading.short-row": (
        gettext_noop(
            "有的行比表头少单元格，缺少的单元格按空处理。请核对这些行是否被换行拆断。（第 {rows} 行，共 {count} 行）"
        ),
    ),
    "reading.hidden-rows": (
        gettext_noop("工作表中有隐藏行，已照常读取。请确认它们确实需要报送。（第 {rows} 行，共 {count} 行）"),
    ),
    "reading.hidden-columns": (
        gettext_noop("工作表中有隐藏列，已照常读取。请确认它们确实需要报送。（第 {rows} 行，共 {count} 行）"),
    ),
    "reading.merged-cells-filled": (
        gettext_noop(
            "数据区有合并单元格，已把合并区的值填入其中每一行。请核对，今后请勿合并数据单元格。（第 {rows} 行，共 {count} 行）"
        ),
    ),
    "reading.number-lost-digits": (
        gettext_noop(
            "有的单元格以数字格式存放了 16 位以上的编码，Excel 只保留前 15 位，其余已变成 0，无法找回。请把该列设为文本格式后重新填写这些编码。（第 {rows} 行，共 {count} 行）"
        ),
    ),
    "reading.cell-errors": (
        gettext_noop(
            "有的单元格是公式错误值（如 #N/A），按所见文字读取。请更正公式或改填数值。（第 {rows} 行，共 {count} 行）"
        ),
    ),
    "submission.changed-meanwhile": (
        gettext_noop(
            "其中 {count} 条在本批次校验期间由批次 {ref} 报送过不同内容，本批次作为其后的新版本入库，请双方核对。"
        ),
        gettext_noop("其中 {count} 条已由批次 {ref} 报送不同内容，作为新版本入库，请双方核对。"),
    ),
    "exchange.returned": (
        gettext_noop("其中 {count} 条已由“{who}”回流，{other} 条内容与原报送不同，请在“对账”页核对。"),
    ),
    "exchange.rejected": (gettext_noop("其中 {count} 条被“{who}”退回，原因见“对账”页，请核对后更正。"),),
    "submission.same-file": (gettext_noop("同一文件已作为批次 {ref} 报送，没有重复入库。"),),
    # why nothing of a file could be taken in; what only its opening can say stands beside the reader of files
    "header.two-columns-one-field": (
        gettext_noop("第 {row} 行表头中，{titles}都对应“{zh}”，无法判断以哪一列为准。请只保留一列后重新报送。"),
    ),
    "header.none-known": (
        gettext_noop("表头中没有一列属于目录项“{zh}”。请使用该目录项的模板（xinheng template {item}）填报。"),
    ),
    "item.ambiguous": (
        gettext_noop(
            "从表头看，这份文件可能是：{names}。请选定目录项后重新报送（命令行加 --item，例如 --item {item}）。"
        ),
    ),
    "item.unknown": (gettext_noop("目录中没有“{item}”。用 xinheng items 可列出全部目录项。"),),
    "item.inactive": (gettext_noop("目录项“{zh}”（{item}）尚未启用，不能归集：{because}"),),
    "item.not-recognised": (
        gettext_noop("从表头看不出这份文件属于哪个目录项。请使用模板填报，或选定目录项后重新报送（命令行加 --item）。"),
    ),
    # what regular work says of itself, by the name of the work; one sentence each
    "export-lake": (gettext_noop("{done} {subjects} 个组织，{lines} 行。"),),
    "evaluate-city": (
        gettext_noop("{models} 个模型，{subjects} 个组织。"),
        gettext_noop("等待复核：{models}。"),
    ),
    "recover-submissions": (gettext_noop("接续 {resumed} 个批次，撤回 {back} 个批次。"),),
    "erase-originals": (gettext_noop("清除 {originals} 个批次的原始文件、{returned} 个批次的退回行。"),),
    "keep-counts": (
        gettext_noop("登记库一直在变动，下次再补记"),
        gettext_noop("已补记到最新位置"),
    ),
    "forget-tasks": (gettext_noop("清理 {tasks} 条。"),),
    "build-opendata": (gettext_noop("{packages} 个数据包，共 {rows} 条；查看 {looked} 条变动，移除 {removed} 条。"),),
    "pull": (
        gettext_noop("{done} 个通道已拉取。"),
        gettext_noop("{channel}：新退回 {rejected} 条。"),
        gettext_noop("{channel}：新数据 {statements} 条，退回 {rejected} 条。"),
        gettext_noop("{channel}：新数据 {statements} 条。"),
        _NOT_DONE,
    ),
    "reconcile": (
        gettext_noop("{done} 个通道已对账。"),
        gettext_noop("{channel}：一致。"),
        gettext_noop("{channel}：差异 {differences} 条。"),
        gettext_noop("{channels} 个通道靠文件往来，须人工对账。"),
        _NOT_DONE,
    ),
}
# What a file turned out to be, or what is wrong with it, inside of the sentences on files that cannot be opened.
WHAT = (
    gettext_noop("很早版本的 Excel 文件"),
    gettext_noop(" Word 文档"),
    gettext_noop("演示文稿"),
    gettext_noop("二进制工作簿（xlsb）"),
    gettext_noop(" OpenDocument 表格（ods）"),
    gettext_noop(" XML 表格"),
    gettext_noop("压缩包"),
    gettext_noop(" PDF 文档"),
    gettext_noop("图片"),
    gettext_noop("RTF 文档"),
    gettext_noop("程序文件"),
    gettext_noop("数据库文件"),
    gettext_noop("嵌套过深"),
    gettext_noop("第 {number} 条记录处"),
    gettext_noop("第 {number} 行超过 64 MB"),
    gettext_noop("第 {number} 行"),
    gettext_noop("单条记录过长或嵌套过多，可能缺少括号或引号"),
    gettext_noop("有一个数字长达数千位"),
    gettext_noop("{rows} 行 × {columns} 列"),
    gettext_noop("内含 {number} 个部件"),
    gettext_noop("{part} 超过 {size} MB"),
    gettext_noop("超过 {size} GB"),
)
# What a change of the catalogue does; a sentence that could be read as part of another stands before it.
EFFECTS = (
    gettext_noop("{where}属于上级目录，本市不能改动；可以补充选填字段和列名变体，其余请报上级修订。"),
    gettext_noop("“{key}”决定哪些行是同一条记录，改了就接不上已有的记录；请另立目录项。"),
    gettext_noop("公开属性由 {before} 放宽到 {after}：更多人能看到主体的信息，须有法律依据。"),
    gettext_noop("共享属性由 {before} 放宽到 {after}：更多部门能用到这些信息。"),
    gettext_noop("保存期限由 {before} 改为 {after}：影响主体的信息保存多久。"),
    gettext_noop("公示规则由 {before} 改为 {after}：影响公示多久、何时能修复。"),
    gettext_noop("适用主体由“{before}”改为“{after}”。"),
    gettext_noop("从此进入组织的信用评价。"),
    gettext_noop("“{key}”由“{before}”改为“{after}”：报送单位的安排要调整。"),
    gettext_noop("字段“{name}”的“{key}”由“{before}”改为“{after}”：原来的写法可能不再通过。"),
    gettext_noop("字段“{name}”的“{key}”由“{before}”改为“{after}”。"),
    gettext_noop("“{key}”由“{before}”改为“{after}”。"),
    gettext_noop("由 {before} 改为 {after}：报送随之开始或停止。"),
    gettext_noop("字段“{before}”停用：新报送里的这一列不再采集；已有记录里的内容照旧保留。"),
    gettext_noop("字段“{name}”由选填变为必填：没有填的行会被退回。"),
    gettext_noop("字段“{name}”放宽了填写要求。"),
    gettext_noop("字段“{name}”的隐私级别由 {before} 改为 {after}：更多人能看到内容。"),
    gettext_noop("字段“{name}”的隐私级别由 {before} 改为 {after}。"),
    gettext_noop("字段“{name}”最多 {after} 个字（原来 {limit}）。"),
    gettext_noop("新增字段“{name}”，“{other}”为{values}时必填：各报送单位的表和系统都要加这一列。"),
    gettext_noop("新增字段“{name}”，必填：各报送单位的表和系统都要加这一列。"),
    gettext_noop("新增字段“{name}”，选填：不填也能报送。"),
    gettext_noop("新采集“{name}”（{privacy}）：要有依据，且以必要为限。"),
    gettext_noop("新设目录项：从此归集主体的“{name}”，依据为{basis}。"),
    gettext_noop("公示结束后保存 {period}。"),
    gettext_noop("由{senders}报送，频次 {frequency}：报送单位要安排人和表。"),
    gettext_noop("向社会公示，公示规则 {rule}：决定公示多久、何时能修复。"),
    gettext_noop("与{senders}共享（{after}）。"),
    gettext_noop("会含负面信息：须能提出异议、申请修复。"),
    gettext_noop("适用主体含自然人：自然人的行止于自然人关口，不入库、不公示、不评分。"),
)
_WHERE = gettext_noop("字段“{name}”的“{key}”")
_NO_LIMIT = gettext_noop("不限")
_ERASED = gettext_noop("{title}（所填内容已按期清除）")
_OR, _UNIT = gettext_noop("”或“"), gettext_noop("（单位：{unit}）")
_DONE = (gettext_noop("重新导出"), gettext_noop("更新"))
gettext_noop("（已遮蔽）")  # what the core writes in the place of a cell about a person


def title(code: str) -> str:
    """Return the short title of a code."""
    return _(messages.title_of(code))


def basis(code: str) -> str:
    """Return what a code rests on. Titles of laws stay as enacted; what the platform calls its own is said in words."""
    return _(messages.basis_of(code))


def seen(text: str | None) -> str:
    """Return the cell a finding quotes, as it was sent."""
    return _(MASK) if text == MASK else text or ""


def sentence(code: str, stored: str) -> str:
    """Return a finding's sentence. What no longer reads as the code says it today is shown as it was stored."""
    return _told(templates(code), stored)


def sentences(code: str, stored: str) -> list[str]:
    """Return the sentences of a text that says several, each in the reader's language."""
    return [sentence(code, part) for part in re.split("(?<=。)", stored) if part]


def effect(stored: str) -> str:
    """Return what a change does, in the reader's language. Keys and values of the catalogue stay as they are."""
    return _told(EFFECTS, stored)


def _told(among: tuple[str, ...], stored: str) -> str:
    for template in among:
        if found := _pattern(template).fullmatch(stored):
            told = _(template)
            return stored if told == template else told.format(**_values(found.groupdict())).strip()
    return stored


@cache
def templates(code: str) -> tuple[str, ...]:
    """Return the sentences that may be stored for a code, with their placeholders."""
    if code in SAID:
        return (*SAID[code], _ERASED)
    if code in REASONS:
        return (REASONS[code],)
    if code in messages.WORDS:
        return (messages.WORDS[code].sentence, _ERASED)
    if code in identifier_words.WORDS:
        return (identifier_words.WORDS[code][2], _ERASED)
    return (all_checks()[code].message, _ERASED) if code in all_checks() else ()


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Return the expression that takes back from a sentence what was put into it."""
    known: set[str] = set()

    def part(name: str) -> str:
        again = name in known
        known.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.*?)"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", lambda m: part(m[1]), re.escape(template)), re.DOTALL)


def _values(found: dict[str, str]) -> dict[str, str]:
    """Return what goes into the sentence: titles of columns and cells as they stand in the file, our own words translated."""
    if "title" in found:
        found["title"] = _(found["title"])
    if found.get("seen") == MASK:
        found["seen"] = _(MASK)
    if "values" in found:
        found["values"] = found["values"].replace(_OR, _(_OR))
    if found.get("done") in _DONE:
        found["done"] = _(found["done"])
    if "what" in found:
        found["what"] = _told(WHAT, found["what"])
    if "where" in found:
        found["where"] = _told((_WHERE,), found["where"])
    if found.get("limit") == _NO_LIMIT:
        found["limit"] = _(_NO_LIMIT)
    if "titles" in found:
        found["titles"] = found["titles"].replace("”、“", f"”{_('、')}“")
    if "rows" in found:
        found["rows"] = found["rows"].replace("、", _("、"))
    if hint := _pattern(_UNIT).fullmatch(found.get("unit_hint", "")):
        found["unit_hint"] = _(_UNIT).format(unit=_(hint["unit"]))
    return found
