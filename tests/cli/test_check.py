"""xinheng check: exit codes, one JSON object, and a summary a clerk understands."""

import csv
import json
import os
import subprocess
import sys
import tomllib
from datetime import date

import openpyxl
import pytest
import tomli_w

from xinheng.core.intake import engine
from xinheng.core.policy.loader import default_folder

BAD = {"处罚决定日期": "去年年底"}


def test_a_file_of_good_rows_ends_with_0_and_says_what_it_is(xinheng, sent):
    done = xinheng("check", sent({}, {}))
    assert done.exit_code == 0
    assert "目录项：行政处罚信息（adm.penalty），由表头识别" in done.stdout
    assert "数据行 2 · 通过 2 · 退回 0" in done.stdout
    assert "全部通过，可以报送" in done.stdout


def test_a_returned_row_ends_with_1_and_says_where_and_how_to_mend_it(xinheng, sent):
    done = xinheng("check", sent({}, BAD))
    assert done.exit_code == 1
    assert "日期无法识别" in done.stdout
    assert "第 3 行" in done.stdout
    assert "去年年底" in done.stdout
    assert "请写成 2026/03/09 这样的形式" in done.stdout.replace("\n", "").replace(" " * 2, "")
    assert "1 行通过，1 行退回" in done.stdout
    assert "--out 核验结果.xlsx" in done.stdout


def test_json_is_one_object_with_exactly_the_keys_of_the_contract(xinheng, sent):
    done = xinheng("check", sent({}, BAD, encoding="gb18030"), "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert done.stderr == ""
    wanted = "item format encoding rows accepted returned columns quarantined counts findings"
    assert set(wanted.split()) <= set(told)
    assert (told["item"], told["format"], told["encoding"]) == ("adm.penalty", "csv", "gb18030")
    assert (told["rows"], told["accepted"], told["returned"]) == (2, 1, 1)
    assert told["counts"] == {"date.unreadable": 1}
    (finding,) = told["findings"]
    assert (finding["code"], finding["level"], finding["row"], finding["column"], finding["seen"]) == (
        "date.unreadable",
        "fatal",
        3,
        "处罚决定日期",
        "去年年底",
    )


def test_only_examples_are_capped_counts_never(xinheng, sent):
    told = json.loads(xinheng("check", sent(*[BAD] * 5), "--json", "--examples", 2).stdout)
    assert told["counts"]["date.unreadable"] == 5
    assert len(told["findings"]) == 2


def test_the_workbook_and_the_returned_rows_are_written_beside_the_json(xinheng, sent, tmp_path):
    out, returned = tmp_path / "核验结果.xlsx", tmp_path / "退回.xlsx"
    done = xinheng("check", sent({}, BAD), "--json", "--out", out, "--returned", returned)
    assert json.loads(done.stdout)["returned"] == 1
    assert openpyxl.load_workbook(out).sheetnames == ["核验结果", "数据"]
    assert openpyxl.load_workbook(returned)["数据"].max_row == 2


def test_a_csv_answer_is_written_as_csv(xinheng, sent, tmp_path):
    out = tmp_path / "out.csv"
    assert xinheng("check", sent({}, BAD), "--out", out).exit_code == 1
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_of_too_many_rows_for_a_worksheet_is_answered_as_csv(xinheng, sent, tmp_path, monkeypatch):
    monkeypatch.setattr("xinheng.documents.answer.MAX_ROWS", 2)
    done = xinheng("check", sent({}, BAD), "--out", tmp_path / "out.xlsx")
    assert done.exit_code == 1
    assert (tmp_path / "out.csv").exists()
    assert not (tmp_path / "out.xlsx").exists()
    assert "out.csv" in done.stderr


def test_the_item_can_be_told(xinheng, sent):
    assert "按指定的目录项核验" in xinheng("check", sent({}), "--item", "adm.penalty").stdout


def test_the_summary_has_english_labels_on_request(xinheng, sent):
    done = xinheng("check", sent({}, BAD), "--lang", "en")
    assert "administrative penalties（adm.penalty）" in done.stdout
    assert "Rows 2 · Accepted 1 · Returned 1" in done.stdout


def test_control_characters_of_a_file_never_reach_the_terminal(xinheng, sent):
    done = xinheng("check", sent({"违法事实": "\x1b[31m红\x1b[2J"}))
    assert "\x1b" not in done.stdout


RUBBISH = {
    "empty.csv": b"",
    "blank.csv": b"\n\n\n",
    "zeros.csv": b"\x00" * 4096,
    "noise.xlsx": bytes(range(256)) * 64,
    "broken.xlsx": b"PK\x03\x04" + b"\x00" * 200,
    "page.xls": b"<html><table><tr><td>1</td></tr></table></html>",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "half.json": b'[{"a": 1}, {"a"',
    "deep.json": b"[" * 100_000,
    "number.json": b"3",
    "lines.jsonl": b'{"a": 1}\nnot json\n',
    "parquet.parquet": b"PAR1" + b"\x00" * 50 + b"PAR1",
    "header-only.csv": "行政相对人名称,行政处罚决定书文号\n".encode(),
    "unknown.csv": b"a,b\n1,2\n",
    "quote.csv": b'a,b\n"1,2\n3,4\n',
}


@pytest.mark.parametrize("name", RUBBISH)
@pytest.mark.parametrize("how", ["--json", "--item=adm.penalty"])
def test_rubbish_ends_with_2_and_one_sentence_never_a_traceback(xinheng, tmp_path, name, how):
    path = tmp_path / name
    path.write_bytes(RUBBISH[name])
    done = xinheng("check", path, how)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert "defect" not in done.output
    if how == "--json":
        error = json.loads(done.stdout)["error"]
        assert error["code"]
        assert error["message"]
    else:
        assert done.stderr.startswith("无法完成：")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["missing.csv"], "file.missing"),
        (["."], "file.is-folder"),
        (["{good}", "--item", "no.such"], "item.unknown"),
        (["{good}", "--item", "jud.judgment"], "item.inactive"),
        (["{good}", "--on", "2026-13-01"], "request.bad-value"),
        (["{good}", "--examples", "-1"], "request.bad-value"),
        (["{good}", "--examples", "many"], "request.bad-value"),
        (["{good}", "--nonsense"], "request.no-such-option"),
        ([], "request.missing"),
        (["{good}", "another.csv"], "request.too-many"),
        (["{good}", "--out", "x.pdf"], "request.answer-format"),
        (["{good}", "--out", "{good}"], "request.same-file"),
        (["{good}", "--out", "/tmp/a.xlsx", "--returned", "/tmp/a.xlsx"], "request.same-file"),
        (["{good}", "--out", "/no/such/folder/a.xlsx"], "path.missing"),
        (["{good}", "--column", "no sign"], "request.bad-value"),
    ],
)
def test_a_request_that_cannot_be_used_says_why_in_json(xinheng, sent, args, code):
    good = str(sent({}))
    done = xinheng("check", "--json", *[a.format(good=good) for a in args])
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["code"] == code


def test_an_inactive_item_gives_its_reason(xinheng, sent):
    done = xinheng("check", sent({}), "--item", "jud.judgment")
    assert done.exit_code == 2
    assert "尚未启用" in done.stderr


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError(28, "No space left on device"), "disk.full"),
        (MemoryError(), "memory.full"),
        (KeyboardInterrupt(), "interrupted"),
        (PermissionError(13, "Permission denied", "out.xlsx"), "path.not-allowed"),
    ],
)
def test_faults_of_the_machine_are_said_plainly_and_nothing_is_left(xinheng, sent, tmp_path, monkeypatch, fault, code):
    def breaks(*_):
        raise fault

    file = sent({}, BAD)
    before = set(tmp_path.iterdir())
    monkeypatch.setattr(engine.Checking, "_checked", breaks)
    done = xinheng("check", file, "--json", "--out", tmp_path / "out.xlsx")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["code"] == code
    assert set(tmp_path.iterdir()) == before


def test_a_defect_is_written_to_a_log_and_told_by_its_number(xinheng, sent, tmp_path, monkeypatch):
    def breaks(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(engine.Checking, "_checked", breaks)
    done = xinheng("check", sent({}), "--json")
    message = json.loads(done.stdout)["error"]["message"]
    (log,) = (tmp_path / "var" / "log").iterdir()
    assert done.exit_code == 2
    assert log.stem.removeprefix("error-") in message
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert "Traceback" not in done.output


def test_a_defect_is_shown_whole_to_a_developer(xinheng, sent, monkeypatch):
    def breaks(*_):
        raise ZeroDivisionError

    monkeypatch.setenv("XINHENG_DEBUG", "1")
    monkeypatch.setattr(engine.Checking, "_checked", breaks)
    assert "Traceback" in xinheng("check", sent({})).stderr


def process(*args: object, **how) -> subprocess.CompletedProcess:
    environment = os.environ | {"XINHENG_DAY": "2026-12-01"} | how.pop("env", {})
    return subprocess.run(
        [sys.executable, "-m", "xinheng.cli", *map(str, args)], capture_output=True, env=environment, check=False, **how
    )


def test_a_real_process_prints_one_object_and_nothing_else(sent):
    done = process("check", sent({}, BAD), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["returned"] == 1
    assert done.stderr == b""


def test_a_pipe_gets_no_colours_and_no_progress(sent):
    done = process("check", sent({}, BAD))
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""


def test_a_terminal_gets_progress_on_stderr_only(sent):
    import pty

    parent, child = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "xinheng.cli", "check", str(sent(*[{}] * 3)), "--json"],
        stdout=subprocess.PIPE,
        stderr=child,
        env=os.environ | {"XINHENG_DAY": "2026-12-01", "TERM": "xterm"},
        check=False,
    )
    os.close(child)
    shown = os.read(parent, 65536).decode()
    os.close(parent)
    assert "正在核验" in shown
    assert json.loads(done.stdout)["accepted"] == 3


def test_a_reader_that_goes_away_early_is_no_error_message(sent):
    command = f"{sys.executable} -m xinheng.cli items | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.stderr == b""


def test_a_plain_ascii_locale_does_not_crash_the_summary(sent):
    done = process(
        "check",
        sent({}, BAD, name="penalties.csv"),
        env={"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 1


def test_a_file_name_the_system_cannot_decode_is_told(sent, tmp_path):
    odd = os.fsencode(tmp_path) + b"/\xff.csv"
    os.rename(sent({}), odd)
    done = subprocess.run(
        [sys.executable, "-m", "xinheng.cli", "check", odd, "--json"], capture_output=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "path.undecodable")


def test_the_check_never_loads_django(sent):
    script = (
        "import sys; from xinheng.cli import main\n"
        f"try: main(['check', {str(sent({}))!r}])\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('django', 'openpyxl', 'granian')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.stderr.decode().strip() == "[]"


def test_help_loads_neither_frames_nor_django():
    script = (
        "import sys; from xinheng.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('polars', 'django', 'rich', 'xlsxwriter', 'numpy') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.stderr.decode().strip() == "[]"


@pytest.fixture
def decided(tmp_path):
    """Write an edition of penalties with one field more, as an installation writes what it has approved."""

    def write(folder):
        table = tomllib.loads((default_folder() / "national/catalog/adm.penalty.toml").read_text(encoding="utf-8-sig"))
        table["effective_from"] = date(2026, 11, 30)
        table["field"].append({"name": "door_mark", "zh": "门牌标识", "required": "O"})
        place = folder / "national/catalog/adm.penalty@2026-11-30.toml"
        place.parent.mkdir(parents=True)
        place.write_text(tomli_w.dumps(table), encoding="utf-8")
        (folder / "stamp").write_bytes(b"")
        return folder

    return write


def test_editions_approved_here_are_read_and_named(xinheng, sent, decided, tmp_path):
    file = sent({})
    with file.open(encoding="utf-8", newline="") as text:
        header, row = csv.reader(text)
    with file.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([[*header, "门牌标识"], [*row, "某案"]])
    before = xinheng("check", file)
    assert "未采集的列：门牌标识" in before.stdout, before.stderr
    assert "目录版本：初版" in before.stdout
    decided(tmp_path / "var" / "policy")
    after = xinheng("check", file)
    assert after.exit_code == 0
    assert "未采集的列" not in after.stdout
    assert "目录版本：2026-11-30 起" in after.stdout
    told = json.loads(xinheng("check", file, "--json").stdout)
    assert told["edition_from"] == "2026-11-30"
    assert told["policy"].startswith("sha256:")


def test_editions_can_be_told_where_nothing_is_installed(xinheng, sent, decided, tmp_path):
    folder = decided(tmp_path / "sent-by-the-centre")
    done = xinheng("check", sent({}), "--policy", folder)
    assert "目录版本：2026-11-30 起" in done.stdout
    assert "目录版本：初版" in xinheng("check", sent({}), "--policy", default_folder()).stdout
    missing = xinheng("check", sent({}), "--policy", tmp_path / "nowhere")
    assert (missing.exit_code, "没有文件夹" in missing.stderr) == (2, True)
    (folder / "national/catalog/adm.penalty@2026-11-30.toml").write_text("id = 'adm.penalty'", encoding="utf-8")
    unsound = xinheng("check", sent({}), "--policy", folder)
    assert (unsound.exit_code, "政策数据有" in unsound.stderr) == (2, True)
