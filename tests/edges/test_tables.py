"""The one table: it sorts, filters, pages by keyset and is taken away, the same on every page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from edges import town
from edges.conftest import sign_in
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit.models import Event
from xinheng.apps.intake.models import Submission
from xinheng.apps.jobs.models import Job, JobState
from xinheng.apps.policy import current_policy
from xinheng.apps.records.models import Record
from xinheng.core.identifiers import orgcode
from xinheng.pages.tables.exporting import _harmless
from xinheng.workbench import urls  # noqa: F401  the tables are made where their pages are
from xinheng.workbench.tabling import TABLES

pytestmark = pytest.mark.django_db


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def rows_of(html: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*>.*?</th>', html.split("<tbody>", 1)[1], re.S) if "<tbody>" in html else []


def read_csv(client: Client, path: str, **query: str) -> list[list[str]]:
    response = client.get(path, {"export": "csv", **query})
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def people(admin: Account, market: Any) -> Client:
    for number in range(120):
        Account.objects.create(username=f"p{number:03d}", display_name=f"人{number % 7}", department=market, post="岗")
    return sign_in(admin)


@pytest.mark.parametrize("sort", ["name", "-name", "person", "-person", "role", "post"])
def test_every_row_is_seen_once_whatever_the_order(people: Client, sort: str) -> None:
    seen: list[str] = []
    path, query = "/workbench/accounts/", {"sort": sort}
    for _ in range(10):
        html = page(people, path, **query)
        seen += re.findall(r'class="code">([^<]+)</a>', html.split("<tbody>")[1].split("</tbody>")[0])
        following = re.search(r'rel="next" href="[^"]*after=([^"&]+)', html)
        if not following:
            break
        query = {"sort": sort, "after": following[1]}
    assert len(seen) == len(set(seen)) == Account.objects.count()


def test_a_press_on_the_head_sorts_and_a_second_one_turns(people: Client) -> None:
    html = page(people, "/workbench/accounts/")
    assert 'aria-sort="ascending"' in html
    assert "sort=-name" in html
    assert 'aria-sort="descending"' in page(people, "/workbench/accounts/", sort="-name")


@pytest.mark.parametrize(
    "query",
    [{"sort": "password"}, {"after": "WyJ4Iiwibm8iXQ"}, {"after": "!!"}, {"role": "nonsense"}, {"sort": "--name"}],
)
def test_what_was_invented_in_the_address_changes_nothing(people: Client, query: dict[str, str]) -> None:
    assert len(rows_of(page(people, "/workbench/accounts/", **query))) == 50


def test_filters_narrow_and_can_be_cleared(people: Client) -> None:
    assert len(rows_of(page(people, "/workbench/accounts/", q="p00"))) == 10
    none = page(people, "/workbench/accounts/", q="nobody-of-this-name")
    assert "没有符合条件的" in none
    assert 'href="/workbench/accounts/">清除条件' in none


def test_what_is_taken_away_is_all_of_what_was_filtered_in_the_same_order(people: Client) -> None:
    told = read_csv(people, "/workbench/accounts/", sort="-name", q="p")
    assert told[0][:2] == ["用户名", "姓名"]
    assert [row[0] for row in told[1:4]] == ["p119", "p118", "p117"]
    assert len(told) == 121
    response = people.get("/workbench/accounts/", {"export": "xlsx", "q": "p00"})
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert [row[0] for row in book.active.iter_rows(values_only=True)][:2] == ["用户名", "p000"]


def test_a_long_table_is_written_behind_the_page_and_told_at_its_end(
    people: Client, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xinheng.workbench.tabling.AT_ONCE", 100)
    response = people.get("/workbench/accounts/", {"export": "xlsx"}, follow=True)
    assert "正在后台写成工作簿" in response.content.decode()
    job = Job.objects.get()
    assert (job.state, job.account) == (JobState.DONE, admin)
    assert f"/workbench/notices/files/{job.pk}" in response.content.decode()
    file = people.get(f"/workbench/notices/files/{job.pk}")
    assert len(list(load_workbook(BytesIO(b"".join(file.streaming_content))).active.iter_rows())) == 122
    assert Event.objects.filter(action="job.export").exists()


def test_a_file_somebody_else_asked_for_is_not_found(
    people: Client, officer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xinheng.workbench.tabling.AT_ONCE", 1)
    people.get("/workbench/accounts/", {"export": "xlsx"})
    assert sign_in(officer).get(f"/workbench/notices/files/{Job.objects.get().pk}").status_code == 404


def test_a_job_whose_officer_lost_the_right_meanwhile_gives_nothing(
    people: Client, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinheng.apps.accounts.rights import NotAllowed
    from xinheng.apps.clock import now
    from xinheng.apps.jobs import actions
    from xinheng.workbench.tasks import write_export

    job = actions.begin(
        account=admin,
        kind="export",
        title="账号",
        asked={"table": "accounts", "parameters": {}, "language": "zh-hans"},
        total=1,
        at=now(),
    )
    Account.objects.filter(pk=admin.pk).update(role="auditor", is_active=False)
    with pytest.raises(NotAllowed):
        write_export.func(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not actions.path_of(job).exists()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-5", "-5"),
        ("-2.50", "-2.50"),
        ("+86", "'+86"),
        ("普通", "普通"),
        ("-cmd", "'-cmd"),
    ],
)
def test_what_somebody_typed_is_no_formula_in_a_spreadsheet(text: str, written: str) -> None:
    assert _harmless(text) == written


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_sorts_by_each_of_its_columns_and_is_taken_away(
    name: str,
    on_record: None,
    officer: Account,
    centre: Account,
    admin: Account,
    hand_in: Callable[..., Submission],
    rf: Any,
) -> None:
    hand_in([town.penalty(), town.penalty(decided_on="2026-02-30") | {"内部备注": "x"}], dirty=True)
    table = TABLES[name]
    reader = next(a for a in (officer, centre, admin) if _may(a, table.action))
    numbers = set()
    for column in table.columns:
        for sort in (column.key, f"-{column.key}"):
            request = rf.get("/", {"sort": sort})
            request.user = reader
            numbers.add(len(table.shown(request, reader).rows))
    assert len(numbers) == 1
    rows, _column, _down = table.rows(reader, {})
    assert all(isinstance(cell.of(row).text, str) for row in list(rows)[:50] for cell in table.columns)


def _may(account: Account, action: str) -> bool:
    from xinheng.apps.accounts import rights

    return rights.grant(account, action) is not None


def test_the_register_is_browsed_within_the_own_department(
    on_record: None, officer: Account, neighbour: Account, centre: Account
) -> None:
    record = Record.objects.get(item="adm.penalty")
    for account, seen in ((officer, True), (centre, True), (neighbour, False)):
        client = sign_in(account)
        assert (f"/workbench/records/{record.pk}/" in page(client, "/workbench/records/", item="adm.penalty")) is seen
        assert client.get(f"/workbench/records/{record.pk}/").status_code == (200 if seen else 404)
    read = Event.objects.filter(action="record.read", about_id=str(record.pk))
    assert [(e.by.username, e.facts["purpose"]) for e in read.order_by("pk")] == [
        ("wang", "report"),
        ("zhao", "steward"),
    ]


def test_a_record_shows_its_versions_and_where_each_came_from(
    signed_in: Client, hand_in: Callable[..., Submission]
) -> None:
    first = hand_in([town.penalty(doc_no="深市监罚〔2026〕70号")])
    second = hand_in([town.penalty(doc_no="深市监罚〔2026〕70号", fine_wan="1.5", content="罚款人民币15000元。")])
    html = page(signed_in, f"/workbench/records/{Record.objects.latest('pk').pk}/")
    for text in (first.ref, second.ref, "<del>2.5</del> → <ins>1.5</ins>", "第 2 版", "王报送", "承诺值"):
        assert text in html, text


def test_the_catalogue_shows_every_item_with_fields_checks_basis_and_editions(signed_in: Client) -> None:
    html = page(signed_in, "/workbench/items/")
    assert len(rows_of(html)) == len(current_policy().item_versions)
    assert len(rows_of(page(signed_in, "/workbench/items/", q="决定书文号"))) >= 1
    for item_id, versions in list(current_policy().item_versions.items())[::9]:
        told = page(signed_in, f"/workbench/items/{item_id}/")
        for field in versions[-1].fields:
            assert f">{field.name}</span>" in told, (item_id, field.name)
        for code in versions[-1].checks:
            assert code in told, (item_id, code)
        for basis in versions[-1].basis:
            assert basis.document in told.replace("&#x27;", "'"), item_id


def test_a_change_goes_from_proposal_to_decision_on_the_pages(
    signed_in: Client, officer: Account, centre: Account, on_record: None
) -> None:
    path = "/workbench/changes/new/?item=adm.penalty"
    form = page(signed_in, "/workbench/changes/new/", item="adm.penalty")
    told = dict(re.findall(r'<input[^>]*name="([a-z_]+)" value="([^"]*)"', form))
    told |= {m[0]: m[1] for m in re.findall(r'<select name="([a-z_]+)".*?<option value="([^"]*)" selected', form, re.S)}
    told |= {"title": "记下场所面积", "reason": "核对", "basis": "《测试用办法》第三条", "effective_from": "2027-01-01"}
    told |= {
        "add_name": "site_area",
        "add_zh": "场所面积",
        "add_type": "decimal",
        "add_required": "O",
        "add_privacy": "internal",
    }
    told.pop("csrfmiddlewaretoken", None)
    refused = signed_in.post(path, told | {"effective_from": "2026-11-01"})
    assert "生效日须晚于今天" in refused.content.decode()
    answer = signed_in.post(path, told)
    assert answer.status_code == 302, answer.content.decode()
    html = page(signed_in, answer["Location"])
    for text in ("新增字段“场所面积”，选填", "兼容", "最近 1 条记录按新版本重新检查"):
        assert text in html, text
    assert "同意，到日生效" not in html
    desk = sign_in(centre)
    assert "等待审定" in page(desk, "/workbench/notices/")
    assert "同意，到日生效" in page(desk, answer["Location"])
    desk.post(answer["Location"] + "decide", {"do": "approve", "decision": "同意"})
    assert "已审定，从 2027-01-01 起生效" in page(signed_in, "/workbench/notices/")
    assert "场所面积" in page(signed_in, "/workbench/items/adm.penalty/", edition="2")


def test_a_new_item_is_proposed_through_the_form_with_rows_added_and_mistakes_told(
    signed_in: Client, officer: Account, centre: Account
) -> None:
    path = "/workbench/changes/new-item/"
    form = page(signed_in, path)
    assert 'value="2026-1' in form  # the day in the one form a date field reads, whatever the language
    assert 'value="市市场监管局"' in form  # a department's own, unless it says otherwise
    told = dict(re.findall(r'<input[^>]*name="([a-zA-Z_0-9-]+)" value="([^"]*)"', form))
    told |= {
        m[0]: m[1]
        for m in re.findall(
            r'<select name="([a-z_0-9-]+)"[^>]*>(?:(?!</select>).)*?<option value="([^"]*)" selected', form, re.S
        )
    }
    told.pop("csrfmiddlewaretoken", None)
    told |= {
        "title": "诚信商户", "reason": "现有目录没有", "document": "深圳经济特区社会信用条例", "article": "第三十九条",
        "basis_from": "2023-03-01", "was_read": "on", "effective_from": "2027-01-01", "id": "hon.integrity_shop",
        "zh": "诚信商户信息", "en": "shops of integrity", "klass": "11", "kinds": "E", "behaviour": "被认定为诚信商户",
        "governing": "occurred_on", "title_field": "level", "identity": "level；occurred_on",
        "form-0-name": "level", "form-0-zh": "认定等级", "form-0-type": "code",
    }  # fmt: skip
    wider = signed_in.post(path, told | {"do": "more"})
    assert wider.status_code == 200
    html = wider.content.decode()
    assert 'name="form-10-name"' in html
    assert 'name="form-11-name"' not in html
    assert 'value="认定等级"' in html
    assert 'class="error"' not in html
    listed = {"form-0-codelist": "honour_level", "form-1-name": "approver", "form-1-zh": "批准机关"}
    for wrong, word in (
        ({"was_read": ""}, "没填好"),
        ({"form-0-name": "", "form-0-zh": ""}, "没填好"),
        ({"form-0-codelist": ""}, "代码型字段须指定代码表"),
        ({"form-0-codelist": "honour_level", "kinds": "N"}, "只关于自然人"),
        (listed | {"form-1-required": "C"}, "要写必填条件"),
        (listed | {"form-1-required_when": "level=市级"}, "要写必填条件"),
        (listed | {"form-1-required": "C", "form-1-required_when": "市级"}, "请写成 列名=值"),
        (listed | {"form-1-required": "C", "form-1-required_when": "rank=市级"}, "没有字段“rank”"),
        (listed | {"form-1-required": "C", "form-1-required_when": "level=宇宙级"}, "没有“宇宙级”"),
    ):
        refused = signed_in.post(path, told | wrong)
        assert refused.status_code == 422
        assert word in refused.content.decode(), wrong
    conditional = {"form-1-required": "C", "form-1-required_when": "认定等级=国家级；省部级"}
    answer = signed_in.post(path, told | listed | conditional | {"form-0-required": "M"})
    assert answer.status_code == 302, answer.content.decode()
    html = page(signed_in, answer["Location"])
    must = "新增字段“批准机关”，“认定等级”为“国家级”或“省部级”时必填"
    for text in ("新目录项", "从此归集主体的“被认定为诚信商户”", "影响主体权益", "市市场监管局", must):
        assert text in html, text
    assert 'href="/workbench/items/hon.integrity_shop/"' not in html
    desk = sign_in(centre)
    desk.post(answer["Location"] + "decide", {"do": "approve", "decision": "同意"})
    assert "被认定为诚信商户" in page(desk, "/workbench/items/hon.integrity_shop/")
    assert "从 2027-01-01 起" in page(desk, "/workbench/items/", q="hon.integrity_shop")


QUEUES = (
    "/workbench/links/?as=list",
    "/workbench/reconcile/differences/?as=list",
    "/workbench/reconcile/returned/",
    "/workbench/evaluation/objections/?as=list",
    "/workbench/evaluation/drafts/",
    "/workbench/evaluation/runs/",
    "/workbench/erasures/?as=list",
    "/workbench/departments/?as=list",
    "/workbench/rights/",
)


@pytest.mark.parametrize("path", QUEUES)
def test_every_queue_is_a_table_too_in_each_order_and_taken_away(path: str, centre: Account, on_record: None) -> None:
    desk = sign_in(centre)
    mark = "&" if "?" in path else "?"
    html = page(desk, path)
    for sort in {m[1] for m in re.finditer(r'class="sort" href="[^"]*sort=(-?[a-z]+)', html)}:
        assert desk.get(f"{path}{mark}sort={sort}").status_code == 200
        assert desk.get(f"{path}{mark}sort=-{sort.removeprefix('-')}").status_code == 200
    table = TABLES[
        path.split("?")[0].strip("/").split("/")[-1].replace("returned", "came-back").replace("runs", "evaluations")
    ]
    for one in table.filters:
        for value in (
            [v for v, _word in one.choices(centre)] if one.choices else ["2026-11-23" if one.kind == "date" else "市"]
        ):
            assert desk.get(f"{path}{mark}{one.key}={value}").status_code == 200, (one.key, value)
    answer = desk.get(f"{path}{mark}export=csv")
    titles = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert titles.split(",")[0] == str(table.columns[0].title)


def test_a_row_of_the_linking_queue_leads_to_the_card_it_is_decided_on(
    centre: Account, hand_in: Callable[..., Submission]
) -> None:
    old = "00000123" + orgcode.check_character("00000123")
    for number, subject in enumerate((town.SHOP, town.WORKS)):
        hand_in([town.penalty(subject, subject_code=None, orgcode=old, doc_no=f"深市监罚〔2026〕{60 + number}号")])
    desk = sign_in(centre)
    html = page(desk, "/workbench/links/", **{"as": "list", "q": town.NAMES[town.WORKS]})
    (row,) = rows_of(html)
    url = re.search(r'href="([^"]+one=\d+)"', row)
    assert url
    card = desk.get(url[1]).content.decode()
    assert town.NAMES[town.WORKS] in card
    assert town.NAMES[town.SHOP] not in card
    assert 'name="reason"' in card


def test_departments_filter_and_stand_with_the_one_above_them(signed_in: Client) -> None:
    told = read_csv(signed_in, "/workbench/departments/", **{"as": "list", "q": "南山监管局"})
    assert [(row[0], row[3]) for row in told[1:]] == [("深圳市市场监督管理局南山监管局", "深圳市市场监督管理局")]


def test_the_fields_of_an_item_sort_and_are_taken_away_with_their_edition(signed_in: Client) -> None:
    item = current_policy().item("adm.penalty", on=town.DAY)
    told = read_csv(signed_in, "/workbench/items/adm.penalty/", sort="code")
    assert len(told) == len(item.fields) + 1
    assert [row[1] for row in told[1:]] == sorted(row[1] for row in told[1:])


def test_an_export_says_all_that_the_cells_of_the_page_say(signed_in: Client) -> None:
    told = b"".join(signed_in.get("/workbench/rights/?export=csv").streaming_content).decode()
    assert "确认入库（submission.certify）" in told
