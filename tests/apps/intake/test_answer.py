"""What goes back to the sender, and what is never kept."""

from __future__ import annotations

from support.builders import code, penalty, registration


def test_a_returned_row_keeps_its_cells_and_says_what_is_wrong(hand_in):
    submission = hand_in([penalty(), penalty(facts=None, doc_no="罚〔2026〕9号")])
    row = submission.returned_rows.get()
    assert row.cells["决定书文号"] == "罚〔2026〕9号"
    assert [f["code"] for f in row.findings] == ["field.required"]
    assert "违法事实" in row.findings[0]["message"]


def test_a_row_about_a_natural_person_keeps_nothing(hand_in):
    person = penalty(subject_name="张某某", subject_type="自然人", subject_code=None, person_id="440399194912312102")
    submission = hand_in([penalty(), person])
    row = submission.returned_rows.get()
    assert row.sealed
    assert row.cells == {}
    assert "subject.person-gate" in [f["code"] for f in row.findings]
    assert "张某某" not in str(row.findings)


def test_numbers_of_persons_documents_are_kept_nowhere(hand_in):
    submission = hand_in([penalty(facts=None, person_id="440399194912312102")])
    assert submission.returned_rows.exists()
    for row in submission.returned_rows.all():
        assert "440399194912312102" not in str(row.cells) + str(row.findings)


def test_columns_outside_the_catalogue_are_counted_and_not_kept(hand_in):
    rows = [penalty(facts=None) | {"群众举报人": "甲"}, penalty() | {"群众举报人": None}]
    submission = hand_in(rows)
    kept = submission.quarantine.get()
    assert (kept.header, kept.count) == ("群众举报人", 1)
    assert "群众举报人" not in submission.returned_rows.get().cells


def test_register_findings_stand_in_the_same_report(hand_in):
    hand_in([registration()], item="reg.enterprise")
    rows = [penalty(), penalty(subject_name="完全不同的公司"), penalty(subject_code=code(9), subject_name="新来者公司")]
    report = hand_in(rows).report
    assert report["counts"] == {"subject.name-differs": 1, "subject.not-registered": 1}
    assert (report["rows"], report["accepted"], report["returned"]) == (3, 2, 1)
    assert report["not_run"] == []
    differs = next(f for f in report["findings"] if f["code"] == "subject.name-differs")
    assert (differs["row"], differs["column"], differs["seen"]) == (2, "主体名称", code(1))
    assert "测试甲有限公司" in differs["message"]
