"""The public's pages: what is shown, what is not, and which of the three answers is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from edges import town
from xinheng.apps.clock import now
from xinheng.apps.intake import actions
from xinheng.apps.records.models import Record

pytestmark = pytest.mark.django_db


def page(client: Client, path: str, status: int = 200, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_the_first_page_shows_counts_and_the_latest_decisions(client: Client, on_record: None) -> None:
    html = page(client, "/")
    assert "食品经营许可证" in html
    assert "未按规定公示年度报告" in html
    assert re.search(r'<b class="figure">3</b><span>在册组织</span>', html)


def test_the_first_page_of_an_empty_register_is_a_page(client: Client, db: None) -> None:
    assert "还没有公示中的记录" in page(client, "/")


@pytest.mark.parametrize("query", ["海川", "海川 智造", "深圳市海川智造科技有限公司"])
def test_an_organisation_is_found_by_two_characters_of_its_name(client: Client, on_record: None, query: str) -> None:
    html = page(client, "/search/", q=query)
    assert f"/s/{town.SHOP}" in html
    assert f"/s/{town.QUIET}" not in html


def test_a_hit_says_why_it_matches(client: Client, on_record: None, hand_in: Callable[..., object]) -> None:
    assert "名称含“海天”" in page(client, "/search/", q="海天")
    hand_in(
        [town.registration(town.SHOP, subject_name="深圳市新名智造有限公司", approved_on="2026-11-01")],
        "reg.enterprise",
    )
    html = page(client, "/search/", q="海川")
    assert "曾用名“深圳市海川智造科技有限公司”" in html


def test_a_code_leads_straight_to_its_page(client: Client, on_record: None) -> None:
    response = client.get("/search/", {"q": f" {town.SHOP.lower()} "})
    assert response.status_code == 302
    assert response["Location"] == f"/s/{town.SHOP}"


def test_one_character_is_too_little(client: Client, on_record: None) -> None:
    assert "请至少输入两个字" in page(client, "/search/", 422, q="海")


def test_nothing_found_says_what_else_to_try(client: Client, on_record: None) -> None:
    assert "去掉“深圳市”" in page(client, "/search/", q="魑魅魍魉")


def test_what_is_searched_for_is_written_as_text(client: Client, on_record: None) -> None:
    html = page(client, "/search/", q="<script>alert(1)</script>")
    assert "<script>alert" not in html


def test_a_subject_page_says_who_what_and_until_when(client: Client, on_record: None) -> None:
    html = page(client, f"/s/{town.SHOP}")
    for text in (
        "深圳市海川智造科技有限公司",
        town.SHOP,
        "存续",
        "深市监罚",
        "2027-10-08",
        "还有 319 天",
        "食品经营许可证",
    ):
        assert text in html, text


def test_a_persons_telephone_in_the_facts_is_not_shown(client: Client, on_record: None) -> None:
    record = Record.objects.get(item="adm.penalty")
    for path in (f"/r/{record.pk}", f"/s/{town.SHOP}", "/penalties/", "/api/v1/records?item=adm.penalty"):
        html = client.get(path).content.decode()
        assert "13800138000" not in html
    assert "已隐去" in page(client, f"/r/{record.pk}")


def test_a_record_shows_source_basis_term_and_the_way_to_repair(client: Client, on_record: None) -> None:
    record = Record.objects.get(item="adm.penalty")
    html = page(client, f"/r/{record.pk}")
    for text in (
        "公示至 2027-10-08",
        "中华人民共和国行政处罚法",
        "市市场监管局",
        "SZ-20261123-",
        "2027-01-08 起可以申请信用修复",
    ):
        assert text in html, text


def test_a_correction_is_a_version_and_shows_what_changed(
    client: Client, on_record: None, hand_in: Callable[..., object]
) -> None:
    hand_in([town.penalty(doc_no="深市监罚〔2026〕7号")])
    hand_in([town.penalty(doc_no="深市监罚〔2026〕7号", fine_wan="1.5", content="罚款人民币15000元。")])
    record = Record.objects.filter(item="adm.penalty").latest("pk")
    html = page(client, f"/r/{record.pk}")
    assert "更正" in html
    assert "<del>2.5</del> → <ins>1.5</ins>" in html


def test_a_link_pinned_to_a_moment_still_says_what_was_held_then(
    client: Client, on_record: None, hand_in: Callable[..., object]
) -> None:
    before = now().isoformat()
    hand_in([town.penalty(doc_no="深市监罚〔2026〕8号")])
    assert "〔2026〕8号" in page(client, f"/s/{town.SHOP}")
    then = page(client, f"/s/{town.SHOP}", as_of=before)
    assert "〔2026〕8号" not in then
    assert "当时登记在册" in then


def test_a_moment_that_cannot_be_read_is_a_kind_answer(client: Client, on_record: None) -> None:
    assert "看不懂" in page(client, f"/s/{town.SHOP}", 400, as_of="yesterday")


def test_when_its_term_has_run_out_a_record_is_gone_everywhere_at_once(
    client: Client, on_record: None, settings: object
) -> None:
    record = Record.objects.get(item="adm.penalty")
    places = (
        "/",
        f"/s/{town.SHOP}",
        "/penalties/",
        f"/api/v1/subjects/{town.SHOP}",
        "/api/v1/records?item=adm.penalty",
    )
    settings.XINHENG_DAY = date(2027, 10, 8)
    assert all("深市监罚" in client.get(place).content.decode() for place in places[1:])
    settings.XINHENG_DAY = date(2027, 10, 9)
    for place in places:
        assert "未按规定公示年度报告" not in client.get(place).content.decode(), place
    assert "也不说明它曾经存在" in page(client, f"/r/{record.pk}", 404)


def test_a_withdrawn_submission_leaves_the_pages(
    client: Client, on_record: None, hand_in: Callable[..., object]
) -> None:
    submission = hand_in([town.penalty(doc_no="深市监罚〔2026〕9号")])
    actions.withdraw(submission=submission, because="复议撤销", by=submission.officer, at=now())
    assert "〔2026〕9号" not in page(client, f"/s/{town.SHOP}")


def test_nothing_on_record_not_public_and_no_such_organisation_are_three_answers(
    client: Client, on_record: None
) -> None:
    assert "没有公示中的记录" in page(client, f"/s/{town.QUIET}")
    assert "暂无公示信息" in page(client, f"/s/{town.QUIET}/03")
    assert "该类信息不公示" in page(client, f"/s/{town.QUIET}/20", 403)
    assert "未查到该主体" in page(client, f"/s/{town.code(99)}", 404)


def test_a_code_that_cannot_be_right_is_told_so(client: Client, on_record: None) -> None:
    assert "校验码不符" in page(client, f"/s/{town.SHOP[:-1]}{'0' if town.SHOP[-1] != '0' else '1'}", 404)


def test_the_lists_filter_by_organ_district_and_period(client: Client, on_record: None) -> None:
    assert "深市监罚" in page(
        client, "/penalties/", organ=town.MARKET, region="440305", since="2026-10-01", until="2026-10-31"
    )
    for narrow in (
        {"organ": "11440399991100028G"},
        {"region": "440308"},
        {"since": "2026-11-01"},
        {"until": "2026-09-30"},
    ):
        assert "没有符合条件的记录" in page(client, "/penalties/", **narrow), narrow


def test_the_lists_page_by_keyset(client: Client, on_record: None, hand_in: Callable[..., object]) -> None:
    hand_in([town.penalty() for _ in range(40)])
    first = page(client, "/penalties/")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    second = page(client, link[1])
    seen = [set(re.findall(r"/r/(\d+)", html)) for html in (first, second)]
    assert len(seen[0]) == 30
    assert len(seen[1]) == 11
    assert not seen[0] & seen[1]


@pytest.mark.parametrize("after", ["x", "W10", "!!!", "WyIyMDI2LTEzLTQ1IiwxXQ"])
def test_an_invented_place_begins_at_the_beginning(client: Client, on_record: None, after: str) -> None:
    assert "深市监罚" in page(client, "/penalties/", after=after)


def test_the_catalogue_shows_every_item_and_why_some_are_inactive(client: Client, db: None) -> None:
    html = page(client, "/catalog/")
    assert len(re.findall(r'href="/catalog/[a-z_]+\.[a-z_0-9]+"', html)) == 104
    assert "为什么还没有启用" in page(client, "/catalog/fin.trade")
    assert "CF_WSH" in page(client, "/catalog/adm.penalty")
    assert page(client, "/catalog/no.such", 404)


def test_a_template_can_be_taken_for_active_items_only(client: Client, db: None) -> None:
    response = client.get("/catalog/adm.penalty/template.xlsx")
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert client.get("/catalog/fin.trade/template.xlsx").status_code == 404


def test_the_rules_page_is_the_policy(client: Client, db: None) -> None:
    html = page(client, "/rules/")
    for text in ("r3.general", "国家发展改革委令第36号", "自然人的信息不公示"):
        assert text in html, text


def test_each_rule_has_a_page_made_from_the_policy(client: Client, on_record: None) -> None:
    addresses = set(re.findall(r'href="(/rules/[^"]+)"', page(client, "/rules/")))
    assert len(addresses) > 10
    for address in addresses:
        assert "本页由政策数据生成" in page(client, address)
    page(client, "/rules/none", 404)


def test_english_is_complete_on_the_public_pages(client: Client, on_record: None) -> None:
    client.post("/language/", {"language": "en", "next": "/penalties/"})
    html = page(client, "/")
    assert "Look up an organisation" in html
    assert '<html lang="en">' in html


def test_the_language_form_does_not_lead_away(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_every_page_forbids_inline_script_and_lasting_copies(client: Client, on_record: None) -> None:
    for path in ("/", f"/s/{town.SHOP}", "/penalties/", "/catalog/", "/rules/", "/nowhere"):
        response = client.get(path)
        policy = response["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert response["Cache-Control"] == "no-cache"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style", response.content.decode()), path


def test_suggestions_come_with_what_they_matched(client: Client, on_record: None) -> None:
    html = page(client, "/search/suggest", q="hczz")
    assert f'href="/s/{town.SHOP}"' in html
    assert "拼音首字母" in html
    assert page(client, "/search/suggest", q="海").strip() == ""


def test_a_person_is_found_by_no_name(client: Client, on_record: None) -> None:
    for name in ("李示例", "示例", "lsl"):  # the legal representative of every organisation of the town
        assert "没有找到" in page(client, "/search/", q=name)
        assert page(client, "/search/suggest", q=name).strip() == ""


def test_a_glance_counts_what_the_catalogue_calls_negative(client: Client, on_record: None) -> None:
    html = page(client, f"/s/{town.SHOP}")
    assert re.search(r"<span>需要留意</span> <b class=\"figure\">1</b>", html)
    assert "没有公示中的守信或荣誉记录" in html
    assert "没有公示中的处罚、异常或失信记录" in page(client, f"/s/{town.WORKS}")


def test_a_link_pinned_to_a_day_says_so(client: Client, on_record: None) -> None:
    html = page(client, f"/s/{town.SHOP}", as_of="2027-01-01")
    assert "当时登记在册" in html
    assert 'name="as_of" type="date" value="2027-01-01"' in html


def test_what_has_a_term_is_not_indexed_and_not_kept(client: Client, on_record: None) -> None:
    record = Record.objects.get(item="adm.penalty")
    for path in (f"/r/{record.pk}", f"/s/{town.SHOP}", "/penalties/"):
        response = client.get(path)
        assert response["Cache-Control"] == "no-cache"
        assert "noindex" in response["X-Robots-Tag"]
        assert "unavailable_after: Fri, 08 Oct 2027 23:59:59 +0800" in response["X-Robots-Tag"]
    assert "noindex" not in client.get(f"/s/{town.QUIET}")["X-Robots-Tag"]


def test_traditional_characters_are_the_third_language_and_content_stays_as_stored(
    client: Client, on_record: None
) -> None:
    client.post("/language/", {"language": "zh-hant", "next": "/"})
    html = page(client, f"/s/{town.SHOP}")
    assert '<html lang="zh-Hant">' in html
    assert "統一社會信用代碼" in html
    assert "深圳市海川智造科技有限公司" in html


def test_the_design_system_shows_each_colour_and_component(client: Client, db: None) -> None:
    html = page(client, "/design/")
    for text in ("--accent", "查询框", "一眼看清", "还有 200 天", "没有 2 月 30 日"):
        assert text in html
