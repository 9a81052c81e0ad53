r"""A lone surrogate escape (\ud800) is named by row and field, in a JSON array and in JSON Lines, wherever a block ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import files
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.reading.surrogates import MARK, marked, whole_part

from .reading import read_bytes

NAME, CODE, DOC, FINE, DAY, REMARK = files.HEADER
GOOD = dict(zip(files.HEADER, files.ROWS[0], strict=True))


def both(records):
    """The records as an array and as lines, with every character beyond ASCII escaped."""
    lines = [json.dumps(record) for record in records]
    return {"a.json": ("[" + ",\n".join(lines) + "]").encode(), "a.jsonl": "\n".join(lines).encode()}


@pytest.mark.parametrize("half", ["\ud800", "\udc00\ud800", "好\ud83d字", "\ud83d\ud83d\ude00"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_half_a_character_is_refused_by_row_and_field(tmp_path, half, name):
    with pytest.raises(FileUnusable) as refused:
        read_bytes(tmp_path, both([GOOD, GOOD, GOOD | {REMARK: half}, GOOD])[name], name)
    assert refused.value.code == "file.character-broken"
    assert f"第 3 条记录的“{REMARK}”" in refused.value.message


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_half_a_character_in_a_name_or_deep_inside(tmp_path, name):
    for spoiled in (GOOD | {"备注\ud800": "x"}, GOOD | {REMARK: [{"a": "\udead"}]}):
        with pytest.raises(FileUnusable, match="第 2 条") as refused:
            read_bytes(tmp_path, both([GOOD, spoiled])[name], name)
        assert refused.value.code == "file.character-broken"


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("whole", ["\U0001f600", "𠮷野家", r"C:\ud800", "\\\\ud800", "\\", '"\\'])
def test_whole_characters_and_backslashes_stay(tmp_path, name, whole):
    found = read_bytes(tmp_path, both([GOOD | {REMARK: whole}])[name], name)
    assert found.frame.get_column(REMARK).to_list() == [whole]


@pytest.mark.parametrize("offset", range(4080, 4100))
@pytest.mark.parametrize(("cell", "good"), [("😀" * 3 + "\\", True), ("字\ud800字", False), ("\\\\\\ud800", True)])
def test_where_a_block_of_the_reader_ends_makes_no_difference(tmp_path, offset, cell, good):
    first = both([GOOD | {REMARK: ""}])["a.json"]
    record = GOOD | {REMARK: "x" * (offset - len(first)) + cell}
    content = both([record, GOOD])["a.json"]
    if good:
        assert read_bytes(tmp_path, content, "a.json").frame.get_column(REMARK)[0] == record[REMARK]
    else:
        with pytest.raises(FileUnusable, match="第 1 条"):
            read_bytes(tmp_path, content, "a.json")


@given(
    text=st.text(st.sampled_from(["\ud800", "\udc00", "\ud83d", "\ude00", "\\", "u", "d", "8", '"', "字", "n"])),
    size=st.integers(1, 30),
)
def test_cut_anywhere_it_is_marked_as_a_whole(text, size):
    content = json.dumps(text).encode()
    held, out = b"", b""
    for begin in range(0, len(content), size):
        piece = held + content[begin : begin + size]
        end = whole_part(piece)
        out, held = out + marked(piece[:end]), piece[end:]
    out += marked(held)
    assert out == marked(content)
    assert (MARK in json.loads(out)) == any(0xD800 <= ord(c) <= 0xDFFF for c in json.loads(content))
