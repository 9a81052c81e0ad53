"""Checkpoints anchored in two real EVM nodes of different make over JSON-RPC; the contract the program carries is the one its source compiles to."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from core.ledger.small import tree_of
from xinheng.chain.anchoring import CONTRACT, Chain, ChainRefused, ChainUnreachable, NotAnchored
from xinheng.core.ledger.checkpoint import Checkpoint

pytest.importorskip("web3", reason="xinheng[chain] is not installed: make .venv/.chain-installed")
ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "contracts" / "node_modules"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE_MODULES.is_dir(), reason="run scripts/contract"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of web3's own packages
]


def secret(number):
    return "0x" + hashlib.sha256(b"test %d" % number).hexdigest()


MONEY = 10**20  # wei


def ganache(port):
    """Node.js, ethereumjs: accounts are given at the start."""
    command = [shutil.which("node"), str(NODE_MODULES / "ganache/dist/node/cli.js"), "--port", str(port), "--quiet"]
    for number in range(2):
        command += ["--wallet.accounts", f"{secret(number)},{MONEY:#x}"]
    return command


def anvil(port):
    """Rust, revm: another implementation of everything, from JSON-RPC to the machine."""
    (binary,) = NODE_MODULES.glob("@foundry-rs/anvil-*/bin/anvil*")
    return [str(binary), "--port", str(port), "--silent", "--accounts", "1"]


def fund(url):
    """Give our accounts money where the node did not at its start."""
    from eth_account import Account

    for number in range(2):
        told = {"jsonrpc": "2.0", "id": 1, "method": "anvil_setBalance"}
        told["params"] = [Account.from_key(secret(number)).address, hex(MONEY)]
        request = urllib.request.Request(url, json.dumps(told).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert "error" not in json.load(answer)


@pytest.fixture(scope="module", params=[ganache, anvil], ids=["ganache", "anvil"])
def url(request):
    """A node of its own, with money on two accounts of ours. What is ours knows of it nothing but the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = request.param(port)
    node = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        if request.param is anvil:
            fund(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(node.pid, signal.SIGTERM)
        node.wait(timeout=30)


@pytest.fixture(scope="module")
def chain(url):
    return Chain(url, secret(0), Chain(url, secret(0)).deploy())


def checkpoint(size, origin="log.example/a", root=None):
    return Checkpoint(origin, size, root or tree_of(size).root())


def test_a_checkpoint_is_anchored_and_found_again(chain, url):
    receipt = chain.anchor(checkpoint(3))
    assert (receipt.size, receipt.contract) == (3, chain.contract)
    reader = Chain(url, contract=chain.contract)  # whoever reads needs no key
    assert abs(reader.require_anchored(checkpoint(3)) - time.time()) < 3600
    chain.anchor(checkpoint(9))
    assert reader.anchored_size("log.example/a") == 9
    assert reader.require_anchored(checkpoint(3))  # earlier ones stay


def test_another_root_or_another_log_is_not_anchored(chain):
    chain.anchor(checkpoint(5, "log.example/b"))
    with pytest.raises(NotAnchored):
        chain.require_anchored(checkpoint(5, "log.example/b", bytes(32)))
    with pytest.raises(NotAnchored):
        chain.require_anchored(checkpoint(4, "log.example/b"))
    with pytest.raises(NotAnchored):
        chain.require_anchored(checkpoint(5, "log.example/c"))


def test_nothing_anchored_is_ever_replaced(chain):
    chain.anchor(checkpoint(7, "log.example/d"))
    for size, root in ((7, bytes(32)), (6, None), (7, None)):
        with pytest.raises(ChainRefused, match="同样或更大"):
            chain.anchor(checkpoint(size, "log.example/d", root))
    assert chain.require_anchored(checkpoint(7, "log.example/d"))


def test_only_who_began_a_log_goes_on(chain, url):
    chain.anchor(checkpoint(2, "log.example/e"))
    with pytest.raises(ChainRefused, match="另一个账户"):
        Chain(url, secret(1), chain.contract).anchor(checkpoint(3, "log.example/e"))
    assert chain.anchored_size("log.example/e") == 2


def test_a_node_that_is_away_and_a_contract_that_is_not_there(url):
    with pytest.raises(ChainUnreachable):
        Chain("http://127.0.0.1:9").deploy()
    with pytest.raises(NotAnchored):
        Chain(url, contract="0x" + "11" * 20).require_anchored(checkpoint(3))


def test_the_contract_carried_is_what_its_source_compiles_to(tmp_path):
    made = tmp_path / "contract.json"
    subprocess.run(["node", "compile.js", str(made)], cwd=ROOT / "contracts", check=True)
    assert json.loads(made.read_text()) == json.loads(CONTRACT.read_text())


@pytest.mark.parametrize("url", [anvil], ids=["anvil"], indirect=True)  # seven commands: one node is enough
def test_the_commands_anchor_the_published_checkpoint_and_compare(url, tmp_path):
    from cli.test_register_commands import DEPARTMENT, Installation, handed_in

    here = Installation(tmp_path)
    assert here("user", "add", "li", "--name", "李某", "--department", DEPARTMENT.code).returncode == 0
    path = handed_in(here, "first.jsonl", {})
    assert here("submit", path, "--department", DEPARTMENT.code, "--officer", "li", "--certify").returncode == 0
    note, key, account = tmp_path / "checkpoint", here("ledger", "key").stdout.strip(), tmp_path / "account"
    note.write_text(here.told("ledger", "checkpoint")["checkpoint"], encoding="utf-8")
    account.write_text(secret(1), encoding="ascii")
    told = here.told("ledger", "anchor", "--rpc", url, "--key-file", account)
    compare = ("ledger", "anchored", note, "--rpc", url, "--contract", told["contract"], "--log", key)
    assert "一致" in here(*compare).stdout
    again = here("ledger", "anchor", "--rpc", url, "--key-file", account, "--contract", told["contract"])
    assert (again.returncode, "同样或更大" in again.stderr) == (2, True)
