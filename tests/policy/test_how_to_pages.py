"""The how-to pages are true: what they tell to write is written, and it works."""

import re
import shutil
from datetime import date
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from xinheng.core.intake.check import _from_module, all_checks, known_codes
from xinheng.core.policy import load_policy
from xinheng.core.policy.loader import default_folder

ON = date(2026, 11, 23)
PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> dict[str, str]:
    return dict(BLOCK.findall((PAGES / f"{page}.md").read_text(encoding="utf-8")))


@pytest.fixture
def written(tmp_path):
    """Write the blocks of a page into a copy of the policy."""

    def write(page):
        shutil.copytree(default_folder(), tmp_path / "policy")
        for name, text in blocks(page).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "policy"

    return write


def test_adding_an_item(written):
    policy = load_policy(written("add-an-item"), known_checks=known_codes())
    assert policy.item("hon.integrity_shop", on=ON).stands(ON)
    assert len(policy.items(on=ON)) == 105


def test_adding_a_code(written):
    policy = load_policy(written("add-a-code"))
    assert policy.codelists["honour_level"].labels(ON)[-1] == "街道级"


def test_adding_a_city(written):
    policy = load_policy(written("add-a-city"), "guangzhou")
    assert [d.short for d in policy.departments] == ["市市场监管局"]
    assert {item.layer for item in policy.items(on=ON)} == {"national", "guangdong"}
    assert policy.tables["calendar/official-days"]


def test_adding_a_check():
    [(name, source)] = blocks("add-a-check").items()
    module = ModuleType(Path(name).stem)
    exec(compile(source, name, "exec"), module.__dict__)
    check = _from_module(module)
    assert check.code not in all_checks()
    frame = pl.DataFrame([check.good, check.bad]).with_columns(pl.all().replace("", None))
    assert frame.select(check.applies & check.fails).to_series().to_list() == [False, True]
