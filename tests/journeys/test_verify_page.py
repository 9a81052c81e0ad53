"""The page that checks proofs, in a real browser: it says yes to what holds and no to what does not, and sends nothing anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edges import town
from xinheng.apps.clock import now
from xinheng.apps.ledger import keyring, proofs, publishing, queries, sequencer
from xinheng.apps.records.models import Version
from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger.note import parse
from xinheng.core.ledger.signing import new_signer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def made(on_record: None, tmp_path: Path) -> dict[str, Path]:
    """Proofs that hold, and some that do not, as files; the log has a witness."""
    witness = new_signer("witness.example/w", witness=True)
    publishing.trust_path().parent.mkdir(parents=True, exist_ok=True)
    publishing.trust_path().write_text(f"witness province {witness.verifier} http://w.test\nquorum province\n")
    sequencer.sequence(at=now())

    def ask(url: str, body: bytes) -> tuple[int, bytes]:
        note = parse(body.decode().partition("\n\n")[2])
        return 200, heads.cosign(note, witness, at=1_764_000_000).line().encode()

    assert publishing.publish(at=now(), ask=ask).published
    newest = proofs.newest()
    texts = {
        "record": str(proofs.record_proof(Version.objects.get(item="adm.penalty"), newest)),
        "all": str(proofs.subject_proof(town.SHOP, newest)),
        "withheld": str(proofs.subject_proof(town.SHOP, newest, disclose=lambda v: False)),
        "none": str(proofs.subject_proof(town.code(99), newest)),
    }
    told = proofs.subject_proof(town.SHOP, newest)
    fewer = json.loads(told.extra)
    fewer["leaves"] = fewer["leaves"][1:]
    texts["fewer"] = str(type(told)(told.index, told.path, told.checkpoint, proofs.canonical(fewer)))
    texts["signature"] = texts["all"][:-6] + ("A" if texts["all"][-6] != "A" else "B") + texts["all"][-5:]
    texts["unwitnessed"] = texts["all"].rsplit("—", 1)[0]
    texts["rubbish"] = "%PDF-1.7"
    found = {}
    for name, text in texts.items():
        found[name] = tmp_path / f"{name}.tlog-proof"
        found[name].write_text(text, encoding="utf-8")
    return found


EXPECTED = [
    ("record", "验证通过", "内容一字未改"),
    ("all", "验证通过", "共 3 条，不多不少"),
    ("withheld", "验证通过", "（内容未出示）"),
    ("none", "验证通过", "没有任何有效记录"),
    ("fewer", "验证不通过", "与检查点的根不符"),
    ("signature", "验证不通过", "签名与检查点不符"),
    ("unwitnessed", "验证不通过", "见证不足"),
    ("rubbish", "无法验证", "格式不对"),
]


def test_what_holds_and_what_does_not(browse: Callable[..., Any], made: dict[str, Path]) -> None:
    page = browse()
    sent: list[str] = []
    page.goto("/verify/")
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: sent.append(request.url))
    for name, verdict, why in EXPECTED:
        page.set_input_files("#proof", made[name])
        page.click("#verify button")
        page.wait_for_function("want => document.getElementById('verdict').textContent.includes(want)", arg=why)
        assert page.inner_text("#verdict h2") == verdict, name
    assert sent == []  # nothing was uploaded, nothing fetched
    page.fill("#trust", f"log {new_signer(keyring.log_signer().name).verifier}\nquorum none")
    page.set_input_files("#proof", made["all"])
    page.click("#verify button")
    page.wait_for_function("document.getElementById('verdict').textContent.includes('没有台账的签名')")


def test_the_pages_are_in_order(browse: Callable[..., Any], made: dict[str, Path]) -> None:
    from journeys.test_every_page import look_at

    for width in (390, 1280):
        assert look_at(browse(width), ["/ledger/", "/verify/"]) == []
    assert queries.status().published_size
