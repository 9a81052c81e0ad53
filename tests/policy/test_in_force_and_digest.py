"""What was in force on a day, what stands above a city's data, and the one name of it all."""

from datetime import date

import pytest

from xinheng.core.policy import UnknownItem


def two_versions(tiny, day):
    tiny.item(zh="旧名", effective_from=day("2019-01-01"), effective_to=day("2026-04-01"))
    tiny.item(at="national/catalog/adm.try@2026-04-01.toml", zh="新名", effective_from=day("2026-04-01"))
    return tiny.load()


@pytest.mark.parametrize(
    ("on", "zh"),
    [(date(2019, 1, 1), "旧名"), (date(2026, 3, 31), "旧名"), (date(2026, 4, 1), "新名"), (date(2099, 1, 1), "新名")],
)
def test_the_version_of_the_day_answers(tiny, day, on, zh):
    assert two_versions(tiny, day).item("adm.try", on=on).zh == zh


def test_before_the_first_version_there_is_no_item(tiny, day):
    policy = two_versions(tiny, day)
    assert policy.items(on=date(2018, 12, 31)) == ()
    with pytest.raises(UnknownItem):
        policy.item("adm.try", on=date(2018, 12, 31))


def test_an_expired_basis_stops_what_rests_on_it(tiny, day):
    ended = {"document": "旧法", "certainty": "read", "effective_to": day("2026-04-01")}
    begun = {"document": "新法", "certainty": "read", "effective_from": day("2026-06-01")}
    tiny.item(basis=[ended, begun])
    item = tiny.load().item("adm.try", on=date(2026, 5, 1))
    assert [item.stands(on) for on in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1))] == [True, False, True]


def test_a_recalled_basis_carries_nothing(tiny, day):
    read = {"document": "试验法", "certainty": "read", "effective_from": day("2026-06-01")}
    tiny.item(basis=[read, {"document": "旧闻", "certainty": "recalled"}])
    assert not tiny.load().item("adm.try", on=date(2026, 5, 1)).stands(date(2026, 5, 1))


def test_codes_are_in_force_by_day(tiny, day):
    tiny.codelist(entries=["甲", "乙", {"label": "丙", "effective_from": day("2026-04-01")}])
    kinds = tiny.load().codelists["kind"]
    assert kinds.labels(date(2026, 3, 31)) == ("甲", "乙")
    assert kinds.labels(date(2026, 4, 1)) == ("甲", "乙", "丙")


def test_layout_does_not_change_the_digest(tiny):
    before = tiny.load().digest
    path = tiny.root / "national/catalog/adm.try.toml"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(("# 说明\n\n" + text.replace(" = ", "   =  ")).replace("\n", "\r\n").encode("utf-8-sig"))
    assert tiny.load().digest == before
    assert before.startswith("sha256:")


def test_a_changed_value_changes_the_digest(tiny):
    before = tiny.load().digest
    tiny.item(retention="P3Y")
    assert tiny.load().digest != before


def test_a_new_file_changes_the_digest(tiny):
    before = tiny.load().digest
    tiny.write("shenzhen/casework/try.toml", "days = 3\n")
    assert tiny.load().digest != before


def test_files_of_another_city_do_not_count(tiny):
    before = tiny.load().digest
    tiny.write("guangzhou/authority.toml", 'id = "guangzhou"\nparent = "guangdong"\n')
    assert tiny.load().digest == before
    assert tiny.load(authority="guangzhou").authority == "guangzhou"


def test_tables_of_other_capabilities_come_parsed_higher_authority_first(tiny):
    tiny.write("national/casework/repair.toml", 'days = 10\n[[rule]]\nid = "n"\n')
    tiny.write("shenzhen/casework/repair.toml", 'days = 3\n[[rule]]\nid = "s"\n')
    tiny.write("national/calendar/days.csv", "# 说明\nday,kind\n2026-01-01,off\n")
    tiny.write("shenzhen/calendar/days.csv", "day,kind\n2026-01-02,off\n")
    tables = tiny.load().tables
    assert tables["casework/repair"] == {"days": 3, "rule": [{"id": "n"}, {"id": "s"}]}
    assert [row["day"] for row in tables["calendar/days"]] == ["2026-01-01", "2026-01-02"]
    assert tables["authority/shenzhen"]["zh"] == "深圳市"


def test_one_name_may_not_be_both_toml_and_csv(tiny):
    tiny.write("national/calendar/days.csv", "day\n2026-01-01\n")
    tiny.write("national/calendar/days.toml", "x = 1\n")
    assert tiny.codes() == ["table.two-kinds"]


def test_standard_fields_stand_around_the_items_own(tiny):
    tiny.write(
        "national/catalog/_standard.toml",
        '[[general.field]]\nname = "subject_name"\nzh = "主体名称"\naliases = ["名称", "种类"]\nplace = "first"\n'
        '[[general.field]]\nname = "remark"\nzh = "备注"\nplace = "last"\n',
    )
    tiny.item(standard="general", examples={"subject_name": "示例公司"})
    item = tiny.load().item("adm.try", on=date(2026, 1, 1))
    assert [f.name for f in item.fields] == ["subject_name", "doc_no", "decided_on", "valid_to", "kind", "remark"]
    # 种类 is the title of the item's own field: the standard field no longer claims it.
    assert item.field("subject_name").aliases == ("名称",)
    assert item.field("subject_name").example == "示例公司"


def test_entries_may_stand_in_a_csv_beside_the_list(tiny):
    tiny.codelist(entries_from="kind", entries=[])
    tiny.write("national/codelists/kind.csv", "code,label,aliases,effective_to\n01,甲,甲种;第一,\n02,乙,,2026-01-01\n")
    entries = tiny.load().codelists["kind"].entries
    assert [(e.code, e.label, e.aliases, e.effective_to) for e in entries] == [
        ("01", "甲", ("甲种", "第一"), None),
        ("02", "乙", (), date(2026, 1, 1)),
    ]


def test_a_missing_csv_is_told(tiny):
    tiny.codelist(entries_from="nowhere", entries=[])
    assert "codelist.file-missing" in tiny.codes()
