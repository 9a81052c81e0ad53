"""Canonical JSON, entries, proof files, trust policies, witness requests: written and read back, and what is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.small import tree_of
from xinheng.core.ledger import checkpoint, entry, prooffile, trust, witnessing
from xinheng.core.ledger.canonical import canonical
from xinheng.core.ledger.checkpoint import Checkpoint
from xinheng.core.ledger.commitment import commit, commit_to
from xinheng.core.ledger.proof import consistency
from xinheng.core.ledger.refusals import Malformed, NotWitnessed
from xinheng.core.ledger.signing import new_signer

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)


def test_the_strings_of_rfc_8785_are_written_as_it_writes_them():
    # §3.2.2: one of each way a character is written; §3.2.3: order by UTF-16 units, where U+FB33 comes after U+1F600.
    told = {"string": '€$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical(told).decode() == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    names = ["€", "\r", "\ufb33", "1", "😀", "\x80", "ö"]
    assert list(json.loads(canonical(dict.fromkeys(names, "")))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]


@given(PLAIN)
def test_canonical_json_is_json_and_its_own_canonical_form(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@pytest.mark.parametrize("value", [1.5, 2**53, {1: "a"}, b"x", {"a": object()}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical(value)


def test_a_commitment_hides_behind_its_salt():
    record = {"doc_no": "深市监罚字〔2026〕1号"}
    assert commit_to(bytes(16), record) != commit_to(b"\x01" * 16, record)
    with pytest.raises(ValueError, match="16"):
        commit(b"", b"{}")


@pytest.mark.parametrize(
    "data",
    [
        entry.version(bytes(32), "adm.penalty"),
        entry.event(bytes(32)),
        entry.policy("sha256:ab"),
        entry.batch({"ref": "SZ-1", "versions": 2}),
        entry.withdrawal({"ref": "SZ-1"}),
        entry.subject_map(bytes(32), 7),
    ],
)
def test_entries_are_read_back(data):
    found = entry.read(data)
    assert found.kind == data[0]
    assert entry.unbundle(entry.bundle([data, b"", data])) == [data, b"", data]


@pytest.mark.parametrize(
    "data", [b"", b"\x01", b"\x02short", b"\x07", b"\x04{ }", b"\x06" + bytes(32), b"\x04[]", b"\x03\xff"]
)
def test_entries_that_are_none_are_refused(data):
    with pytest.raises(Malformed):
        entry.read(data)


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x05abc"])
def test_a_cut_bundle_is_refused(data):
    with pytest.raises(Malformed):
        entry.unbundle(data)


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=64), st.none() | st.binary())
def test_proof_files_are_read_back(index, path, extra):
    made = prooffile.ProofFile(index, tuple(path), "a\n1\nx\n\n— b c\n", extra)
    assert prooffile.parse(str(made)) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 1\n\nx",
        "c2sp.org/tlog-proof@v1\n\nx",
        "c2sp.org/tlog-proof@v1\nextra x\nindex 1\n\nx",
        "c2sp.org/tlog-proof@v1\nextra eA==\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 1\neA==\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 65 + "\nx",
    ],
)
def test_a_text_that_is_no_proof_is_refused(text):
    with pytest.raises(Malformed):
        prooffile.parse(text)


LOG = new_signer("log.example/a")
WITNESSES = [new_signer(f"witness.example/{n}", witness=True) for n in range(3)]
POLICY = "\n".join(
    [
        "# who is believed",
        f"log {LOG.verifier} https://log.example/a",
        *(f"witness w{n} {w.verifier} https://w{n}.example" for n, w in enumerate(WITNESSES)),
        "group two 2 w0 w1 w2",
        "quorum two",
        "",
    ]
)


def test_a_policy_counts_witnesses():
    policy = trust.read_policy(POLICY)
    signed = checkpoint.sign(Checkpoint(LOG.name, 0, tree_of(0).root()), LOG)
    lines = [checkpoint.cosign(signed, w, at=1) for w in WITNESSES]
    assert policy.witnessed_by(lines[:2]) == ["w0", "w1"]
    assert policy.is_met(["w0", "w2"])
    assert policy.log(LOG.name) == LOG.verifier
    with pytest.raises(NotWitnessed):
        policy.require_met(["w1"])
    assert trust.read_policy("quorum none\n").is_met([])


def test_groups_of_groups():
    heads = [f"witness w{n} {w.verifier}" for n, w in enumerate(WITNESSES)]
    policy = trust.read_policy("\n".join([*heads, "group a any w0 w1", "group b all a w2", "quorum b"]))
    assert policy.is_met(["w1", "w2"])
    assert not policy.is_met(["w0", "w1"])


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.replace("quorum two", ""),
        lambda p: p + "quorum none\n",
        lambda p: p.replace("group two 2 w0 w1 w2", "group two 4 w0 w1 w2"),
        lambda p: p.replace("group two 2 w0 w1 w2", "group two 2 w0 w0 w2"),
        lambda p: p.replace("group two 2 w0 w1 w2", "group two two w0 w1"),
        lambda p: p.replace("quorum two", "quorum three"),
        lambda p: p.replace("witness w0", "witness w1"),
        lambda p: p + "unknown line\n",
        lambda p: p.replace("log ", "witness log "),
        lambda p: p + f"witness w9 {WITNESSES[0].verifier}\n",
        lambda p: "\x01" + p,
    ],
)
def test_a_policy_with_a_mistake_is_refused(change):
    with pytest.raises(Malformed):
        trust.read_policy(change(POLICY))


def request_of(old, new, *, signer=LOG, proof=None, root=None):
    tree = tree_of(new)
    signed = checkpoint.sign(Checkpoint(signer.name, new, root or tree.root()), signer)
    path = consistency(old, new, tree.node) if proof is None and old <= new else proof or []
    return witnessing.read_request(witnessing.write_request(old, path, signed).encode())


def judged(request, latest):
    held = Checkpoint(LOG.name, latest, tree_of(latest).root()) if latest else None
    return witnessing.judge(request, {LOG.name: [LOG.verifier]}, held)


def test_a_witness_cosigns_what_continues_what_it_has_seen():
    assert judged(request_of(0, 5), 0).status == 200
    assert judged(request_of(5, 9), 5).status == 200
    assert judged(request_of(9, 9), 9).status == 200


def test_a_witness_refuses_everything_else():
    other = new_signer("log.example/b")
    forged = new_signer(LOG.name)
    assert judged(request_of(0, 5, signer=other), 0).status == 404
    assert judged(request_of(0, 5, signer=forged), 0).status == 403
    assert judged(request_of(9, 5, proof=[bytes(32)]), 9).status == 400
    stale = judged(request_of(3, 5), 4)
    assert (stale.status, stale.body, stale.content_type) == (409, "4\n", "text/x.tlog.size")
    assert judged(request_of(0, 5, proof=[bytes(32)]), 0).status == 422
    assert judged(request_of(5, 9, proof=[bytes(32)]), 5).status == 422
    assert judged(request_of(5, 5, root=bytes(32)), 5).status == 422
    assert judged(request_of(0, 0, root=bytes(32)), 0).status == 422


@pytest.mark.parametrize(
    "body",
    [b"", b"old 0", b"old x\n\n", b"new 0\n\nx", b"\xff\n\n", b"old 0\n" + b"AAAA\n" * 2 + b"\nx", b"x" * 70_000],
)
def test_a_request_that_is_none_is_refused(body):
    with pytest.raises(Malformed):
        witnessing.read_request(body)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b_1", "doc_no"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=9)), min_size=1, max_size=5))  # fmt: skip
def test_the_registers_columns_give_the_same_canonical_form(records):
    """What is stored for a record is the RFC 8785 form to the byte, or no verifier could work its commitment out again."""
    import polars as pl

    from xinheng.core.intake.canonical import canonical as of_columns

    names = ["a", "b_1", "doc_no"]
    rows = pl.DataFrame(
        {name: [record.get(name) for record in records] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    assert of_columns(rows, names).to_list() == [canonical(record).decode() for record in records]
