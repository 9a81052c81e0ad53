"""The ledger's page, its files over HTTP, and the page that checks proofs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from xinheng import verify_alone
from xinheng.apps.clock import now
from xinheng.apps.ledger import proofs, sequencer
from xinheng.apps.ledger.keyring import log_verifier
from xinheng.apps.ledger.publishing import publish
from xinheng.core.ledger.checkpoint import open_checkpoint
from xinheng.core.ledger.tiles import Tile, nodes_of
from xinheng.core.ledger.tree import root

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(on_record: None) -> None:
    sequencer.sequence(at=now())
    publish(at=now())


def body(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_before_anything_is_published_the_page_says_so(client: Client, db: None) -> None:
    assert "还没有发布检查点" in body(client, "/ledger/").decode()
    assert client.get("/log/checkpoint").status_code == 404


def test_a_stranger_reads_the_whole_log_over_http(client: Client, published: None) -> None:
    head, _, _ = open_checkpoint(body(client, "/log/checkpoint"), log_verifier())
    nodes = nodes_of(head.size, lambda tile: body(client, f"/log/{tile.path}"))
    assert root(head.size, nodes) == head.root
    assert body(client, f"/log/{Tile(-1, 0, head.size).path}")
    assert str(log_verifier()) in body(client, "/log/trust-policy").decode()


def test_files_that_never_change_may_be_kept_and_the_checkpoint_not(client: Client, published: None) -> None:
    head, _, _ = open_checkpoint(body(client, "/log/checkpoint"), log_verifier())
    tile = client.get(f"/log/{Tile(0, 0, head.size).path}")
    assert tile["Cache-Control"] == "public, max-age=31536000, immutable"
    assert tile["Content-Type"] == "application/octet-stream"
    assert client.get("/log/checkpoint")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["key", "tile/0/../../../key", "tile/0/000.p/../../../../key", "tile/0/999", "tile/0", "tile/100/000", "../key"],
)
def test_nothing_else_can_be_read(client: Client, published: None, path: str) -> None:
    assert client.get(f"/log/{path}").status_code == 404


def test_the_pages_say_how_it_stands_in_both_languages(client: Client, published: None) -> None:
    page = body(client, "/ledger/").decode()
    assert str(log_verifier()).replace("+", "&#x2B;") in page or str(log_verifier()) in page
    assert "台账已停止" not in page
    client.post("/language/", {"language": "en", "next": "/"})
    assert "Newest checkpoint" in body(client, "/ledger/").decode()
    assert "Check a proof" in body(client, "/verify/").decode()


def test_a_stopped_ledger_is_said_on_its_page(client: Client, published: None) -> None:
    sequencer.halt("两个历史", at=now())
    assert "两个历史" in body(client, "/ledger/").decode()


def test_the_verifier_handed_out_checks_a_proof(client: Client, published: None, tmp_path) -> None:
    from edges import town

    source = body(client, "/verify/verify_alone.py")
    assert source == Path(verify_alone.__file__).read_bytes()
    trust = verify_alone.Trust()
    trust.read(body(client, "/log/trust-policy").decode())
    proof = str(proofs.subject_proof(town.SHOP, proofs.newest())).encode()
    assert len(verify_alone.verify(proof, trust)["proved"]["leaves"]) == 3


def test_pages_need_no_inline_script(client: Client, published: None) -> None:
    answer = client.get("/verify/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "<script>" not in answer.content.decode()


def test_everybody_finds_the_ledger(client: Client, on_record: Callable[..., None]) -> None:
    assert "/ledger/" in body(client, "/").decode()


def proved(client: Client, address: str) -> dict:
    trust = verify_alone.Trust()
    trust.read(body(client, "/log/trust-policy").decode())
    return verify_alone.verify(body(client, address), trust)["proved"]


def test_the_page_of_an_organisation_leads_to_the_proof_that_these_are_all(client: Client, published: None) -> None:
    from edges import town

    page = body(client, f"/s/{town.SHOP}").decode()
    assert f"/proofs/s/{town.SHOP}.tlog-proof" in page
    assert "/verify/" in page
    told = proved(client, f"/proofs/s/{town.SHOP}.tlog-proof")
    assert len(told["leaves"]) == 3
    hidden = [leaf for leaf in told["leaves"] if "record" not in leaf]
    assert all(set(leaf) == {"index", "leaf"} for leaf in hidden)
    assert "13800138000" not in str(told)  # redacted on the page


def test_a_record_with_masked_fields_is_proved_without_content_or_salt(client: Client, published: None) -> None:
    from xinheng.apps.records.models import Version
    from xinheng.pages import proving

    kinds = set()
    for version in Version.objects.all():
        answer = client.get(f"/proofs/r/{version.record_id}.tlog-proof")
        assert answer.status_code == client.get(f"/r/{version.record_id}").status_code
        if answer.status_code == 200:
            told = proved(client, f"/proofs/r/{version.record_id}.tlog-proof")
            whole = proving._whole(version)
            assert (told["type"] == "xinheng/record@v1") is whole
            assert whole or set(told) == {"type", "entry"}
            assert whole or bytes(version.salt).hex() not in answer.content.decode()
            kinds.add(whole)
    assert False in kinds


def test_no_proof_tells_of_what_is_not_shown(client: Client, published: None) -> None:
    from datetime import date

    from edges import town
    from xinheng.apps.records.models import Version
    from xinheng.pages import proving

    penalty = Version.objects.get(item="adm.penalty")
    far = date(2099, 1, 1)  # its term of publication has long ended; it still stands in the register, and in the map
    assert proving.of_record(penalty.record_id, on=far) is None
    with pytest.raises(proving.NotProvable):
        proving.of_subject(town.SHOP, on=far)


def test_what_is_not_yet_published_is_not_proved_and_nobody_is_not_found(client: Client, on_record: None) -> None:
    from edges import town

    assert client.get(f"/proofs/s/{town.SHOP}.tlog-proof").status_code == 409
    sequencer.sequence(at=now())
    publish(at=now())
    assert client.get("/proofs/s/91440300MA5F8C1X1X.tlog-proof").status_code == 404
    assert client.get("/proofs/r/999999.tlog-proof").status_code == 404
