"""The catalogue of Shenzhen as it is shipped: complete, lawful, and its example rows pass."""

from datetime import date

import polars as pl
import pytest

from xinheng.core.identifiers import uscc
from xinheng.core.intake.check import known_codes
from xinheng.core.intake.engine import check_source
from xinheng.core.intake.reading.header import fold_header
from xinheng.core.intake.table import FrameTable
from xinheng.core.policy import (
    Certainty,
    FieldType,
    Privacy,
    Required,
    Status,
    SubjectKind,
    default_policy,
    load_policy,
)
from xinheng.core.policy.loader import default_folder
from xinheng.core.policy.spelling import fold_title

ON = date(2026, 11, 23)
POLICY = default_policy()
ITEMS = POLICY.items(on=ON)
ACTIVE = [item for item in ITEMS if item.stands(ON)]
MUST_STAND = frozenset(
    """
reg.enterprise reg.trader reg.institution reg.social_org reg.organ reg.change reg.annual adm.licence adm.penalty
adm.inspection adm.coercion_measure adm.coercion_exec adm.levy adm.requisition abn.enterprise abn.trader abn.social_org
abn.charity abn.tax list.market list.wage list.social_ins list.tax list.safety list.customs list.procurement list.ip
list.social_org jud.dishonest jud.enforcement jud.gov_dishonest jud.bankr_corp eva.tax eva.customs eva.env eva.labour
hon.award hon.quality hon.brand hon.gi hon.tax_a hon.aeo hon.demo com.notify com.voluntary com.performance con.gov
con.tender cmp.tax_arrears cmp.si_arrears
""".split()  # noqa: SIM905 - a list of sixty quoted words hides its content
)


def ids(items):
    return [item.id for item in items]


def test_all_104_items_load_and_every_check_they_name_exists():
    policy = load_policy(default_folder(), known_checks=known_codes())
    assert len(policy.items(on=ON)) == 104


def test_the_items_the_city_begins_with_take_rows_in():
    assert set(ids(ACTIVE)) >= MUST_STAND
    assert len(ACTIVE) >= 45


def test_every_item_that_takes_nothing_in_says_why():
    assert all(item.inactive_because for item in ITEMS if item.status is Status.INACTIVE)


def test_files_about_persons_alone_wait_for_the_sealed_store():
    persons = [item for item in ITEMS if item.kinds == {SubjectKind.PERSON}]
    assert len(persons) == 7
    assert all("密封库" in item.inactive_because for item in persons)


def test_data_for_financing_waits_for_consent_and_lives_in_the_lake():
    finance = [item for item in ITEMS if item.id.startswith("fin.")]
    assert len(finance) == 9
    assert all(i.storage == "lake" and i.status is Status.INACTIVE and "授权" in i.inactive_because for i in finance)
    assert all({"consent_no", "consent_to", "purpose"} <= set(i.by_name) for i in finance)


@pytest.mark.parametrize("item", ITEMS, ids=ids(ITEMS))
def test_every_item_names_its_subject_the_same_way(item):
    assert item.field("subject_code").type is FieldType.USCC
    assert item.field("subject_name").required is Required.MANDATORY
    assert "subject.person-gate" in item.checks or SubjectKind.PERSON not in item.kinds


@pytest.mark.parametrize("item", ITEMS, ids=ids(ITEMS))
def test_numbers_of_persons_documents_are_sealed(item):
    assert all(f.privacy is Privacy.SEALED for f in item.fields if f.type is FieldType.PERSON_ID)


@pytest.mark.parametrize("item", ITEMS, ids=ids(ITEMS))
def test_publication_rules_are_known(item):
    known = {rule["key"] for rule in POLICY.tables["publication/terms"]["rule"]} | {"grade"}
    assert item.publication_rule in known
    assert (item.publication_rule == "never") == (item.publish != "P")


@pytest.mark.parametrize("item", ACTIVE, ids=ids(ACTIVE))
def test_the_example_row_of_every_active_item_passes(item):
    row = pl.DataFrame({f.zh: [f.example or None] for f in item.fields}, schema={f.zh: pl.String for f in item.fields})
    checking = check_source(OneTable(row), POLICY, on=ON, item_id=item.id)
    list(checking)
    assert (checking.report.accepted, checking.report.counts) == (1, {})


class OneTable:
    """A source of one sheet already in memory."""

    format, encoding, size = "csv", "utf-8", 1

    def __init__(self, frame):
        self.frame, self.notes = frame, []

    def tables(self):
        yield FrameTable(self.frame)


@pytest.mark.parametrize("item", ACTIVE, ids=ids(ACTIVE))
def test_fields_that_must_or_should_be_filled_show_an_example(item):
    needed = [f for f in item.fields if f.required in (Required.MANDATORY, Required.EXPECTED)]
    assert [f.name for f in needed if not f.example] == []


def test_every_source_is_a_department_of_the_city():
    known = {name for d in POLICY.departments for name in (d.short, d.name, *d.aliases)} | {"*"}
    assert {source for item in ITEMS for source in item.sources} - known == set()


@pytest.mark.parametrize("item", ACTIVE, ids=ids(ACTIVE))
def test_somebody_may_decide_on_every_active_item(item):
    wanted = {"*", item.id, item.id.split(".")[0] + ".*"}
    able = [d for d in POLICY.departments if wanted & set(d.items)]
    assert able
    named = [d for d in POLICY.departments if {d.short, d.name, *d.aliases} & set(item.sources)]
    assert all(d in able for d in named)


def test_departments_have_valid_codes_nobody_can_hold():
    codes = [d.code for d in POLICY.departments]
    assert len(codes) == len(set(codes)) >= 41
    assert all(code[2:8] == "440399" for code in codes)
    assert all(uscc.is_valid(code) for code in codes)


def test_eleven_districts_report():
    assert len([d for d in POLICY.departments if d.region != "440300" and d.parent is None]) == 11


def test_regions_hold_old_and_local_codes():
    region = {e.code: e for e in POLICY.codelists["region"].entries}
    assert region["440304"].label == "福田区"
    assert region["SZ-DP"].label == "大鹏新区"
    assert region["440301"].label == "市辖区"  # stands in old registration numbers
    rows = POLICY.tables["codelists/region"]
    assert {row["in_use"] for row in rows} == {"yes", "former"}


def test_trades_hold_sections_and_classes():
    trade = {e.code: e.label for e in POLICY.codelists["industry"].entries}
    assert (trade["I"], trade["H6210"]) == ("信息传输、软件和信息技术服务业", "正餐服务")


@pytest.mark.parametrize(
    ("kind", "on", "in_force"),
    [
        ("没收违法所得、没收非法财物", date(2021, 7, 14), True),
        ("没收违法所得、没收非法财物", date(2021, 7, 15), False),
        ("通报批评", date(2021, 7, 14), False),
        ("通报批评", date(2021, 7, 15), True),
        ("罚款", date(2015, 1, 1), True),
        ("罚款", date(2026, 1, 1), True),
    ],
)
def test_kinds_of_penalty_follow_the_act_of_the_day(kind, on, in_force):
    assert (kind in POLICY.codelists["penalty_kind"].labels(on)) is in_force


@pytest.mark.parametrize("header", ["行政相对人代码_2", "代码_2", "行政相对人代码-2"])
def test_a_bare_second_code_is_asked_about(header):
    penalty = POLICY.item("adm.penalty", on=ON)
    assert {fold_title(k): v for k, v in penalty.ambiguous.items()}[fold_title(header)] == ("regno", "orgcode")


def test_titles_fold_as_in_reading_a_file():
    titles = {t for i in ITEMS for f in i.fields for t in (f.zh, f.name, f.code, *f.older_codes, *f.aliases) if t}
    titles |= {t for i in ITEMS for t in i.ambiguous}
    assert [t for t in sorted(titles) if fold_title(t) != fold_header(t)] == []


def test_the_national_short_codes_are_all_there():
    licence = {f.code for f in POLICY.item("adm.licence", on=ON).fields}
    penalty = {f.code for f in POLICY.item("adm.penalty", on=ON).fields}
    assert len(licence - {None}) == 28
    assert len(penalty - {None}) == 30


def test_what_is_known_from_memory_activates_nothing():
    assert all(any(b.certainty in (Certainty.READ, Certainty.EXCERPT) for b in item.basis) for item in ACTIVE)


def test_the_deny_list_names_its_grounds():
    assert {
        "宗教",
        "血型",
        "基因",
        "指纹",
        "献血",
        "婚姻",
        "生育",
        "疫苗",
        "信访",
        "病历",
        "垃圾分类",
        "个人信用评分",
    } <= {word.word for word in POLICY.deny_words}
    assert all(word.topic and word.basis for word in POLICY.deny_words)


def test_grades_of_others_may_enter_an_evaluation_and_results_of_our_own_may_not():
    """Decision 13: a result that feeds itself is not explained by records any more."""
    grades = [item for item in POLICY.items(on=ON) if item.klass == "09"]
    assert {item.id for item in grades if item.score_use} == {
        "eva.tax", "eva.customs", "eva.env", "eva.labour", "eva.food",
    }  # fmt: skip
    assert all(item.status.value == "active" for item in grades if item.score_use)
    assert not [i.id for i in POLICY.items(on=ON) if i.score_use and i.kinds == {SubjectKind.PERSON}]
