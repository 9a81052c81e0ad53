"""Policy data that may not be: each refusal with its code, all of them together, in two languages, with their place."""

import pytest

from policy.conftest import ITEM
from xinheng.core.policy import PolicyError, load_policy


def test_the_tiny_policy_itself_loads(tiny):
    assert list(tiny.load().item_versions) == ["adm.try"]


def test_two_versions_may_not_hold_on_one_day(tiny, day):
    tiny.item(effective_to=day("2026-04-02"))
    tiny.item(at="national/catalog/adm.try@2026-04-01.toml", effective_from=day("2026-04-01"))
    assert tiny.codes() == ["item.versions-overlap"]


def test_a_version_without_end_leaves_no_room_for_the_next(tiny, day):
    tiny.item(at="national/catalog/adm.try@2026-04-01.toml", effective_from=day("2026-04-01"))
    assert tiny.codes() == ["item.versions-overlap"]


def test_a_code_means_one_thing_on_one_day(tiny, day):
    old = {"code": "1", "label": "甲", "effective_to": day("2026-04-01")}
    tiny.codelist(entries=[old, {"code": "1", "label": "丙", "effective_from": day("2026-03-31")}, "乙"])
    assert tiny.codes() == ["codelist.entries-overlap"]
    tiny.codelist(entries=[old, {"code": "1", "label": "丙", "effective_from": day("2026-04-01")}, "乙"])
    assert tiny.codes() == []


def test_a_label_stands_for_one_code_on_one_day(tiny):
    tiny.codelist(entries=[{"code": "1", "label": "甲"}, {"code": "2", "label": "甲"}])
    assert tiny.codes() == ["codelist.entries-overlap"]


def test_an_item_needs_a_basis(tiny):
    tiny.item(without=("basis",))
    assert tiny.codes() == ["item.basis-missing"]


def test_an_active_item_needs_a_basis_that_was_read(tiny):
    tiny.item(basis=[{"document": "试验法", "certainty": "recalled"}])
    assert tiny.codes() == ["item.basis-unusable"]
    tiny.item(basis=[{"document": "试验法", "certainty": "recalled"}], status="inactive", inactive_because="未核实")
    assert tiny.codes() == []


def test_an_active_item_needs_a_basis_still_in_force(tiny, day):
    tiny.item(basis=[{"document": "试验法", "certainty": "read", "effective_to": day("2026-01-01")}])
    assert tiny.codes() == ["item.basis-unusable"]


def test_an_ended_item_may_rest_on_an_ended_basis(tiny, day):
    basis = [{"document": "试验法", "certainty": "read", "effective_to": day("2026-01-01")}]
    tiny.item(basis=basis, effective_to=day("2026-01-01"))
    assert tiny.codes() == []


def test_an_inactive_item_says_why(tiny):
    tiny.item(status="inactive")
    assert tiny.codes() == ["item.no-reason"]


def test_a_check_must_exist_where_the_checks_are_known(tiny):
    tiny.item(checks=["penalty.no-such"])
    assert tiny.codes(known_checks=frozenset({"penalty.other"})) == ["check.unknown"]
    assert tiny.codes() == []


def test_a_code_list_must_exist(tiny):
    tiny.field("kind", codelist="nowhere")
    assert tiny.codes() == ["codelist.dangling"]


def test_a_code_without_a_list_is_no_code(tiny):
    tiny.item(field=[{k: v for k, v in f.items() if k != "codelist"} for f in _fields()])
    assert tiny.codes() == ["codelist.missing"]


@pytest.mark.parametrize(
    "change",
    [
        {"governing": "no_such"},
        {"title": "no_such"},
        {"closing": "no_such"},
        {"identity": ["doc_no", "no_such"]},
        {"ambiguous": {"代码_2": ["doc_no", "no_such"]}},
    ],
)
def test_fields_named_by_an_item_must_exist(tiny, change):
    tiny.item(**change)
    assert tiny.codes() == ["field.unknown"]


@pytest.mark.parametrize(
    "change",
    [
        {"before": "no_such"},
        {"before": "doc_no"},
        {"fill_from": "no_such"},
        {"required_when": {"field": "no_such", "has": "甲"}},
    ],
)
def test_fields_named_by_a_field_must_exist_and_fit(tiny, change):
    tiny.field("valid_to", **change)
    assert tiny.codes() == ["field.unknown"]


def test_a_condition_names_a_label_of_the_list(tiny):
    tiny.field("valid_to", required_when={"field": "kind", "has": ["甲", "丙"]})
    assert tiny.codes() == ["codelist.dangling"]


def test_the_governing_field_is_a_date(tiny):
    tiny.item(governing="doc_no")
    assert tiny.codes() == ["field.not-a-date"]


def test_natural_persons_are_never_graded(tiny):
    tiny.item(id="eva.try", kinds=["E", "N"])
    assert tiny.codes() == ["person.graded"]


def test_records_about_persons_are_never_scored(tiny):
    tiny.item(kinds=["N"], score_use=True)
    assert tiny.codes() == ["person.scored"]


def test_persons_are_never_published_by_class(tiny):
    tiny.item(kinds=["E", "N"], publish_person="P")
    assert tiny.codes() == ["person.published"]


def test_data_shared_for_financing_is_never_published(tiny):
    tiny.item(id="fin.try", publish="P")
    assert tiny.codes() == ["finance.published"]


@pytest.mark.parametrize(
    "attribute", ["behaviour", "sources", "channel", "publish", "share", "share_scope", "retention", "frequency"]
)
def test_article_34_attributes_must_be_stated(tiny, attribute):
    tiny.item(without=(attribute,))
    assert tiny.codes() == ["item.attribute-missing"]


def test_a_shenzhen_item_needs_a_shenzhen_regulation(tiny):
    tiny.item(id="adm.local", zh="本市信息", layer="shenzhen", at="shenzhen/catalog/adm.local.toml")
    assert tiny.codes() == ["item.no-local-law"]
    local = [{"document": "深圳经济特区社会信用条例", "article": "第十条", "certainty": "read"}]
    tiny.item(id="adm.local", zh="本市信息", layer="shenzhen", at="shenzhen/catalog/adm.local.toml", basis=local)
    assert tiny.codes() == []


def test_the_layer_is_the_folder(tiny):
    tiny.item(layer="guangdong")
    assert tiny.codes() == ["item.wrong-folder"]


@pytest.mark.parametrize("twice", [{"name": "doc_no", "zh": "别的"}, {"name": "other", "zh": "文号"}])
def test_names_and_titles_of_fields_are_unique(tiny, twice):
    tiny.add_field(**twice)
    assert "field.twice" in tiny.codes()


def test_short_codes_are_unique(tiny):
    fields = [{**_fields()[0], "code": "CF_WSH"}, *_fields()[1:], {"name": "other", "zh": "别的", "code": "CF_WSH"}]
    tiny.item(field=fields)
    assert "field.twice" in tiny.codes()


def test_one_title_leads_to_one_field(tiny):
    tiny.add_field(name="other", zh="别的", aliases=["文 号："])
    assert tiny.codes() == ["header.two-fields"]


def test_a_title_declared_ambiguous_may_lead_to_two(tiny):
    fields = [*_fields(), {"name": "other", "zh": "别的", "aliases": ["代码_2"]}]
    fields[0] = {**fields[0], "aliases": ["代码_2"]}
    tiny.item(field=fields)
    assert tiny.codes() == ["header.two-fields"]
    tiny.item(field=fields, ambiguous={"代码_2": ["doc_no", "other"]})
    assert tiny.codes() == []


@pytest.mark.parametrize("spoil", [{"zh": "宗教信仰信息"}, {"behaviour": "参加宗教信仰活动"}])
def test_an_item_may_not_be_about_what_is_denied(tiny, spoil):
    _deny(tiny)
    tiny.item(**spoil)
    assert tiny.codes() == ["deny.word"]


@pytest.mark.parametrize("spoil", [{"zh": "宗教信仰"}, {"zh": "别的", "aliases": ["本人宗教信仰情况"]}])
def test_a_field_may_not_be_about_what_is_denied(tiny, spoil):
    _deny(tiny)
    tiny.add_field(name="other", **spoil)
    assert tiny.codes() == ["deny.word"]


def test_unknown_keys_are_not_passed_over(tiny):
    tiny.item(score_use_person=True)
    assert tiny.codes() == ["key.unknown"]


def test_a_key_of_the_wrong_kind_is_refused(tiny):
    tiny.item(sources="市市场监管局")
    assert tiny.codes() == ["key.wrong-kind"]


def test_a_number_is_not_a_code(tiny):
    tiny.codelist(entries=[{"code": 111, "label": "甲"}, "乙"])
    assert "key.wrong-kind" in tiny.codes()


@pytest.mark.parametrize("change", [{"kinds": ["Z"]}, {"publish": "Y"}, {"polarity": "bad"}, {"frequency": "daily"}])
def test_words_outside_the_vocabulary_are_refused(tiny, change):
    tiny.item(**change)
    assert tiny.codes() == ["value.unknown"]


def test_a_file_is_named_for_its_item(tiny):
    tiny.item(at="national/catalog/adm.other.toml", id="adm.else", zh="另一项")
    assert tiny.codes() == ["item.file-name"]


def test_an_unknown_standard_block_is_refused(tiny):
    tiny.item(standard=["no_such"])
    assert tiny.codes() == ["block.unknown"]


def test_broken_toml_says_the_line(tiny):
    tiny.write("national/catalog/adm.try.toml", 'id = "adm.try"\nzh = \n')
    assert any("adm.try.toml" in error and "line 2" in error for error in tiny.errors())


def test_a_ragged_csv_says_the_line(tiny):
    tiny.write("shenzhen/departments.csv", "# 说明\ncode,name\n1,甲\n2\n")
    assert any("departments.csv: line 4" in error for error in tiny.errors())


def test_all_problems_are_told_at_once_with_place_and_both_languages(tiny):
    tiny.item(without=("basis",), kinds=["E"])
    tiny.codelist(entries=[{"code": "1", "label": "甲"}, {"code": "1", "label": "乙"}])
    errors = tiny.errors()
    assert len(errors) == 2
    assert errors[0].startswith("national/catalog/adm.try.toml: adm.try: an item needs a basis / 目录项没有依据")
    assert errors[1].startswith("national/codelists/kind.toml: kind.1: code 1 stands twice")


def test_an_authority_without_a_folder_is_named(tiny):
    with pytest.raises(PolicyError, match="atlantis"):
        load_policy(tiny.root, "atlantis")


def test_authorities_may_not_stand_above_themselves(tiny):
    tiny.write("national/authority.toml", 'id = "national"\nparent = "shenzhen"\n')
    assert tiny.codes() == ["authority.circle"]


def test_a_list_of_the_same_name_below_must_say_that_it_extends(tiny):
    tiny.codelist(at="shenzhen/codelists/kind.toml", entries=["丙"])
    assert tiny.codes() == ["codelist.twice"]
    tiny.codelist(at="shenzhen/codelists/kind.toml", entries=["丙"], extends=True)
    assert [e.label for e in tiny.load().codelists["kind"].entries] == ["甲", "乙", "丙"]


def test_extending_nothing_is_refused(tiny):
    tiny.codelist(at="shenzhen/codelists/other.toml", id="other", extends=True)
    assert tiny.codes() == ["codelist.extends-nothing"]


def _fields():
    from copy import deepcopy

    return deepcopy(
        [
            {"name": "doc_no", "zh": "文号", "type": "doc_no", "required": "M"},
            {"name": "decided_on", "zh": "决定日期", "type": "date"},
            {"name": "valid_to", "zh": "有效期至", "type": "date", "before": "decided_on"},
            {"name": "kind", "zh": "种类", "type": "code", "codelist": "kind"},
        ]
    )


def _deny(tiny):
    tiny.write(
        "national/catalog/_deny.toml",
        '[[deny]]\ntopic = "宗教信仰"\nwords = ["宗教信仰"]\nbasis = "征信业管理条例第十四条"\n',
    )


def test_the_address_of_an_individual_business_is_never_public(tiny):
    tiny.item(kinds=["E", "T"], field=[*ITEM["field"], {"name": "where", "zh": "经营地址"}])
    assert tiny.codes() == ["field.home-public"]
    tiny.item(
        kinds=["E", "T"], field=[*ITEM["field"], {"name": "where", "zh": "经营地址", "privacy_trader": "personal"}]
    )
    assert tiny.codes() == []
    tiny.item(kinds=["E"], field=[*ITEM["field"], {"name": "where", "zh": "经营地址"}])
    assert tiny.codes() == []


def test_a_privacy_nobody_knows_is_refused(tiny):
    tiny.add_field(name="where", zh="经营地址", privacy_trader="hidden")
    assert tiny.codes() == ["value.unknown"]
