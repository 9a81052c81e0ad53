"""Commands that open the register, run as an administrator runs them: each in a process of its own, on one installation."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from cli.conftest import GOOD, ON
from xinheng.core.policy import default_policy

DEPARTMENT = default_policy().departments[0]


class Installation:
    """A folder of its own, and the commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.var = folder, folder / "var"

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return kept | {"XINHENG_VAR": str(self.var), "XINHENG_DAY": ON.isoformat()}

    def __call__(self, *args: object, stdin: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "xinheng.cli", *map(str, args)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            input=stdin,
            env=self.environment(),
            check=False,
        )

    def told(self, *args: object) -> dict:
        return json.loads(self(*args, "--json").stdout)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """An installation with one officer."""
    place = Installation(tmp_path_factory.mktemp("installation"))
    done = place("user", "add", "li", "--name", "李某", "--department", DEPARTMENT.code)
    assert done.returncode == 0, done.stderr
    assert "不能登录网页" in done.stdout
    return place


def handed_in(here: Installation, name: str, *rows: dict[str, str]) -> Path:
    path = here.folder / name
    filled = [GOOD | {"行政处罚决定书文号": f"深市监罚〔2026〕{name[:4]}{n}号"} | row for n, row in enumerate(rows)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in filled), encoding="utf-8")
    return path


def submit(here: Installation, path: Path, *more: object) -> dict:
    return here.told("submit", path, "--department", DEPARTMENT.code, "--officer", "li", *more)


def test_a_submission_is_only_checked_until_it_is_certified(here):
    path = handed_in(here, "1001.jsonl", {}, {"处罚决定日期": "去年"})
    first = submit(here, path)
    assert (first["state"], first["counts"]["returned"], first["receipt"]) == ("checked", 1, None)
    second = submit(here, path, "--certify")
    assert (second["state"], second["again"], second["submission"]) == ("accepted", True, first["submission"])
    assert second["receipt"]
    assert second["report"]["counts"]["date.unreadable"] == 1


def test_the_exit_code_says_whether_rows_went_back(here):
    common = ("--department", DEPARTMENT.code, "--officer", "li", "--certify")
    good = here("submit", handed_in(here, "2001.jsonl", {}), *common)
    assert (good.returncode, "已入库" in good.stdout) == (0, True)
    some = here("submit", handed_in(here, "2002.jsonl", {}, {"处罚决定日期": "去年"}), *common)
    assert (some.returncode, "退回 1" in some.stdout) == (1, True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--department", "没有这个部门", "--officer", "li"], "department.unknown"),
        (["--department", DEPARTMENT.code, "--officer", "nobody"], "officer.unknown"),
        (["--department", DEPARTMENT.code], "request.missing"),
    ],
)
def test_a_submission_without_a_known_department_and_officer_is_refused(here, more, code):
    told = here.told("submit", handed_in(here, "3001.jsonl", {}), *more)
    assert told["error"]["code"] == code


def test_a_file_that_cannot_be_used_is_refused_with_its_reason(here):
    path = here.folder / "rubbish.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    done = here("submit", path, "--department", DEPARTMENT.code, "--officer", "li", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "file.not-a-workbook")


def test_a_zero_report_is_signed_once(here):
    common = ("zero-report", "adm.licence", "--department", DEPARTMENT.code, "--officer", "li", "--period", "2026-10")
    first, second = here.told(*common), here.told(*common)
    assert (first["kind"], first["state"]) == ("zero", "accepted")
    assert first["submission"] == second["submission"]


def test_accounts_have_distinct_names_and_strong_passwords(here):
    common = ("--name", "王某", "--role", "centre", "--password-stdin")
    assert "account.exists" in here("user", "add", "li", *common, stdin="correct horse battery\n").stderr
    assert "account.weak-password" in here("user", "add", "wang", *common, stdin="123\n").stderr
    assert here("user", "add", "wang", *common, stdin="correct horse battery\n").returncode == 0


def test_a_reporter_needs_a_department(here):
    assert "request.missing" in here("user", "add", "zhao", "--name", "赵某").stderr


def test_what_was_backed_up_comes_back(here, tmp_path):
    submit(here, handed_in(here, "4001.jsonl", {}), "--certify")
    file = tmp_path / "backup.tar.gz"
    made = here.told("backup", file)
    assert made["submissions"] >= 1
    assert file.stat().st_mode & 0o077 == 0

    elsewhere = Installation(tmp_path)
    assert elsewhere.told("restore", file)["submissions"] == made["submissions"]
    with (
        sqlite3.connect(elsewhere.var / "xinheng.sqlite3") as ours,
        sqlite3.connect(here.var / "xinheng.sqlite3") as theirs,
    ):
        query = "SELECT ref, state, receipt_hash FROM intake_submission ORDER BY id"
        assert ours.execute(query).fetchall() == theirs.execute(query).fetchall()
    assert elsewhere("recover").returncode == 0


def test_a_backup_never_overwrites_another(here, tmp_path):
    file = tmp_path / "backup.tar.gz"
    file.write_bytes(b"older")
    assert here.told("backup", file)["error"]["code"] == "backup.exists"
    assert file.read_bytes() == b"older"


def test_a_register_in_use_is_replaced_only_when_that_is_said(here, tmp_path):
    file = tmp_path / "backup.tar.gz"
    here("backup", file)
    assert here.told("restore", file)["error"]["code"] == "restore.not-empty"
    assert "submissions" in here.told("restore", file, "--replace")
    assert len(list(here.var.glob("xinheng.sqlite3.before-*[0-9]"))) == 1


def test_a_damaged_database_can_be_replaced(here, tmp_path):
    file, elsewhere = tmp_path / "backup.tar.gz", Installation(tmp_path)
    here("backup", file)
    elsewhere.var.mkdir()
    (elsewhere.var / "xinheng.sqlite3").write_bytes(b"not a database " * 1000)
    assert "submissions" in elsewhere.told("restore", file, "--replace")


@pytest.mark.parametrize("spoil", ["cut", "other", "changed"])
def test_a_damaged_backup_changes_nothing(here, tmp_path, spoil):
    file = tmp_path / "backup.tar.gz"
    here("backup", file)
    if spoil == "cut":
        file.write_bytes(file.read_bytes()[:-2000])
    elif spoil == "other":
        file.write_bytes(b"not a backup")
    else:
        with tarfile.open(file) as old, tarfile.open(tmp_path / "changed.tar.gz", "w:gz") as new:
            new.addfile(old.getmember("manifest.json"), old.extractfile("manifest.json"))
            (tmp_path / "database").write_bytes(b"something else")
            new.add(tmp_path / "database", "database")
        (tmp_path / "changed.tar.gz").replace(file)
    before = (here.var / "xinheng.sqlite3").stat().st_ino
    assert here.told("restore", file, "--replace")["error"]["code"] == "backup.damaged"
    assert (here.var / "xinheng.sqlite3").stat().st_ino == before


def test_names_in_a_backup_never_lead_out_of_its_folder(here, tmp_path):
    file, elsewhere = tmp_path / "backup.tar.gz", Installation(tmp_path)
    here("backup", file)
    with tarfile.open(file) as old, tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as new:
        for name in ("manifest.json", "database"):
            new.addfile(old.getmember(name), old.extractfile(name))
        (tmp_path / "x").write_bytes(b"x")
        for name in ("submissions/../../escaped", "/tmp/escaped-absolute", "submissions/.."):
            new.add(tmp_path / "x", name)
    assert "submissions" in elsewhere.told("restore", tmp_path / "evil.tar.gz")
    assert not list(tmp_path.rglob("escaped*"))
    assert not Path("/tmp/escaped-absolute").exists()


def test_the_doctor_finds_a_working_installation(here):
    told = here.told("doctor", "--address", "127.0.0.1:0001")
    lines = {line["what"]: line for line in told["lines"]}
    assert told["good"]
    assert lines["数据表"]["good"]
    assert lines["数据库"]["found"].endswith("xinheng.sqlite3")
    assert all(line["good"] or line["to_do"] for line in told["lines"])


def test_the_doctor_says_what_to_do_about_a_database_that_is_away(tmp_path):
    away = Installation(tmp_path)
    environment = away.environment() | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-m", "xinheng.cli", "doctor", "--json"], capture_output=True, env=environment, check=False
    )
    line = next(line for line in json.loads(done.stdout)["lines"] if line["what"] == "数据库")
    assert done.returncode == 2
    assert not line["good"]
    assert "DATABASE_URL" in line["to_do"]


def test_the_server_and_its_worker_start_answer_and_stop_together(here):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "xinheng.cli", "serve", "--address", f"127.0.0.1:{port}", "--workers", "1"],
        env=here.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
            assert page.status == 200
        children = _children(server.pid)
        assert len(children) == 4  # the site, two workers, the ledger
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)
    assert server.returncode == 0
    time.sleep(0.2)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def test_originals_are_erased_by_command_and_the_doctor_says_what_is_due(tmp_path, monkeypatch):
    place = Installation(tmp_path)
    assert place("user", "add", "li", "--name", "李某", "--department", DEPARTMENT.code).returncode == 0
    told = submit(place, handed_in(place, "6001.jsonl", {}), "--certify")
    assert told["state"] == "accepted"

    def line() -> dict:
        return next(n for n in place.told("doctor")["lines"] if n["what"] == "原始文件")

    assert line()["found"] == "留存 1 份，没有到期未清除的"
    for path in (place.var / "submissions").iterdir():
        os.utime(path, (0, 0))
    late = {"XINHENG_DAY": (ON + timedelta(days=31)).isoformat()}
    at_first = Installation.environment
    monkeypatch.setattr(Installation, "environment", lambda self: at_first(self) | late)
    assert "1 项已到期未清除" in line()["found"]
    due = place.told("erase", "--dry-run")["due"]
    assert [(d["submission"], d["what"], d["rule"]) for d in due] == [
        (told["submission"], "original", "keep.original-accepted")
    ]
    assert place.told("erase") == {"originals": 1, "rows": 0, "files": 1}
    assert list((place.var / "submissions").iterdir()) == []
    assert line()["found"] == "留存 0 份，没有到期未清除的"
