"""Files that cannot be used: each says why and what to do, none costs memory, none raises anything else."""

from __future__ import annotations

import gzip
import random
import tempfile
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import files
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.reading import limits, open_source

from .reading import read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(**parts: bytes) -> bytes:
    folder = Path(tempfile.mkdtemp())
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    content = path.read_bytes()
    path.unlink()
    folder.rmdir()
    return content


CASES = {
    "empty": (b"", "file.empty"),
    "only a mark": (b"\xef\xbb\xbf", "file.empty"),
    "only blanks": (b"\n\n  \n", "file.empty"),
    "empty zip": (b"PK\x05\x06" + bytes(18), "file.empty"),
    "truncated zip": (b"PK\x03\x04" + bytes(200), "file.damaged"),
    "any zip": (zipped(a=b"x"), "file.not-a-workbook"),
    "word": (zipped(word__document=b"x"), "file.not-a-workbook"),
    "xlsb": (zipped(**{"xl__workbook.bin": b"x", "[Content_Types].xml": b"x"}), "file.not-supported"),
    "ods": (zipped(**{"mimetype": b"x", "content.xml": b"x"}), "file.not-supported"),
    "xlsx without content": (zipped(**{"xl__workbook.xml": b"x", "[Content_Types].xml": b"x"}), "file.damaged"),
    "encrypted workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), "file.encrypted"),
    "old word": (OLE + "WordDocument".encode("utf-16-le"), "file.not-a-workbook"),
    "rubbish in a container": (OLE, "file.damaged"),
    "pdf": (b"%PDF-1.7\n...", "file.not-a-workbook"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "file.not-a-workbook"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "file.not-a-workbook"),
    "html table": (b"<html><table><tr><td>1</td></tr></table></html>", "file.is-html"),
    "html after a mark": (b"\xef\xbb\xbf\r\n<TABLE border=1>", "file.is-html"),
    "xml table": (b"<?xml version='1.0'?><Workbook/>", "file.not-supported"),
    "zeros": (bytes(5000), "file.is-binary"),
    "noise": (random.Random(1).randbytes(5000), "file.is-binary"),
    "broken json": (b'[{"a": 1}, {"a": ', "file.json-malformed"),
    "json of numbers": (b"[[1, 2], [3]]", "file.json-shape"),
    "json without records": (b'{"a": 1,\n "b": {}}', "file.json-shape"),
    "json of nothing": (b"[]", "file.no-rows"),
    "deep json": (b"[" * 100_000, "file.json-malformed"),
    "deep json in a record": (b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "file.json-malformed"),
    "broken json line": (b'{"a": 1}\n{"a": \n', "file.json-malformed"),
    "json lines of bad bytes": (
        b'{"a": 1}\n{"a": "\xe4\xb8"}\n' + '{"a":"中文中文中文中文"}'.encode() * 3,
        "file.encoding-broken",
    ),
    "broken parquet": (b"PAR1" + bytes(100) + b"PAR1", "file.damaged"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_says_why(tmp_path, case):
    content, code = CASES[case]
    path = tmp_path / "hand-in.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileUnusable) as caught:
        read(path)
    assert caught.value.code == code
    assert caught.value.message.endswith("。")


def test_missing_files_and_folders(tmp_path):
    for path, code in ((tmp_path / "none.csv", "file.missing"), (tmp_path, "file.is-folder")):
        with pytest.raises(FileUnusable) as caught:
            open_source(path, known_headers=files.KNOWN)
        assert caught.value.code == code


def test_a_misnamed_file_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "表格.xls"
    path.write_bytes(files.csv_bytes())
    found = read(path)
    assert (found.format, found.rows) == ("csv", [2, 3, 4, 5])
    assert "reading.misnamed" in found.codes
    renamed = files.write_xlsx(tmp_path / "a.xlsx").rename(tmp_path / "b.csv")
    assert (read(renamed).format, read(renamed).codes) == ("xlsx", {"reading.misnamed"})


def bomb(tmp_path: Path, cells: str) -> Path:
    return files.repacked(
        files.write_xlsx(tmp_path / "good.xlsx"),
        tmp_path / "bomb.xlsx",
        {"xl/worksheets/sheet1.xml": files.sheet_xml(cells)},
    )


FAR = {
    "two corners": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "a cell that lies about its row": '<row r="1"><c r="A1"><v>1</v></c><c r="Z9999999"><v>1</v></c></row>',
    "in single quotes": "<row r='1'><c r='A1'><v>1</v></c><c r='XFD900000'><v>1</v></c></row>",
    "after a line break": '<row r="1"><c\nr="XFD900000"><v>1</v></c></row>',
    "after the style": '<row r="1"><c s="1" r="ZZZ900000"><v>1</v></c></row>',
}


@pytest.mark.parametrize("case", FAR)
def test_a_sheet_too_large_for_memory_is_refused_before_it_is_opened(tmp_path, case):
    with pytest.raises(FileUnusable) as caught:
        read(bomb(tmp_path, FAR[case]))
    assert caught.value.code == "file.too-large"


def test_a_zip_bomb_is_refused_in_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ZIP_RATIO_FROM_BYTES", 8 << 20)
    path = bomb(tmp_path, " " * (40 << 20))
    tracemalloc.start()
    with pytest.raises(FileUnusable) as caught:
        read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "file.too-large"
    assert peak < 40 << 20


def test_xml_that_defines_entities_is_refused(tmp_path):
    evil = files.sheet_xml("").replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet')
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"):
        path = files.repacked(files.write_xlsx(tmp_path / "good.xlsx"), tmp_path / "evil.xlsx", {part: evil})
        with pytest.raises(FileUnusable) as caught:
            read(path)
        assert caught.value.code == "file.unsafe-xml"


def test_numbers_that_would_unfold_to_gigabytes_stay_short(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(
        b'[{"a": 1e999999, "b": 0.10, "c": 1E5, "d": 123456789012345678, "e": true, "f": {"g": [1, 0.5]}, "h": 1e400}]'
    )
    values = read(path).frame.row(0, named=True)
    assert len(values["a"]) < 20
    assert (values["b"], values["c"], values["d"], values["e"]) == ("0.1", "100000", "123456789012345678", "是")
    assert values["f"] == '{"g":[1,0.5]}'


def only_unusable(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with suppress(FileUnusable):
            read(path)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\xff\xfe",
            b"[",
            b"{",
            b'[{"a":',
            b'"',
            b"\xef\xbb\xbf",
            b"a,b\n",
        ]
    ),
    st.binary(max_size=400),
)
@example(b'[{"a":', b'"\\ud800"}]')
@example(b"", b'{"a":"\\ud800"}')
@example(b"[", b'{"a":' + b"1" * 5000 + b"}]")
@example(b"{", b'"a":' + b"1" * 5000 + b"}")
@example(b"[", b'{"":1}]')
@example(b"[", b'{"__row":1}]')
@example(b"", b"__row,__beyond\n1,2\n")
@example(b"\xff\xfe", b"a")
def test_random_bytes_give_a_table_or_a_reason(start, rest):
    only_unusable(start + rest, "a.csv")


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_truncated_and_altered_files_give_a_table_or_a_reason(valid, data):
    content = valid[data.draw(st.sampled_from(sorted(valid)))]
    cut = data.draw(st.integers(0, len(content)))
    if data.draw(st.booleans()):
        only_unusable(content[:cut], "a.xlsx")
    else:
        only_unusable(content[:cut] + data.draw(st.binary(min_size=1, max_size=4)) + content[cut + 2 :], "a.xlsx")


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    folder = tmp_path_factory.mktemp("valid")
    return {
        "xlsx": files.write_xlsx(folder / "a.xlsx").read_bytes(),
        "xls": files.write_xls(folder / "a.xls").read_bytes(),
        "parquet": files.write_parquet(folder / "a.parquet").read_bytes(),
        "csv": files.csv_bytes(),
        "gb": files.csv_bytes(encoding="gb18030"),
        "utf-16": files.csv_bytes(encoding="utf-16-le"),
        "json": files.json_bytes(),
        "jsonl": files.json_lines_bytes(),
    }
