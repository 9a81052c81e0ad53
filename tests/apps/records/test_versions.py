"""Versions: corrections add, never overwrite; every past answer can be given again."""

from __future__ import annotations

import hashlib

from support.builders import later, penalty, registration
from xinheng.apps.intake import actions
from xinheng.apps.records import queries
from xinheng.apps.records.models import Confirmation, Record, Version


def test_a_correction_by_key_is_a_new_version_of_the_same_record(hand_in):
    row = penalty()
    hand_in([row])
    second = hand_in([row | {"违法事实": "更正后的事实"}], at=later(hours=1))
    assert second.counts["versions"] == 1
    assert Record.objects.filter(item="adm.penalty").count() == 1
    assert Version.objects.count() == 2
    assert queries.content(queries.current().get())["facts"] == "更正后的事实"


def test_the_answer_of_the_past_can_be_given_again(hand_in):
    row = penalty()
    hand_in([row])
    hand_in([row | {"违法事实": "更正后的事实"}], at=later(hours=2))
    before = queries.current(as_of=later(hours=1)).get()
    assert queries.content(before)["facts"] == row["违法事实"]
    assert queries.current(as_of=later(hours=-1)).count() == 0


def test_superseded_at_is_worked_out_not_stored(hand_in):
    row = penalty()
    first = hand_in([row])
    second = hand_in([row | {"违法事实": "更正后的事实"}], at=later(hours=2))
    old, new = queries.history(queries.current().get().record)
    assert (old.visible_from, old.superseded_at) == (first.accepted_at, second.accepted_at)
    assert (new.visible_from, new.superseded_at) == (second.accepted_at, None)
    assert len(queries.history(new.version.record, as_of=later(hours=1))) == 1


def test_what_is_said_again_word_for_word_writes_no_version(hand_in, colleague):
    row = penalty()
    hand_in([row])
    again = hand_in([row], by=colleague)
    assert again.counts["unchanged"] == 1
    assert Version.objects.count() == 1
    (chapter,) = queries.history(Record.objects.get(item="adm.penalty"))
    assert chapter.confirmed_by == [again.ref]


def test_a_withdrawn_correction_brings_back_what_was_before(hand_in, officer):
    row = penalty()
    hand_in([row])
    second = hand_in([row | {"违法事实": "误改"}], at=later(hours=1))
    actions.withdraw(submission=second, because="误改", by=officer, at=later(hours=2))
    assert queries.content(queries.current().get())["facts"] == row["违法事实"]


def test_what_another_submission_confirmed_stands_when_the_first_is_withdrawn(hand_in, officer, colleague):
    kept, gone = penalty(), penalty()
    first = hand_in([kept, gone])
    hand_in([kept], by=colleague, at=later(hours=1))
    actions.withdraw(submission=first, because="整批错报", by=officer, at=later(hours=2))
    standing = queries.current().get()
    assert queries.content(standing)["doc_no"] == kept["决定书文号"]
    assert standing.submission.kind == "decision"
    assert queries.current(as_of=later(minutes=90)).count() == 2


def test_a_replaced_submission_others_confirmed_leaves_the_confirmed_row_standing(hand_in, officer, colleague):
    kept = penalty()
    first = hand_in([kept])
    hand_in([kept], by=colleague, at=later(hours=1))
    new = actions.replace(submission=first, source=[penalty()], by=officer, at=later(hours=2))
    actions.carry_on(submission=new, by=officer, at=later(hours=2))
    assert queries.current().count() == 2


def test_provenance_goes_down_to_file_row_and_officer(hand_in, officer):
    submission = hand_in([penalty(), penalty()], name="十一月处罚.jsonl")
    version = queries.current().order_by("row").last()
    told = queries.provenance(version)
    assert (told["submission"], told["file"], told["row"]) == (submission.ref, "十一月处罚.jsonl", 2)
    assert (told["officer"], told["certifier"], told["policy"]) == ("王报送", "王报送", "sha256:test")


def test_the_commitment_is_the_salted_hash_of_the_canonical_text(hand_in):
    hand_in([penalty()])
    version = queries.current().get()
    text = version.canonical.encode()
    assert bytes(version.fingerprint) == hashlib.sha256(text).digest()
    assert bytes(version.commitment) == hashlib.sha256(bytes(version.salt) + text).digest()
    assert len(bytes(version.salt)) == 16


def test_two_rows_that_say_the_same_have_different_commitments(hand_in, colleague):
    hand_in([penalty(), penalty()])
    salts = {bytes(salt) for salt in Version.objects.values_list("salt", flat=True)}
    assert len(salts) == 2


def test_days_of_publication_are_kept_with_the_version(hand_in):
    hand_in([penalty()])
    version = queries.current().get()
    assert version.shown_rule
    assert version.shown_from.isoformat() == "2026-11-10"
    assert list(queries.shown(queries.current(), on=version.shown_from)) == [version]


def test_lists_page_by_day_and_number(hand_in):
    hand_in([registration()], item="reg.enterprise")
    hand_in([penalty(decided_on=f"2026-10-{day:02}") for day in (1, 2, 2, 3, 4)])
    first = list(queries.latest("adm.penalty")[:2])
    rest = list(queries.latest("adm.penalty", before=(first[-1].governing, first[-1].pk)))
    assert [v.governing.day for v in first + rest] == [4, 3, 2, 2, 1]


def test_a_replacement_does_not_rest_on_what_it_replaces(hand_in, officer):
    row = penalty()
    old = hand_in([row])
    new = actions.replace(submission=old, source=[row, penalty()], by=officer, at=later(hours=1))
    new = actions.carry_on(submission=new, by=officer, at=later(hours=1))
    assert new.counts["new"] == 2
    assert not Confirmation.objects.exists()
    assert queries.current().count() == 2


def test_the_same_statement_in_two_sheets_of_one_file_goes_in_once(tmp_path, hand_in):
    import polars as pl
    import xlsxwriter

    row = penalty()
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("一月", "二月"):
            pl.DataFrame([row]).write_excel(book, worksheet=name)
    submission = hand_in([], source=path)
    assert submission.counts["new"] == 1
    assert submission.counts["unchanged"] == 1
    assert queries.current().count() == 1
