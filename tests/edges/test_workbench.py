"""The officers' desk: hand in, see, mend, sign, take back; and what is not one's own is not found."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from edges import town
from edges.conftest import sign_in
from xinheng.apps.accounts.models import Account
from xinheng.apps.clock import now
from xinheng.apps.intake import keeping
from xinheng.apps.intake.models import State, Submission
from xinheng.apps.records.models import LinkTask, Record
from xinheng.workbench.duties import duties

pytestmark = pytest.mark.django_db
DIRTY = {"decided_on": "2026-02-30"}


def upload(client: Client, rows: list[town.Row], name: str = "11月处罚.xlsx", **data: str) -> Submission:
    """Hand a workbook in on the page and return what became of it."""
    file = SimpleUploadedFile(name, town.workbook(rows))
    response = client.post("/workbench/upload/", {"file": file, **data})
    assert response.status_code == 302, response.content.decode()
    return Submission.objects.get(ref=response["Location"].rstrip("/").rsplit("/", 1)[1])


def html(client: Client, path: str, status: int = 200, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def at(submission: Submission, rest: str = "") -> str:
    return f"/workbench/submissions/{submission.ref}/{rest}"


def seal_of(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def certify(client: Client, submission: Submission) -> None:
    seen = seal_of(html(client, at(submission, "certify")))
    assert client.post(at(submission, "certify"), {"seen": seen, "agree": "1"}).status_code == 302


def test_the_desk_asks_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/workbench/")
    assert response.status_code == 302
    assert response["Location"].startswith("/workbench/login/")


def test_a_wrong_password_is_answered_kindly(client: Client, officer: Account) -> None:
    response = client.post("/workbench/login/", {"login": "wang", "password": "no"})
    assert "用户名或密码不对" in response.content.decode()


def test_signing_in_leads_to_the_departments_own_items(client: Client, officer: Account) -> None:
    response = client.post("/workbench/login/", {"login": "wang", "password": town.PASSWORD}, follow=True)
    page = response.content.decode()
    for text in ("深圳市市场监督管理局", "还没有报送过"):
        assert text in page, text
    assert "税务信用" not in page
    assert page.count('data-label="目录项"') <= 12  # the most urgent; the others are a page on
    own = {duty.name: duty.due_words for duty in duties(officer, town.DAY)}
    assert "作出后 7 个工作日内" in own["行政处罚信息"]
    assert len(own) > 12


def test_a_workbook_is_recognised_and_its_errors_are_listed(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(), town.penalty(**DIRTY), town.penalty(facts=None)])
    assert submission.state == State.CHECKED
    page = html(signed_in, at(submission))
    for text in (
        "目录项按表头识别",
        "1 行可以入库，2 行需要修改",
        "日期不存在",
        "2026-02-30",
        "第 3 行",
        "必填项为空",
        "全部列出",
    ):
        assert text in page, text
    assert not Record.objects.filter(item="adm.penalty", versions__submission__accepted_at__isnull=False).exists()


def test_findings_are_filtered_by_code_and_row(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(**DIRTY), town.penalty(facts=None)])
    page = html(signed_in, at(submission), code="date.impossible")
    assert "2026-02-30" in page
    assert "违法事实”为必填项" not in page
    assert "2026-02-30" not in html(signed_in, at(submission), row="3")
    assert "没有符合条件的问题" in html(signed_in, at(submission), row="9")


def test_the_same_file_twice_is_one_submission_and_says_so(signed_in: Client) -> None:
    rows = [town.penalty()]
    file = town.workbook(rows)
    places = []
    for _ in range(2):
        response = signed_in.post("/workbench/upload/", {"file": SimpleUploadedFile("a.xlsx", file)}, follow=True)
        places.append(response.redirect_chain[-1][0])
    assert places[0] == places[1]
    assert "没有重复入库" in response.content.decode()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.xlsx", b"", "空的"), ("a.xlsx", b"PK\x03\x04 broken", ""), ("a.csv", b"name,age\nx,1\n", "表头")],
)
def test_a_file_that_cannot_be_used_says_why(signed_in: Client, name: str, content: bytes, said: str) -> None:
    response = signed_in.post("/workbench/upload/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    page = response.content.decode()
    assert said in page
    assert "请" in page
    assert not Record.objects.exists()


def test_a_file_over_the_limit_is_refused_with_the_limit(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinheng.workbench.views.upload.MOST", 100)
    response = signed_in.post(
        "/workbench/upload/", {"file": SimpleUploadedFile("a.xlsx", town.workbook([town.penalty()]))}
    )
    assert response.status_code == 422
    assert "超过上限" in response.content.decode()
    assert not Submission.objects.exists()


def test_signing_makes_the_good_rows_public_and_gives_a_receipt(signed_in: Client, on_record: None) -> None:
    submission = upload(signed_in, [town.penalty(doc_no="深市监罚〔2026〕55号"), town.penalty(**DIRTY)])
    certify(signed_in, submission)
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED
    assert submission.certifier.username == "wang"
    assert "〔2026〕55号" in html(signed_in, f"/s/{town.SHOP}")
    receipt = html(signed_in, at(submission, "receipt"))
    for text in (submission.receipt, submission.receipt_hash, "王报送", submission.file_sha256):
        assert text in receipt


def test_without_the_declaration_nothing_is_signed(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty()])
    seen = seal_of(html(signed_in, at(submission, "certify")))
    response = signed_in.post(at(submission, "certify"), {"seen": seen})
    assert response.status_code == 422
    assert "勾选声明" in response.content.decode()
    submission.refresh_from_db()
    assert submission.state == State.CHECKED


def test_a_stale_form_is_refused_and_changes_nothing(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty()])
    response = signed_in.post(at(submission, "certify"), {"seen": "0" * 16, "agree": "1"})
    assert response.status_code == 409
    assert "form.stale" in response.content.decode()
    submission.refresh_from_db()
    assert submission.state == State.CHECKED


def test_signing_twice_is_signing_once(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty()])
    seen = seal_of(html(signed_in, at(submission, "certify")))
    for _ in range(2):
        response = signed_in.post(at(submission, "certify"), {"seen": seen, "agree": "1"})
        assert response.status_code == 302
    submission.refresh_from_db()
    assert submission.versions.count() == 1


def test_rows_are_mended_on_the_page_and_only_they_are_handed_in(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(), town.penalty(**DIRTY), town.penalty(facts=None)])
    certify(signed_in, submission)
    page = html(signed_in, at(submission, "mend"))
    cell = re.search(r'name="(r\d+-c\d+)" value="2026-02-30"', page)
    assert cell is not None
    checked = signed_in.post(at(submission, "mend"), {cell[1]: "2026-03-02", "do": "check"}).content.decode()
    assert "1 行已经改好，可以先报送；还有 1 行有错误" in checked
    assert 'value="2026-03-02"' in checked
    response = signed_in.post(at(submission, "mend"), {cell[1]: "2026-03-02", "do": "submit"})
    mended = Submission.objects.get(mends=submission)
    assert response["Location"] == at(mended)
    assert (mended.rows, mended.counts["new"]) == (1, 1)
    certify(signed_in, mended)
    assert len(re.findall(r"data-row", html(signed_in, at(submission, "mend")))) == 1


def test_handing_in_rows_that_are_still_wrong_shows_what_is_wrong(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(**DIRTY)])
    page = signed_in.post(at(submission, "mend"), {"do": "submit"}).content.decode()
    assert "还有 1 行有错误" in page
    assert not Submission.objects.filter(mends=submission).exists()


def test_a_row_about_a_person_keeps_no_cells_on_the_page(signed_in: Client) -> None:
    person = town.penalty(subject_name="张示例", subject_type="自然人", subject_code=None)
    submission = upload(signed_in, [person, town.penalty()])
    page = html(signed_in, at(submission, "mend"))
    assert "涉及自然人" in page
    assert "张示例" not in page
    assert "张示例" not in html(signed_in, at(submission))


def test_a_persons_row_with_dates_in_the_wrong_order_goes_back_like_any_other(signed_in: Client) -> None:
    person = town.penalty(subject_name="张示例", subject_type="自然人", subject_code=None, valid_to="2025-01-01")
    submission = upload(signed_in, [town.penalty(), person])
    assert (submission.state, submission.counts["returned"]) == (State.CHECKED, 1)
    told = {f["code"]: f for f in submission.returned_rows.get().findings}
    assert told["dates.order"]["seen"] is None
    assert told["dates.order"]["message"].endswith("请核对两个日期。")
    assert "2025-01-01" not in str(told) + str(submission.report["findings"])


def test_the_annotated_workbook_and_the_returned_rows_come_back(signed_in: Client, on_record: None) -> None:
    other_name = town.penalty(subject_name="深圳市别家有限公司")
    submission = upload(signed_in, [town.penalty(), town.penalty(**DIRTY), other_name])
    told = {}
    for kind in ("annotated", "returned"):
        response = signed_in.get(at(submission, kind))
        book = load_workbook(BytesIO(b"".join(response.streaming_content)))
        told[kind] = "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)
    assert "2026-02-30" in told["annotated"]
    assert "登记的名称是“深圳市海川智造科技有限公司”" in told["annotated"]  # the register's finding stands there too
    assert "日历上没有这一天" in told["returned"]
    report = signed_in.get(at(submission, "report.json")).json()
    assert (report["rows"], report["accepted"], report["returned"]) == (3, 1, 2)


def test_a_submission_is_taken_back_with_a_reason(signed_in: Client, on_record: None) -> None:
    submission = upload(signed_in, [town.penalty(doc_no="深市监罚〔2026〕56号")])
    certify(signed_in, submission)
    seen = seal_of(html(signed_in, at(submission, "withdraw")))
    without = signed_in.post(at(submission, "withdraw"), {"seen": seen, "reason": " "})
    assert without.status_code == 422
    signed_in.post(at(submission, "withdraw"), {"seen": seen, "reason": "复议撤销"})
    assert "复议撤销" in html(signed_in, at(submission))
    assert "〔2026〕56号" not in html(signed_in, f"/s/{town.SHOP}")
    assert signed_in.post(at(submission, "withdraw"), {"seen": seen, "reason": "再一次"}).status_code == 302


def test_a_submission_is_replaced_in_one_instant(signed_in: Client, on_record: None) -> None:
    old = upload(signed_in, [town.penalty(doc_no="深市监罚〔2026〕57号")])
    certify(signed_in, old)
    new = upload(signed_in, [town.penalty(doc_no="深市监罚〔2026〕58号")], replaces=old.ref)
    assert "〔2026〕57号" in html(signed_in, f"/s/{town.SHOP}")
    certify(signed_in, new)
    page = html(signed_in, f"/s/{town.SHOP}")
    assert "〔2026〕58号" in page
    assert "〔2026〕57号" not in page
    assert "已被新的批次替换" in html(signed_in, at(old))


def test_a_zero_report_is_signed_and_contradiction_is_refused(signed_in: Client) -> None:
    told = {"item": "adm.requisition", "period": "2026-11", "agree": "on"}
    response = signed_in.post("/workbench/zero/", told, follow=True)
    assert "零报送已登记" in response.content.decode()
    certify(signed_in, upload(signed_in, [town.penalty()]))
    refused = signed_in.post("/workbench/zero/", {**told, "item": "adm.penalty"})
    assert refused.status_code == 422
    assert "zero.contradicted" in refused.content.decode()
    assert signed_in.post("/workbench/zero/", {"item": "adm.penalty", "period": "2026-11"}).status_code == 422


@pytest.mark.parametrize(
    "rest",
    ["", "progress", "report.json", "annotated", "returned", "mend", "certify", "withdraw", "receipt", "headers"],
)
def test_another_departments_submission_is_not_found(
    hand_in: Callable[..., Submission], neighbour: Account, rest: str
) -> None:
    submission = hand_in([town.penalty()])
    other = sign_in(neighbour)
    assert other.get(at(submission, rest)).status_code in (404, 405)
    assert (
        other.post(at(submission, rest), {"seen": "x", "agree": "1", "reason": "x", "do": "check"}).status_code == 404
    )
    assert submission.ref not in html(other, "/workbench/submissions/")


def test_the_centre_sees_every_department_and_filters(hand_in: Callable[..., Submission], centre: Account) -> None:
    submission = hand_in([town.penalty()])
    client = sign_in(centre)
    assert submission.ref in html(
        client, "/workbench/submissions/", department=town.MARKET, state="accepted", item="adm.penalty"
    )
    assert submission.ref not in html(client, "/workbench/submissions/", state="refused")


def test_an_officer_sees_nothing_of_the_centres_queues(hand_in: Callable[..., Submission], signed_in: Client) -> None:
    hand_in([town.penalty(subject_code=None, orgcode="MA5F8C1X1") | {"内部备注": "x"}], dirty=True)
    assert "您的岗位没有“查看待匹配队列”的权限" in html(signed_in, "/workbench/links/", 403)
    assert "right.not-given" in html(signed_in, "/workbench/quarantine/", 403)


def test_the_centre_links_and_unlinks_with_a_reason(on_record: None, signed_in: Client, centre: Account) -> None:
    from xinheng.core.identifiers import orgcode

    old_code = town.penalty(
        subject_code=None, orgcode="00000123" + orgcode.check_character("00000123"), doc_no="深市监罚〔2026〕60号"
    )
    submission = upload(signed_in, [old_code])
    assert submission.counts["waiting"] == 1, submission.report["findings"]
    certify(signed_in, submission)
    client = sign_in(centre)
    task = LinkTask.objects.get()
    page = html(client, "/workbench/links/")
    assert "深圳市海川智造科技有限公司" in page
    place = f"/workbench/links/{task.pk}"
    assert client.post(place, {"do": "link", "code": town.SHOP}).status_code == 409  # no reason
    assert client.post(place, {"do": "link", "reason": "x"}).status_code == 409  # nobody chosen
    assert client.post(place, {"do": "link", "code": town.SHOP, "reason": "名称与注册地址一致"}).status_code == 302
    assert "〔2026〕60号" in html(client, f"/s/{town.SHOP}")
    assert client.post(place, {"do": "link", "code": town.WORKS, "reason": "晚了一步"}).status_code == 409
    assert client.post(place, {"do": "unlink", "reason": "核实有误"}).status_code == 302
    assert "〔2026〕60号" not in html(client, f"/s/{town.SHOP}")


def test_columns_outside_the_catalogue_are_listed_without_their_cells(signed_in: Client, centre: Account) -> None:
    upload(signed_in, [town.penalty() | {"内部备注": "绝密内容"}])
    page = html(sign_in(centre), "/workbench/quarantine/")
    assert "内部备注" in page
    assert "绝密内容" not in page


def test_an_ambiguous_column_is_asked_about_and_the_file_checked_again(signed_in: Client) -> None:
    row = town.penalty()
    row["行政相对人代码_2"] = "440301103456786"
    submission = upload(signed_in, [row])
    page = html(signed_in, at(submission))
    assert "“行政相对人代码_2”这一列是" in page
    response = signed_in.post(at(submission, "headers"), {"h0": "regno"})
    again = Submission.objects.get(ref=response["Location"].rstrip("/").rsplit("/", 1)[1])
    assert again.report["columns"]["行政相对人代码_2"] == "regno"
    assert "header.ambiguous" not in again.report["counts"]


def test_progress_is_polled_and_ends_with_the_page_shown_anew(officer: Account, signed_in: Client) -> None:
    from xinheng.apps.clock import now
    from xinheng.apps.intake import actions

    submission = actions.receive(
        source=[town.penalty()], department=officer.department, by=officer, at=now(), item="adm.penalty"
    )
    page = html(signed_in, at(submission))
    assert f'hx-get="{at(submission, "progress")}"' in page
    assert "正在逐行检查" in html(signed_in, at(submission, "progress"))
    actions.check(submission=submission, by=officer, at=now())
    response = signed_in.get(at(submission, "progress"))
    assert response["HX-Refresh"] == "true"


def test_a_form_without_its_seal_is_refused_kindly(officer: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    response = client.post("/workbench/zero/", {"item": "adm.penalty", "period": "2026-11", "agree": "on"})
    assert response.status_code == 403
    assert "form.csrf" in response.content.decode()


def test_pages_of_the_desk_are_kept_by_nobody(signed_in: Client) -> None:
    response = signed_in.get("/workbench/")
    assert response["Cache-Control"] == "no-store"
    assert 'content="noindex,nofollow"' in response.content.decode()


def cell_of(page: str, value: str) -> tuple[str, str]:
    """Return the name of the input that holds a value, and the row it belongs to."""
    found = re.search(rf'name="(r(\d+)-c\d+)" value="{value}"', page)
    assert found is not None
    return found[1], found[2]


def test_a_cell_is_edited_in_place_and_its_row_checked_at_once(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(**DIRTY), town.penalty(facts=None)])
    name, row = cell_of(html(signed_in, at(submission, "mend")), "2026-02-30")
    place = at(submission, f"mend/{row}")
    part = signed_in.post(place, {name: "2026-03-02"}).content.decode()
    assert "可以报送" in part
    assert "原来是" in part
    assert part.count("data-row") == 1  # that row, and no other
    still = signed_in.post(place, {name: "2026-13-02"}).content.decode()
    assert "1 处错误" in still


def test_what_was_written_is_there_tomorrow_and_is_taken_back_step_by_step(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(**DIRTY)])
    name, row = cell_of(html(signed_in, at(submission, "mend")), "2026-02-30")
    place = at(submission, f"mend/{row}")
    for text in ("2026-03-02", "2026-03-03"):
        signed_in.post(place, {name: text})
    assert 'value="2026-03-03"' in html(signed_in, at(submission, "mend"))
    back = [signed_in.post(place, {"do": f"undo-{row}", name: "ignored"}).content.decode() for _ in range(3)]
    assert 'value="2026-03-02"' in back[0]
    assert 'value="2026-02-30"' in back[1]
    assert 'value="2026-02-30"' in back[2]  # nothing left to take back
    assert "撤销上一步" not in back[1]


def test_a_row_handed_in_by_a_colleague_meanwhile_takes_no_more_writing(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(**DIRTY)])
    name, row = cell_of(html(signed_in, at(submission, "mend")), "2026-02-30")
    signed_in.post(at(submission, f"mend/{row}"), {name: "2026-03-02"})
    signed_in.post(at(submission, "mend"), {"do": "submit"})
    mended = Submission.objects.get(mends=submission)
    certify(signed_in, mended)
    assert signed_in.post(at(submission, f"mend/{row}"), {name: "2026-03-04"}).status_code == 404


def test_a_finding_leads_to_its_very_cell(signed_in: Client) -> None:
    submission = upload(signed_in, [town.penalty(), town.penalty(**DIRTY)])
    assert "mend?row=3&amp;at=" in html(signed_in, at(submission))


def test_the_end_of_a_check_is_told_in_a_notice(signed_in: Client, officer: Account) -> None:
    submission = upload(signed_in, [town.penalty(), town.penalty(**DIRTY)])
    page = html(signed_in, "/workbench/notices/")
    assert f"{submission.ref}" in page
    assert "1 行可以入库，1 行需要修改" in page
    assert at(submission) in page
    assert "通知 <span" in html(signed_in, "/workbench/")
    signed_in.post("/workbench/notices/")
    assert "通知 <span" not in html(signed_in, "/workbench/")


def test_a_page_says_that_the_original_was_erased(officer: Account) -> None:
    client = sign_in(officer)
    submission = upload(client, [town.penalty(), town.penalty(**DIRTY)])
    keeping.erase_due(at=now() + timedelta(days=91))
    page = html(client, at(submission))
    assert "原件已按期清除" in page
    assert "个人信息保护法" in page
    assert "下载标注好的工作簿" not in page
    assert "原件已于" in html(client, at(submission, "annotated"), status=410)
    assert "修改退回的行" not in page
    assert "退回的行已按期清除" in page
    english = client.get(at(submission), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "The original was erased on schedule" in english
