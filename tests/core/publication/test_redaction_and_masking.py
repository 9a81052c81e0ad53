"""Nothing that identifies a person leaves in free text, and codes of organisations stay readable."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinheng.core.policy.model import Basis, Certainty, Field, FieldType, Item, Privacy, Status, SubjectKind
from xinheng.core.publication.facts import NO_END, closing_day, facts_of
from xinheng.core.publication.masking import Showing, masked_fields, public_values, showing
from xinheng.core.publication.redaction import hide_citizen_numbers, redact, redact_column

HIDDEN = [
    ("当事人张三（身份证号440399194912312102）", "当事人张三（身份证号【身份证号已隐去】）"),
    ("身份证号码：440399 19491231 2102。", "身份证号码：【身份证号已隐去】。"),
    ("证件号４４０３９９１９４９１２３１２１０２", "证件号【身份证号已隐去】"),
    ("号码110105194912310 02x", "号码110105194912310 02x"),
    ("号码11010519491231002x", "号码【身份证号已隐去】"),
    ("身份证440399850615002", "身份证【身份证号已隐去】"),
    ("联系电话13800138000", "联系电话【电话已隐去】"),
    ("致电 138-0013-8000 询问", "致电 【电话已隐去】 询问"),
    ("座机0755-26012345", "座机【电话已隐去】"),
    ("手机：+86 13800138000", "手机：【电话已隐去】"),
    ("电话26012345", "电话【电话已隐去】"),
    ("汇入6222021234567890123账户", "汇入【银行账号已隐去】账户"),
    ("卡号6222 0212 3456 7890 123", "卡号【银行账号已隐去】"),
    ("开户行账号：44201501100052512345", "开户行账号：【银行账号已隐去】"),
    ("邮箱zhang.san@example.com。", "邮箱【邮箱已隐去】。"),
    ("驾驶粤B12345小型客车", "驾驶【车牌号已隐去】小型客车"),
    ("驾驶粤B·D12345小型客车", "驾驶【车牌号已隐去】小型客车"),
    ("家庭住址：深圳市南山区某某花园3栋501，经查", "家庭住址：【住址已隐去】，经查"),
    ("李四，男，住深圳市南山区某某花园3栋501。", "李四，男，住【住址已隐去】。"),
]
KEPT = [
    "统一社会信用代码914403001922038216",
    "统一社会信用代码9144030071526726XG",
    "深市监罚字〔2026〕第1502016101412345号",
    "罚款人民币278862元，没收违法所得7914元",
    "罚款1234567890123456元",
    "2026年5月1日至2026年5月31日",
    "粤港澳大湾区",
    "住宿场所未登记，责令改正",
    "第3304002100537101号决定",
    "",
]


@pytest.mark.parametrize(("text", "public"), HIDDEN)
def test_what_identifies_a_person_is_taken_out(text, public):
    assert redact(text) == public


@pytest.mark.parametrize("text", KEPT)
def test_what_identifies_nobody_stays(text):
    assert redact(text) == text


def test_a_column_is_redacted_cell_by_cell():
    texts = [text for text, _ in HIDDEN] + KEPT + [None]
    assert redact_column(pl.Series(texts)).to_list() == [None if t is None else redact(t) for t in texts]
    untouched = pl.Series(["罚款", None])
    assert redact_column(untouched) is untouched


pieces = st.sampled_from(
    [
        "440399194912312102",
        "13800138000",
        "6222021234567890123",
        "a@b.cn",
        "粤B12345",
        "家住",
        "，住",
        "电话",
        "深圳市南山区",
        " ",
        "-",
        "，",
        "1",
        "２",
        "身份证",
        "户籍地址",
        "居住在",
        "现住",
        "账号",
    ]
)


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(pieces, max_size=8), noise=st.text(max_size=6))
def test_a_column_never_misses_what_the_single_text_shows(parts, noise):
    text = "".join(parts) + noise
    assert redact_column(pl.Series([text])).to_list() == [redact(text)]


@settings(max_examples=200, deadline=None)
@given(before=st.text(alphabet="，。；当事人的是", max_size=5), after=st.text(alphabet="，。；当事人的是", max_size=5))
def test_a_citizens_number_never_survives(before, after):
    assert "440399194912312102" not in redact(before + "440399194912312102" + after)


def test_a_code_keeps_its_digits_unless_it_is_a_citizens_number():
    assert hide_citizen_numbers("440399194912312102") == "【身份证号已隐去】"
    assert hide_citizen_numbers("44039919491231210201") == "【身份证号已隐去】"
    assert hide_citizen_numbers("440304190001010011") == "440304190001010011"


def field(name, zh, **given):
    return Field(name=name, zh=zh, **given)


ITEM = Item(
    id="adm.penalty", zh="行政处罚信息", en="", klass="03", layer="national", kinds=frozenset(SubjectKind), behaviour="",
    sources=("*",), channel="", frequency="e", deadline_working_days=7, share="U", share_scope=(), publish="P",
    publish_person="X", publication_rule="grade", retention="P5Y", polarity="negative", score_use=True, storage="register",
    plan=(), basis=(Basis(document="行政处罚法", certainty=Certainty.READ),), status=Status.ACTIVE, inactive_because="",
    governing="decided_on", title="doc_no", identity=("doc_no",), closing="publish_until", checks=(),
    fields=(
        field("subject_name", "行政相对人名称", max_length=200),
        field("tax_regno", "税务登记号", max_length=32),
        field("legal_rep", "法定代表人", max_length=50),
        field("handler", "经办人", max_length=50, privacy=Privacy.PERSONAL),
        field("handler_phone", "经办人电话", max_length=50, privacy=Privacy.PERSONAL),
        field("person_id", "证件号码", type=FieldType.PERSON_ID, privacy=Privacy.SEALED),
        field("doc_no", "决定书文号", type=FieldType.DOC_NO),
        field("facts", "违法事实", max_length=5000),
        field("decided_on", "决定日期", type=FieldType.DATE),
        field("publish_until", "公示截止期", type=FieldType.DATE),
        field("state", "状态", privacy=Privacy.INTERNAL),
        field("remark", "备注"),
    ),
)  # fmt: skip


def test_each_field_is_shown_as_its_privacy_says():
    assert {f.name: showing(f) for f in ITEM.fields} == {
        "subject_name": Showing.CODE, "tax_regno": Showing.CODE, "legal_rep": Showing.CODE, "handler": Showing.MASKED,
        "handler_phone": Showing.HIDDEN, "person_id": Showing.HIDDEN, "doc_no": Showing.CODE, "facts": Showing.REDACTED,
        "decided_on": Showing.WHOLE, "publish_until": Showing.WHOLE, "state": Showing.HIDDEN, "remark": Showing.REDACTED,
    }  # fmt: skip
    assert masked_fields(ITEM) == ("handler", "handler_phone", "person_id", "state")


def test_the_public_is_handed_only_what_it_may_see():
    values = {
        "subject_name": "深圳市示例有限公司",
        "tax_regno": "440399194912312102",
        "handler": "张三、欧阳娜娜",
        "handler_phone": "13800138000",
        "person_id": "440399194912312102",
        "doc_no": "深市监罚字〔2026〕12号",
        "facts": "王五（电话13800138000）",
        "state": "1",
        "remark": None,
        "religion": "…",
    }
    assert public_values(ITEM, values) == {
        "subject_name": "深圳市示例有限公司",
        "tax_regno": "【身份证号已隐去】",
        "handler": "张*;欧阳**",
        "doc_no": "深市监罚字〔2026〕12号",
        "facts": "王五（电话【电话已隐去】）",
    }


def test_the_facts_of_a_record_are_taken_from_its_item_and_values():
    values = {"publish_until": "2026-12-31", "kinds": "罚款"}
    day = date(2026, 4, 8)
    facts = facts_of(ITEM, values, subject_kind=SubjectKind.TRADER, governing_on=day, on=day)
    assert (facts.publish, facts.closing_on, facts.stands) == ("P", date(2026, 12, 31), True)
    person = facts_of(ITEM, values, subject_kind=SubjectKind.PERSON, governing_on=day, on=day)
    assert person.publish == "X"


def test_the_end_of_2099_means_no_end():
    assert closing_day("2099-12-31") is None
    assert closing_day(NO_END.isoformat()) is None
    assert closing_day(None) is None
    assert closing_day("2030-01-01") == date(2030, 1, 1)
