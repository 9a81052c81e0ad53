"""The commands around the check: catalogue, explanations, policy, doctor, and how wrong calls are answered."""

import json
import socket

import openpyxl
import pytest

from xinheng.cli import main
from xinheng.cli.outcome import CannotDo
from xinheng.cli.serving import require_free, split_address


def test_help_is_in_chinese_and_names_every_command(xinheng):
    done = xinheng("--help")
    assert done.exit_code == 0
    assert "用法：xinheng" in done.stdout
    assert all(f"  {name} " in done.stdout for name in main.list_commands(None))


@pytest.mark.parametrize("name", main.list_commands(None))
def test_every_command_explains_itself(xinheng, name):
    done = xinheng(name, "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"用法：xinheng {name}")
    assert "显示本帮助" in done.stdout


def test_the_version_is_printed(xinheng):
    done = xinheng("--version")
    assert (done.exit_code, done.stdout.split()[0]) == (0, "xinheng")


def test_an_unknown_command_is_answered_in_chinese(xinheng):
    done = xinheng("chek")
    assert done.exit_code == 2
    assert "没有命令“chek”" in done.stderr


def test_items_lists_the_whole_catalogue_with_reasons(xinheng):
    told = json.loads(xinheng("items", "--json").stdout)["items"]
    assert len(told) == 104
    assert all(i["active"] or i["inactive_because"] for i in told)
    assert next(i for i in told if i["id"] == "adm.penalty")["active"]


def test_items_for_people_says_why_an_item_is_not_active(xinheng):
    done = xinheng("items")
    assert "未启用：" in done.stdout
    assert "共 104 项" in done.stdout


def test_a_template_is_written_and_the_next_step_named(xinheng, tmp_path):
    path = tmp_path / "行政处罚.xlsx"
    done = xinheng("template", "adm.penalty", "-o", path)
    assert done.exit_code == 0
    assert "xinheng check" in done.stdout
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value == "行政相对人名称"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["template", "no.such"], "item.unknown"),
        (["template", "jud.judgment"], "item.inactive"),
        (["template", "adm.penalty", "-o", "x.csv"], "request.answer-format"),
        (["template", "adm.penalty", "-o", "/no/such/folder/x.xlsx"], "path.missing"),
        (["explain", "no.such"], "explain.unknown"),
        (["policy", "due", "--on", "soon"], "request.bad-value"),
        (["serve", "--address", "nowhere", "--json"], "request.no-such-option"),
    ],
)
def test_refusals_are_one_json_object(xinheng, args, code):
    done = xinheng(*args, "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["code"] == code


def test_an_item_is_explained_with_fields_rules_and_basis(xinheng):
    done = xinheng("explain", "adm.penalty")
    assert "行政处罚信息（adm.penalty）" in done.stdout
    assert "依据：中华人民共和国行政处罚法" in done.stdout
    assert "CF_WSH" in done.stdout
    assert "penalty.fine-without-amount" in done.stdout


def test_a_rule_is_explained_with_basis_and_examples(xinheng):
    done = xinheng("explain", "penalty.fine-without-amount")
    assert "罚款未填金额" in done.stdout
    assert "依据：" in done.stdout
    assert "不通过的例子：" in done.stdout
    assert "adm.penalty" in done.stdout
    assert json.loads(xinheng("explain", "uscc.check-digit", "--json").stdout)["level"] == "fatal"


def test_the_policy_in_use_is_sound_and_named(xinheng):
    assert xinheng("policy", "check").exit_code == 0
    told = json.loads(xinheng("policy", "digest", "--json").stdout)
    assert told["digest"].startswith("sha256:")
    assert xinheng("policy", "digest").stdout.strip() == told["digest"]


def test_broken_policy_is_listed_problem_by_problem(xinheng, tmp_path, monkeypatch):
    monkeypatch.setenv("XINHENG_POLICY", str(tmp_path))
    done = xinheng("policy", "check", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["problems"]


def test_what_must_be_read_again_is_listed_by_day(xinheng):
    assert json.loads(xinheng("policy", "due", "--on", "2026-11-24", "--json").stdout)["due"] == []
    assert json.loads(xinheng("policy", "due", "--on", "2036-01-01", "--json").stdout)["due"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        (":9000", ("127.0.0.1", 9000)),
        ("9000", ("127.0.0.1", 9000)),
        ("[::1]:8000", ("::1", 8000)),
    ],
)
def test_addresses_are_read(text, address):
    assert split_address(text) == address


@pytest.mark.parametrize("text", ["host:", "host:port", "host:0", "host:70000"])
def test_addresses_that_cannot_be_are_refused(text):
    with pytest.raises(CannotDo):
        split_address(text)


def test_a_port_in_use_is_told_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CannotDo) as refused:
            require_free("127.0.0.1", other.getsockname()[1])
    assert refused.value.code == "serve.port-busy"
    assert "8001" in refused.value.message
