"""The ledger's commands and the witness's, run as an administrator runs them; and restoring a backup under a published checkpoint."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from cli.test_register_commands import DEPARTMENT, Installation, handed_in

pytestmark = pytest.mark.slow


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """An installation with one officer and three accepted penalties, to be copied: making one takes seconds."""
    place = Installation(tmp_path_factory.mktemp("prepared") / "here")
    place.folder.mkdir()
    assert place("user", "add", "li", "--name", "李某", "--department", DEPARTMENT.code).returncode == 0
    submit(place, "first.jsonl")
    return place


@pytest.fixture
def here(prepared, tmp_path):
    """A copy of it."""
    place = Installation(tmp_path / "here")
    shutil.copytree(prepared.folder, place.folder)
    return place


def submit(place, name):
    path = handed_in(place, name, {}, {}, {})
    done = place("submit", path, "--department", DEPARTMENT.code, "--officer", "li", "--certify")
    assert done.returncode == 0, done.stderr


def test_from_checkpoint_to_proof_to_verification(here, tmp_path):
    told = here.told("ledger", "checkpoint")
    assert told["published"] is True
    status = here.told("ledger", "status")
    assert status["size"] == status["published_size"] == int(told["checkpoint"].split("\n")[1])
    assert (status["waiting"], status["halted"]) == (0, "")
    trust, proof = tmp_path / "trust", tmp_path / "a.tlog-proof"
    trust.write_text(here("ledger", "key", "--trust").stdout, encoding="utf-8")
    assert here("ledger", "proof", "--record", 1, "-o", proof).returncode == 0
    done = here("verify", proof, "--trust", trust)
    assert (done.returncode, "验证通过" in done.stdout) == (0, True)
    none = here("ledger", "proof", "--subject", "91440300000000000X").stdout
    proof.write_text(none, encoding="utf-8")
    assert "没有任何有效记录" in here("verify", proof, "--log", here("ledger", "key").stdout.strip()).stdout
    proof.write_text(none.replace("index", "index 1 #"), encoding="utf-8")
    assert here("verify", proof, "--trust", trust).returncode == 2
    assert here.told("ledger", "verify")["good"] is True
    assert here("ledger", "rebuild", "--yes").returncode == 0
    assert here.told("ledger", "verify")["good"] is True


def test_a_changed_register_is_found_and_the_doctor_says_when_the_log_has_stopped(here):
    import sqlite3

    here.told("ledger", "checkpoint")
    with sqlite3.connect(here.var / "xinheng.sqlite3") as raw:
        raw.execute("UPDATE records_version SET commitment = zeroblob(32) WHERE id = 1")
    done = here("ledger", "verify")
    assert (done.returncode, "✗" in done.stdout) == (1, True)
    (next((here.var / "ledger/tree/tile/0").glob("000.p/*"))).write_bytes(b"\x01" * 32)
    submit(here, "next.jsonl")
    stopped = here("ledger", "checkpoint")
    assert (stopped.returncode, "分叉" in stopped.stderr) == (2, True)
    assert here("ledger", "status").returncode == 1
    line = next(
        n
        for n in json.loads(here("doctor", "--json", "--address", f"127.0.0.1:{free_port()}").stdout)["lines"]
        if n["what"] == "台账"
    )
    assert not line["good"]


def test_a_restore_proves_agreement_with_the_last_published_checkpoint(here, tmp_path):
    here.told("ledger", "checkpoint")
    backup = tmp_path / "a.tar.gz"
    assert here("backup", backup).returncode == 0
    done = here("restore", backup, "--replace")
    assert (done.returncode, "一致" in done.stdout) == (0, True)
    assert here.told("ledger", "verify")["good"] is True


def test_a_backup_older_than_what_was_published_is_not_restored_and_where_it_must_be_a_new_log_follows(
    here, tmp_path, monkeypatch
):
    backup = tmp_path / "a.tar.gz"
    here.told("ledger", "checkpoint")
    assert here("backup", backup).returncode == 0
    submit(here, "next.jsonl")
    here.told("ledger", "checkpoint")
    before = here.told("ledger", "status")
    refused = here("restore", backup, "--replace")
    assert (refused.returncode, "早于" in refused.stderr) == (2, True)
    after = here.told("ledger", "status")
    assert (after["size"], after["halted"]) == (before["size"], "")  # the old database is back in its place
    assert here.told("ledger", "verify")["good"] is True
    forced = here("restore", backup, "--replace", "--accept-loss")
    assert (forced.returncode, "台账已停止" in forced.stderr) == (0, True)
    assert "begin-anew" in forced.stderr
    assert "早于" in here.told("ledger", "status")["halted"]
    monkeypatch.setenv("XINHENG_LEDGER_ORIGIN", "shenzhen.example/log/2")
    begun = here("ledger", "begin-anew", "--because", "备份较旧", "--yes")
    assert (begun.returncode, "--succession" in begun.stdout) == (0, True), begun.stderr
    assert here.told("ledger", "checkpoint")["published"] is True


def test_a_register_changed_in_the_backup_is_not_restored(here, tmp_path):
    import sqlite3

    here.told("ledger", "checkpoint")
    kept = here.var / "xinheng.sqlite3"
    with sqlite3.connect(kept) as raw:
        raw.execute("UPDATE records_version SET commitment = zeroblob(32) WHERE id = 1")
    backup = tmp_path / "a.tar.gz"
    assert here("backup", backup).returncode == 0
    refused = here("restore", backup, "--replace")
    assert (refused.returncode, "不符" in refused.stderr) == (2, True)


def test_on_a_new_machine_the_tree_is_made_anew_from_the_backup(here, tmp_path):
    note = here.told("ledger", "checkpoint")["checkpoint"]
    backup, checkpoint = tmp_path / "a.tar.gz", tmp_path / "checkpoint"
    assert here("backup", backup).returncode == 0
    checkpoint.write_text(note, encoding="utf-8")
    elsewhere = Installation(tmp_path / "elsewhere")
    (elsewhere.var / "ledger").mkdir(parents=True)
    refused = elsewhere("restore", backup, "--checkpoint", checkpoint)
    assert (refused.returncode, "密钥" in refused.stderr) == (2, True)
    (elsewhere.var / "ledger/key").write_bytes((here.var / "ledger/key").read_bytes())
    done = elsewhere("restore", backup, "--checkpoint", checkpoint)
    assert (done.returncode, "一致" in done.stdout) == (0, True), done.stderr
    submit(elsewhere, "next.jsonl")
    assert elsewhere.told("ledger", "checkpoint")["published"] is True
    assert elsewhere.told("ledger", "verify")["good"] is True


def test_a_witness_runs_and_co_signs(here, tmp_path):
    folder, port = tmp_path / "witness", free_port()
    key = here("witness", "init", folder, "--name", "witness.example/w").stdout.strip()
    assert here("witness", "init", folder, "--name", "witness.example/w").returncode == 2
    assert here("witness", "add-log", folder, here("ledger", "key").stdout.strip()).returncode == 0
    trust = here.var / "ledger" / "trust-policy"
    trust.write_text(f"witness province {key} http://127.0.0.1:{port}\nquorum province\n", encoding="utf-8")
    told = here.told("ledger", "checkpoint")
    assert (told["published"], list(told["missing"])) == (False, ["province"])
    command = [sys.executable, "-m", "xinheng.cli", "witness", "run", str(folder), "--address", f"127.0.0.1:{port}"]
    running = subprocess.Popen(command, env=here.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        told = here.told("ledger", "checkpoint")
    finally:
        running.terminate()
        running.communicate(timeout=30)
    assert told["published"] is True
    assert "witness.example/w" in told["checkpoint"]
    assert here.told("ledger", "verify")["good"] is True
    assert "签到第" in here("witness", "status", folder).stdout
