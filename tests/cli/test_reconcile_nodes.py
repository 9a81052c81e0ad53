"""Exchange and reconciliation from the command line: two installations, by files from first to last."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import GOOD, ON

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Run commands as either side, each with a folder of its own."""
    folders = {side: tmp_path_factory.mktemp(side) for side in ("city", "province")}

    def run(side: str, *arguments: object, expect: tuple[int, ...] = (0,), typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "xinheng.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            input=typed,
            env={k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
            | {
                "PYTHONPATH": str(ROOT / "src"),
                "XINHENG_VAR": str(folders[side]),
                "XINHENG_NODE": f"{side}.example/node",
                "XINHENG_LEDGER_ORIGIN": f"{side}.example/log",
                "XINHENG_DAY": ON.isoformat(),
            },
        )
        assert done.returncode in expect, done.stdout + done.stderr
        return done.stdout

    return run


def test_from_the_first_card_to_a_statement_anyone_can_check(both, tmp_path):
    run = both
    department = "深圳市市场监督管理局"
    for side, code in (("city", "sz"), ("province", "gd")):
        run(side, "exchange", "introduce", "--code", code, "--name", f"{code}平台", "-o", tmp_path / f"{code}.json")
    run("city", "exchange", "meet", tmp_path / "gd.json", "--files")
    run("province", "exchange", "meet", tmp_path / "sz.json", "--files")
    common = ("--item", "adm.penalty", "--department", department)
    run("city", "exchange", "agree", "gd", "--direction", "out", *common)
    run("province", "exchange", "agree", "sz", "--direction", "in", *common)
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        "".join(json.dumps(GOOD | {"行政处罚决定书文号": f"深市监罚〔2026〕{n}号"}) + "\n" for n in range(1, 8))
    )
    officer = ("user", "add", "wang", "--name", "王报送", "--role", "centre", "--password-stdin")
    run("city", *officer, typed="a-long-password-for-tests\n")
    run("city", "submit", rows, "--department", department, "--officer", "wang", "--item", "adm.penalty", "--certify")
    run("city", "ledger", "checkpoint")
    packed = json.loads(run("city", "exchange", "package", "gd", "--out", tmp_path / "disk", "--json"))["files"]
    taken = json.loads(run("province", "exchange", "take", *packed, "--json"))["files"]
    assert sum(one["statements"] for one in taken) == 7
    assert "拒收" in run("province", "exchange", "take", *packed, expect=(1,))
    files = ("--files", tmp_path / "disk")
    for _ in range(5):
        done = json.loads(run("city", "reconcile", "run", "gd", *files, "--json", expect=(0, 1)))
        if done["state"] != "waiting":
            break
        assert "已答复" in run("province", "reconcile", "serve", *files)
    assert (done["state"], done["held"]) == ("agreed", {"adm.penalty": [7, 7]})
    assert "一致到位置 1" in run("city", "reconcile", "status", "--check")
    run("city", "reconcile", "statement", done["run"], "--out", tmp_path)
    keys = [
        key for code in ("sz", "gd") for key in ("--key", json.loads((tmp_path / f"{code}.json").read_text())["key"])
    ]
    note = tmp_path / f"{done['run']}.statement"
    shown = run("city", "reconcile", "verify", note, *keys, "--differences", note.with_suffix(".differences"))
    assert "两方一致" in shown
    assert "没有虚构" in shown
    note.write_text(note.read_text().replace(" 7 ", " 8 ", 1))
    assert "不成立" in run("city", "reconcile", "verify", note, *keys, expect=(1,))
