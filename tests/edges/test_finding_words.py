"""What the checks say of a row is read in the reader's language; what is stored and answered stays Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

import xinheng
from edges import town
from edges.conftest import sign_in
from edges.test_workbench import DIRTY, at, html, upload
from xinheng.apps.accounts.models import Account
from xinheng.apps.intake.models import ReturnedRow, Submission
from xinheng.apps.timetable.models import LastRun
from xinheng.core.changes.adding import effects_of
from xinheng.core.changes.differing import Difference
from xinheng.core.changes.impact import effects
from xinheng.core.intake import identifier_words, messages
from xinheng.core.intake.check import all_checks
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.findings import MASK
from xinheng.core.intake.headers import known_headers, map_headers
from xinheng.core.intake.reading import open_source, tidy
from xinheng.core.intake.reading.refusal import REASONS, refuse
from xinheng.core.intake.rowchecks import Plan
from xinheng.core.policy import default_policy
from xinheng.core.policy.model import FieldType, Item
from xinheng.pages import finding_words

POLICY = default_policy()
PENALTY = POLICY.item("adm.penalty", on=town.DAY)
CODES = sorted({*messages.WORDS, *identifier_words.WORDS, *all_checks()})
CHINESE = re.compile(r"[一-鿿]")
QUOTED = re.compile(r"“[^”]*”")  # titles of columns and cells stay as they stand in the file


def chinese_in(text: str) -> list[str]:
    """Return the Chinese of a text outside of what it quotes."""
    return CHINESE.findall(QUOTED.sub("", text))


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def items() -> Iterator[Item]:
    return (item for versions in POLICY.item_versions.values() for item in versions)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_an_english_title(code: str) -> None:
    with translation.override("en"):
        assert not CHINESE.search(finding_words.title(code))


@pytest.mark.parametrize("code", sorted({*CODES, *finding_words.SAID, *REASONS}))
def test_every_code_has_its_sentences_in_english_with_the_same_placeholders(code: str) -> None:
    assert finding_words.templates(code)
    for template in finding_words.templates(code):
        with translation.override("en"):
            told = translation.gettext(template)
        assert not chinese_in(told), told
        assert placeholders(told) == placeholders(template)
        assert (
            told.rstrip("}")[-1] in ".)"
            or template.startswith("{title}")
            or told.endswith(("{rule}", "{because}", "{failed}"))
        ), told


@pytest.mark.parametrize("seen", ["5000", "a”填了“b", "", MASK])
@pytest.mark.parametrize(
    "code", [code for code in CODES if code not in finding_words.SAID or code == "duplicate.in-file"]
)
def test_what_the_core_says_of_a_cell_is_recognised(code: str, seen: str) -> None:
    stored = messages.sentence(code, item=PENALTY, field=PENALTY.field("fine_wan"), seen=seen, detail=DETAILS.get(code))
    with translation.override("en"):
        told = finding_words.sentence(code, stored)
    for part in filter(None, (PENALTY.field("fine_wan").rule.rstrip("。") + "。", seen)):
        told = told.replace(part, "")
    assert not chinese_in(told), told
    assert "{" not in told


DETAILS = {
    "duplicate.in-file": "7",
    "subject.name-differs": "a company",
    "subject.name-differs-from-reports": "a company",
    "duplicate.other-organ": "an organ",
}


def test_what_follows_from_the_fields_of_an_item_is_recognised() -> None:
    derived = [
        check for item in items() for check in Plan(item, POLICY, town.DAY).checks if check.code not in all_checks()
    ]
    assert {check.code for check in derived} == {"dates.order", "field.required-when", "code.not-in-force"}
    with translation.override("en"):
        left = [check.message for check in derived if chinese_in(finding_words.sentence(check.code, check.message))]
    assert not left


def test_what_is_said_of_columns_is_recognised() -> None:
    denied = POLICY.deny_words[0].word
    unclear, item = next((title, item) for item in items() for title in item.ambiguous)
    found = [
        *map_headers(["经办人心情"], PENALTY, POLICY).findings,
        *map_headers([denied, unclear], item, POLICY).findings,
    ]
    assert {f.code for f in found} == {code for code in CODES if code.startswith("header.")}
    with translation.override("en"):
        told = {f.code: finding_words.sentence(f.code, f.message) for f in found}
    quoting = {"header.denied", "header.ambiguous"}  # topic, basis and titles stay as they are
    assert not [code for code, text in told.items() if code not in quoting and chinese_in(text)]
    assert told["header.denied"].startswith(f"“{denied}” is information that may not be collected")
    assert f"--column '{unclear}=field'" in told["header.ambiguous"]


def test_what_is_said_of_reading_a_file_is_recognised(tmp_path: Path) -> None:
    seen = tidy.Seen("一")
    for code in tidy._MESSAGES:
        seen.add(code, [3, 7])
    path = tmp_path / "a.csv"
    path.write_bytes(town.workbook([town.penalty()]))
    notes = [*seen.notes(), *tidy.title_notes((1, 2)), *open_source(path, known_headers=known_headers(POLICY)).notes]
    with translation.override("en"):
        assert not [note for note in notes if chinese_in(finding_words.sentence(note.code, note.message))]


FACTS = {"line": 3, "row": 7, "encoding": "GB18030", "field": "a"}


@pytest.mark.parametrize("code", sorted(REASONS))
def test_why_a_file_cannot_be_opened_is_recognised(code: str) -> None:
    with translation.override("en"):
        told = finding_words.sentence(code, refuse(code, what="", **FACTS).message)
    assert not CHINESE.search(told), told
    assert "{" not in told


def test_what_a_file_turned_out_to_be_is_said_in_english() -> None:
    whats = {
        re.sub(r"\{\}", "12", text)
        for path in (Path(xinheng.__file__).parent / "core/intake/reading").rglob("*.py")
        for text in whats_of(path)
    }
    assert len(whats) > 15
    with translation.override("en"):
        told = {
            finding_words.sentence("file.json-malformed", refuse("file.json-malformed", what=w).message) for w in whats
        }
    assert not [text for text in told if CHINESE.search(text)]
    assert "The JSON is malformed (line 12). Please correct it and upload it again." in told
    assert "The JSON is malformed (line 12 is longer than 64 MB). Please correct it and upload it again." in told


def whats_of(path: Path) -> Iterator[str]:
    """Return what a module's refusals say under ``what``: given there, or in its table of first bytes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "what" and not isinstance(node.value, ast.Name):
            yield text_of(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant):
            first, second = node.elts[0].value, node.elts[1]
            if isinstance(first, bytes) and isinstance(second, ast.Constant) and isinstance(second.value, str):
                yield second.value


@pytest.mark.parametrize(
    ("content", "item", "english"),
    [
        ("foo,bar\n1,2\n", None, "The header does not tell which catalogue item"),
        ("foo,bar\n1,2\n", "adm.penalty", "No column of the header belongs to the catalogue item “"),
        ("foo,bar\n1,2\n", "adm.nothing", "There is no “adm.nothing” in the catalogue."),
    ],
)
def test_why_nothing_of_a_file_fits_is_recognised(tmp_path: Path, content: str, item: str | None, english: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileUnusable) as caught:
        list(check_source(open_source(path, known_headers=known_headers(POLICY)), POLICY, on=town.DAY, item_id=item))
    with translation.override("en"):
        told = finding_words.sentence(caught.value.code, caught.value.message)
    assert told.startswith(english), told


def test_two_columns_for_one_field_are_recognised() -> None:
    field = next(field for field in PENALTY.fields if field.aliases and field.type is not FieldType.SET)
    with pytest.raises(FileUnusable) as caught:
        map_headers([field.zh, field.aliases[0]], PENALTY, POLICY, header_row=1)
    with translation.override("en"):
        told = finding_words.sentence(caught.value.code, caught.value.message)
    assert f"row 1, “{field.zh}”, “{field.aliases[0]}” all stand for “{field.zh}”" in told
    assert not chinese_in(told)


def test_sentences_listed_for_pages_are_those_the_source_says() -> None:
    blank = re.compile(r"\{\w+\}")
    said = {blank.sub("{}", text) for path in SOURCES for text in strings(path)}
    tail = "（第 {} 行，共 {} 行）"
    listed = {blank.sub("{}", template) for code in finding_words.SAID for template in finding_words.templates(code)}
    assert f"{{}}{tail}" in said
    once_more = messages.WORDS["duplicate.in-file"].sentence.format(detail="前面工作表中的同一")
    assert "前面工作表中的同一" in said
    left = {text.removesuffix(tail) for text in listed} - said - {once_more}
    assert not sorted(left)


SOURCES = [
    path
    for part in ("core/intake", "apps", "pages/opendata")
    for path in (Path(xinheng.__file__).parent / part).rglob("*.py")
]


def strings(path: Path) -> Iterator[str]:
    """Return the texts of a module, with {} where a value goes into them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield text_of(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def text_of(node: ast.expr) -> str:
    """Return a text of the source, with {} where a value goes into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    assert isinstance(node, ast.Constant)
    return str(node.value)


@pytest.mark.parametrize(
    ("code", "stored", "english"),
    [
        (
            "amount.not-a-number",
            "“罚款金额（万元）”填了“两万五”，不是数字。请只填数字（单位：万元）。",
            "“罚款金额（万元）” says “两万五”, which is not a number. Please write the number only (unit: 10,000 yuan).",
        ),
        (
            "field.required-when",
            "“变更种类”为“注销”或“撤销”时，“注销/吊销原因”必须填写。",
            "Where “变更种类” says “注销” or “撤销”, “注销/吊销原因” must be filled in.",
        ),
        ("field.required", "“违法事实”为必填项，请补填。", "“违法事实” is mandatory: please fill it in."),
        (
            "duplicate.in-file",
            "与第 前面工作表中的同一 行是同一条信息（同一主体、同一文书），请只保留一行；如确为两份决定，请核对文书号。",
            "The same information stands on an earlier sheet (same subject, same document): please keep one row only; "
            "if there really are two decisions, check the document number.",
        ),
        (
            "date.impossible",
            "日期不存在（所填内容已按期清除）",
            "No such day (what was filled in was erased when its time had come)",
        ),
        ("date.impossible", "以前的说法。", "以前的说法。"),
        ("no.such-code", "以前的说法。", "以前的说法。"),
    ],
)
def test_a_stored_sentence_is_turned_into_english(code: str, stored: str, english: str) -> None:
    with translation.override("en"):
        assert finding_words.sentence(code, stored) == english
    with translation.override("zh-hans"):
        assert finding_words.sentence(code, stored) == stored


def test_units_of_the_catalogue_are_said_in_english() -> None:
    units = {field.unit for item in items() for field in item.fields if field.unit}
    with translation.override("en"):
        assert not [unit for unit in units if CHINESE.search(translation.gettext(unit))]


def test_traditional_sentences_keep_the_cells_as_they_are() -> None:
    with translation.override("zh-hant"):
        told = finding_words.sentence("date.impossible", "“处罚决定日期”填了“2026-02-30”，日历上没有这一天，请核对。")
    assert told == "“处罚决定日期”填了“2026-02-30”，日曆上沒有這一天，請核對。"


@pytest.fixture
def returned(signed_in: Client) -> tuple[Client, Submission]:
    return signed_in, upload(signed_in, [town.penalty(**DIRTY), town.penalty(fine_wan="0"), town.penalty(facts=None)])


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("en", "No such day", "there is no such day in the calendar, please check."),
        ("zh-hant", "日期不存在", "日曆上沒有這一天，請核對。"),
        ("zh-hans", "日期不存在", "日历上没有这一天，请核对。"),
    ],
)
def test_pages_say_findings_in_the_readers_language(
    returned: tuple[Client, Submission], language: str, title: str, sentence: str
) -> None:
    client, submission = returned
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = html(client, at(submission))
    assert title in page
    assert sentence in page
    assert sentence in html(client, at(submission, "mend"))
    row = ReturnedRow.objects.get(submission=submission, row=2)
    assert sentence in client.post(at(submission, f"mend/{row.pk}"), {}).content.decode()


def test_what_is_stored_and_answered_stays_chinese(returned: tuple[Client, Submission]) -> None:
    client, submission = returned
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    told = client.get(at(submission, "report.json")).json()
    assert any("日历上没有这一天" in finding["message"] for finding in told["findings"])


@pytest.mark.parametrize(("language", "title"), [("en", "Fine without an amount"), ("zh-hant", "罰款未填金額")])
def test_the_catalogue_names_checks_in_the_readers_language(
    client: Client, db: None, language: str, title: str
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert title in html(client, "/catalog/adm.penalty")


def test_a_file_that_cannot_be_opened_is_told_of_in_the_readers_language(signed_in: Client) -> None:
    file = SimpleUploadedFile("11月处罚.xlsx", b"%PDF-1.7 not a table")
    response = signed_in.post("/workbench/upload/", {"file": file})
    submission = Submission.objects.get(ref=response["Location"].rstrip("/").rsplit("/", 1)[1])
    signed_in.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "This is a PDF document, not a table." in html(signed_in, at(submission))
    assert submission.error_message.startswith("这是 PDF 文档，不是表格文件。")


@pytest.mark.parametrize(("language", "told"), [("en", "3 entries cleared away."), ("zh-hans", "清理 3 条。")])
def test_what_regular_work_says_of_itself_is_read_in_the_readers_language(
    auditor: Account, language: str, told: str
) -> None:
    LastRun.objects.create(name="forget-tasks", began_at=timezone.now(), well=True, said="清理 3 条。")
    client = sign_in(auditor)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert told in html(client, "/workbench/timetable/")


def test_a_text_of_several_sentences_is_turned_one_by_one() -> None:
    with translation.override("en"):
        told = finding_words.sentences("evaluate-city", "2 个模型，1,200 个组织。等待复核：org.base。")
    assert told == ["2 models, 1,200 organisations.", "Waiting to be looked at: org.base."]


@pytest.mark.parametrize(
    ("name", "stored", "told"),
    [
        (
            "pull",
            "2 个通道已拉取。省平台：新数据 3 条，退回 1 条。省平台：新退回 4 条。",
            ["2 channels fetched.", "省平台: 3 new statements, 1 sent back.", "省平台: 4 sent back to us."],
        ),
        (
            "reconcile",
            "2 个通道已对账。省平台：一致。省平台：差异 1,200 条。",
            ["2 channels compared.", "省平台: in agreement.", "省平台: 1,200 differences."],
        ),
        ("pull", "没有完成：省平台（连不上）", ["Not done: 省平台（连不上）"]),
    ],
)
def test_what_work_with_other_nodes_says_is_turned_sentence_by_sentence(
    name: str, stored: str, told: list[str]
) -> None:
    with translation.override("en"):
        assert finding_words.sentences(name, stored) == told


@pytest.mark.parametrize("template", finding_words.EFFECTS)
def test_every_effect_of_a_change_has_its_english_with_the_same_placeholders(template: str) -> None:
    with translation.override("en"):
        told = translation.gettext(template)
    assert not CHINESE.search(told), told
    assert placeholders(told) == placeholders(template)


def test_effects_listed_for_pages_are_those_the_source_says() -> None:
    blank = re.compile(r"\{\w+\}")
    folder = Path(xinheng.__file__).parent / "core/changes"
    said = {blank.sub("{}", text) for name in ("impact.py", "adding.py") for text in strings(folder / name)}
    assert not {blank.sub("{}", template) for template in finding_words.EFFECTS} - said


def test_effects_of_a_new_item_are_read_in_english() -> None:
    found = effects_of(PENALTY, [field.name for field in PENALTY.fields])
    assert {"item.new", "retention", "sources", "publish.wider", "field.added"} <= {one.code for one in found}
    with translation.override("en"):
        assert not [one.message for one in found if finding_words.effect(one.message) == one.message]


@pytest.mark.parametrize(
    ("field", "key", "before", "after", "english"),
    [
        ("facts", "max_length", "", "40", "The field “facts” may have 40 characters at most (before: no limit)."),
        ("facts", "privacy", "inner", "public", "The privacy level of the field “facts” changes from inner to public"),
        ("", "frequency", "D", "M", "“frequency” changes from “D” to “M”: senders have to adjust their arrangements."),
        ("facts", "rule", "a", "b", "“rule” of the field “facts” changes from “a” to “b”."),
        ("", "identity", "a", "b", "“identity” decides which rows are the same record"),
    ],
)
def test_an_effect_of_a_change_is_turned_into_english(
    field: str, key: str, before: str, after: str, english: str
) -> None:
    difference = Difference(field, key, before, after)
    (own,) = effects([difference], old=PENALTY, new=PENALTY, authority=PENALTY.layer)
    (theirs,) = effects([Difference(field, "type", "", "a")], old=PENALTY, new=PENALTY, authority="elsewhere")
    where = "“type” of the field “facts”" if field else "“type”"
    with translation.override("en"):
        assert finding_words.effect(own.message).startswith(english)
        assert finding_words.effect(theirs.message).startswith(f"{where} belongs to a higher catalogue")
