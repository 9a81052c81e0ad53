"""Files to check, made from the catalogue's own examples."""

import csv
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from xinheng.cli import main
from xinheng.core.policy import default_policy
from xinheng.documents.template import template_fields

ON = date(2026, 12, 1)
GOOD = {f.zh: f.example for f in template_fields(default_policy().item("adm.penalty", on=ON))}


@pytest.fixture
def sent(tmp_path):
    """Write a penalty file of rows given as changes to the catalogue's example."""

    def make(*rows: dict[str, str], name: str = "三月处罚.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, GOOD)
            writer.writeheader()
            for number, row in enumerate(rows, 1):
                writer.writerow(GOOD | {"行政处罚决定书文号": f"深市监罚〔2026〕{number}号"} | row)
        return path

    return make


@pytest.fixture
def xinheng(monkeypatch, tmp_path):
    """Run a command in this process."""
    monkeypatch.setenv("XINHENG_DAY", ON.isoformat())
    monkeypatch.setenv("XINHENG_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "400")  # long names of test folders must not break sentences

    def run(*args: object, **how):
        return CliRunner().invoke(main, [str(a) for a in args], **how)

    return run
