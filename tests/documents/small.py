"""A small item of our own, so that these tests do not move with the catalogue."""

from dataclasses import dataclass, field
from datetime import date

from xinheng.core.intake.table import FrameTable, Note
from xinheng.core.policy.model import (
    Basis,
    Certainty,
    CodeEntry,
    CodeList,
    Field,
    FieldType,
    Item,
    Privacy,
    Required,
    Status,
    SubjectKind,
)

ON = date(2026, 4, 1)
BASIS = Basis(document="发改办财金〔2018〕790号", certainty=Certainty.READ)
GOOD = {
    "行政相对人名称": "深圳市示例贸易有限公司",
    "行政相对人类别": "法人及非法人组织",
    "行政处罚决定书文号": "深市监罚〔2026〕1号",
    "处罚类别": "罚款",
    "罚款金额(万元)": "0.5",
    "处罚决定日期": "2026/03/09",
}

FIELDS = (
    Field(
        name="subject_name",
        zh="行政相对人名称",
        required=Required.MANDATORY,
        max_length=200,
        example="深圳市示例贸易有限公司",
    ),
    Field(
        name="subject_type",
        zh="行政相对人类别",
        type=FieldType.CODE,
        codelist="subject-type",
        required=Required.MANDATORY,
        example="法人及非法人组织",
    ),
    Field(name="subject_code", zh="行政相对人代码_1(统一社会信用代码)", type=FieldType.USCC),
    Field(name="person_id", zh="证件号码", type=FieldType.PERSON_ID, privacy=Privacy.SEALED),
    Field(
        name="doc_no",
        zh="行政处罚决定书文号",
        code="CF_WSH",
        required=Required.MANDATORY,
        max_length=64,
        example="深市监罚〔2026〕1号",
    ),
    Field(
        name="kinds",
        zh="处罚类别",
        code="CF_CFLB1",
        type=FieldType.SET,
        codelist="penalty-kind",
        required=Required.MANDATORY,
        rule="多个类别用英文分号隔开。",
        example="警告;罚款",
    ),
    Field(name="fine_wan", zh="罚款金额(万元)", type=FieldType.AMOUNT, unit="万元", scale=6, example="0.5"),
    Field(
        name="decided_on",
        zh="处罚决定日期",
        type=FieldType.DATE,
        required=Required.MANDATORY,
        past=True,
        example="2026/03/09",
    ),
    Field(name="remark", zh="备注", required=Required.OPTIONAL, max_length=20),
)

PENALTY = Item(
    id="adm.penalty",
    zh="行政处罚信息",
    en="Administrative penalties",
    klass="03",
    layer="national",
    kinds=frozenset({SubjectKind.ENTERPRISE, SubjectKind.PERSON}),
    behaviour="行政处罚",
    sources=("*",),
    channel="",
    frequency="d",
    deadline_working_days=7,
    share="U",
    share_scope=(),
    publish="P",
    publish_person="X",
    publication_rule="cured",
    retention="P5Y",
    polarity="negative",
    score_use=True,
    storage="register",
    plan=(),
    basis=(BASIS,),
    status=Status.ACTIVE,
    inactive_because="",
    governing="decided_on",
    title="doc_no",
    identity=("doc_no",),
    fields=FIELDS,
    checks=("penalty.fine-without-amount", "subject.person-gate"),
)


def code_list(name: str, zh: str, *labels: str) -> CodeList:
    entries = tuple(CodeEntry(code=str(n), label=label) for n, label in enumerate(labels, 1))
    return CodeList(id=name, zh=zh, basis=BASIS, entries=entries)


@dataclass
class FramesSource:
    """Sheets in memory."""

    sheets: list[FrameTable]
    format: str = "xlsx"
    encoding: str | None = None
    size: int = 0
    notes: list[Note] = field(default_factory=list)

    def tables(self):
        return iter(self.sheets)
