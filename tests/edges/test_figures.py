"""Lists in force, pledges and statistics: every number leads to a list of just as many."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_every_number_of_the_statistics_is_the_length_of_the_list_it_leads_to(client: Client, on_record: None) -> None:
    html = page(client, "/statistics/")
    told = re.findall(r'<td class="number"><a href="([^"#]+)">([\d,]+)<', html)
    assert len(told) > 20
    for url, number in told:
        listed = page(client, unescape(url)) if "?" in url or "records" in url else client.get(url).content.decode()
        assert listed.count('<th scope="row">') == int(number), url


def test_lists_in_force_say_how_many_stand_on_them_and_on_what_basis(client: Client, on_record: None) -> None:
    html = page(client, "/lists/")
    assert 'href="/records/list.wage"' in html
    assert "拖欠农民工工资" in html
    assert "未启用" in html
    assert "没有符合条件的记录" in page(client, "/records/list.wage")


def test_pledges_are_listed(client: Client, on_record: None) -> None:
    assert 'href="/records/com.voluntary"' in page(client, "/pledges/")


def test_an_item_that_is_not_public_has_no_list(client: Client, on_record: None) -> None:
    page(client, "/records/fin.trade", 403)
    page(client, "/records/nothing", 404)
    assert client.get("/records/adm.penalty?since=2026-01-01")["Location"] == "/penalties/?since=2026-01-01"


def test_a_list_is_narrowed_by_body_seat_and_days_and_says_so(client: Client, on_record: None) -> None:
    html = page(client, "/penalties/?seat=440300&since=2026-10-01")
    assert '<input type="date" name="since" value="2026-10-01" id="id_since">' in html
    assert '<option value="440300" selected>市级单位</option>' in html
    assert "深市监罚" in html
    assert "没有符合条件的记录" in page(client, "/penalties/?seat=440305")
    assert "没有符合条件的记录" in page(client, "/penalties/?organ=11440399991100028G&seat=440305")
    assert "日期请写成" in page(client, "/penalties/?since=yesterday")
