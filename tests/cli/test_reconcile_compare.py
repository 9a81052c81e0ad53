"""Comparing two files on the command line."""

from __future__ import annotations

import json

import pytest

ITEM = ("--item", "adm.penalty")


def test_two_spellings_of_the_same_rows_agree(xinheng, sent):
    ours = sent({}, {}, name="a.csv")
    theirs = sent({"处罚决定日期": "2026/3/2"}, {}, name="b.csv", encoding="gb18030")
    ours_again = sent({"处罚决定日期": "2026-03-02"}, {}, name="c.csv")
    done = xinheng("reconcile", "compare", ours_again, theirs, *ITEM)
    assert done.exit_code == 0, done.stderr
    assert "两方一致" in done.stdout
    assert xinheng("reconcile", "compare", ours, ours, *ITEM).exit_code == 0


def test_each_difference_is_named_with_its_fields(xinheng, sent, tmp_path):
    rows = [{"违法事实": f"事实{n}"} for n in range(300)]
    ours = sent(*rows, name="a.csv")
    changed = [dict(row) for row in rows]
    changed[7]["违法事实"] = "别的事实"
    theirs = sent(*changed[:299], changed[3] | {"行政处罚决定书文号": "深市监罚〔2026〕4号"}, name="b.csv")
    out = tmp_path / "all.jsonl"
    done = xinheng("reconcile", "compare", ours, theirs, *ITEM, "--json", "--out", out)
    assert done.exit_code == 1, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"] == {"missing-there": 1, "altered": 1, "duplicate-there": 1}
    assert (told["here"], told["there"], told["agreed"]) == (300, 300, False)
    (altered,) = [d for d in told["differences"] if d["kind"] == "altered"]
    assert altered["fields"] == [{"name": "facts", "here": "事实7", "there": "别的事实"}]
    assert [json.loads(line)["kind"] for line in out.read_text().splitlines()] == [
        d["kind"] for d in told["differences"]
    ]
    turned = json.loads(xinheng("reconcile", "compare", theirs, ours, *ITEM, "--json").stdout)
    assert turned["counts"] == {"missing-here": 1, "altered": 1, "duplicate-here": 1}
    shown = xinheng("reconcile", "compare", ours, theirs, *ITEM).stdout
    assert "内容不一致　1" in shown
    assert "违法事实：我方“事实7”，对方“别的事实”" in shown


@pytest.mark.parametrize(
    ("arguments", "code"), [((*ITEM,), "file.missing"), (("--item", "no.such"), "item.unknown"), ((), "request.")]
)
def test_what_cannot_be_compared_is_refused_clearly(xinheng, sent, tmp_path, arguments, code):
    done = xinheng("reconcile", "compare", sent({}), tmp_path / "absent.csv", *arguments)
    assert done.exit_code == 2
    assert code in done.stderr
