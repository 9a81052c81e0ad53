"""Signed notes, keys, checkpoints and cosignatures: the examples of the public pages, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.small import tree_of
from xinheng.core.ledger import checkpoint, note
from xinheng.core.ledger.checkpoint import Checkpoint
from xinheng.core.ledger.gm import SCHEME as GM
from xinheng.core.ledger.keys import read_signer, read_verifier
from xinheng.core.ledger.refusals import Malformed, NotSigned
from xinheng.core.ledger.signing import STANDARD, new_signer

# The example of C2SP signed-note; two lines of it are facts, as the values of a standard are.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SCHEMES = pytest.mark.parametrize("scheme", [STANDARD, GM], ids=["standard", "gm"])


def made(scheme=STANDARD, size=7):
    log, witness = new_signer("log.example/a", scheme), new_signer("witness.example/w", scheme, witness=True)
    head = Checkpoint(log.name, size, tree_of(size, scheme.hashing).root())
    signed = checkpoint.sign(head, log)
    return log, witness, head, signed.with_signatures([checkpoint.cosign(signed, witness, at=1_764_000_000)])


def test_the_example_of_the_format_verifies():
    key = read_verifier(EXAMPLE_KEY)
    assert str(key) == EXAMPLE_KEY
    parsed = note.parse(EXAMPLE)
    assert str(parsed) == EXAMPLE
    assert [s.name for s in note.opened(parsed, [key])] == ["example.com/foo"]


@SCHEMES
def test_a_checkpoint_is_believed_with_the_keys_of_the_log_and_its_witness(scheme):
    log, witness, head, signed = made(scheme)
    found, cosigned, _ = checkpoint.open_checkpoint(str(signed), log.verifier, [witness.verifier])
    assert found == head
    assert [s.name for s in cosigned] == ["witness.example/w"]
    assert checkpoint.open_checkpoint(str(signed), log.verifier)[1] == []  # unknown witnesses are left aside


@SCHEMES
def test_keys_survive_being_written_down(scheme):
    for witness in (False, True):
        signer = new_signer("log.example/a", scheme, witness=witness)
        assert read_signer(str(signer)) == signer
        assert read_verifier(str(signer.verifier)) == signer.verifier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+" + "A" * 8,
    ],
)
def test_a_key_that_is_none_is_refused(text):
    with pytest.raises(Malformed):
        read_verifier(text)


_LOG, _WITNESS, _HEAD, _SIGNED = made()
_RAW = str(_SIGNED).encode()


@given(st.integers(0, len(_RAW) * 8 - 1))
def test_one_flipped_bit_anywhere_in_a_checkpoint_is_refused_or_loses_that_signature(at):
    raw = bytearray(_RAW)
    raw[at // 8] ^= 1 << at % 8
    try:
        found, cosigned, _ = checkpoint.open_checkpoint(bytes(raw), _LOG.verifier, [_WITNESS.verifier])
    except (Malformed, NotSigned):
        return
    # Only the name or id of one line can change without spoiling the note: that line is then somebody else's.
    assert found == _HEAD
    assert cosigned == []


def test_a_cosignature_says_when():
    log, witness, _, signed = made()
    line = next(s for s in signed.signatures if s.name == witness.name)
    assert int.from_bytes(line.signature[:8], "big") == 1_764_000_000
    moved = note.Signature(line.name, line.key_id, (5).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(NotSigned):
        note.opened(note.Note(signed.text, (signed.signatures[0], moved)), [log.verifier, witness.verifier])


def test_a_checkpoint_of_another_log_is_refused():
    log, other = new_signer("log.example/a"), new_signer("log.example/b")
    signed = checkpoint.sign(Checkpoint("log.example/b", 1, tree_of(1).root()), log)
    with pytest.raises(NotSigned):
        checkpoint.open_checkpoint(str(signed), log.verifier)
    with pytest.raises(NotSigned):
        checkpoint.open_checkpoint(str(signed), other.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        "a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n1\n47DEQpj8HBSa\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(Malformed):
        checkpoint.read(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n\n",
        b"text\n\n- name AAAAAAAA\n",
        "text\n\n— na me AAAAAAAA\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "te\txt\n\n— name AAAAAAAA\n".encode(),
        b"\xff\n\n",
        b"text\n\n" + "— name AAAAAAAA\n".encode() * 65,
        b"x" * 70_000,
    ],
)
def test_a_text_that_is_no_note_is_refused(data):
    with pytest.raises(Malformed):
        note.parse(data)


def test_sm2_agrees_with_another_implementation(tmp_path):
    """Signed by OpenSSL, believed by ours; signed by ours, believed by OpenSSL. Key of GB/T 32918.2 annex A."""
    import subprocess

    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    from xinheng.core.ledger import gm

    key, public, message = tmp_path / "k.pem", tmp_path / "p.pem", tmp_path / "m"
    message.write_bytes("信衡 message".encode())

    def openssl(*words):
        return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout

    openssl("genpkey", "-algorithm", "SM2", "-out", str(key))
    openssl("pkey", "-in", str(key), "-pubout", "-out", str(public))
    point = openssl("pkey", "-in", str(key), "-pubout", "-outform", "DER")[-65:]
    text = openssl("pkey", "-in", str(key), "-text", "-noout").decode()
    number = text.split("priv:")[1].split("pub:")[0]
    secret = bytes.fromhex("".join(number.replace(":", "").split())).rjust(32, b"\0")[-32:]
    how = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
    der = openssl("pkeyutl", "-sign", "-inkey", str(key), "-in", str(message), *how)
    r, s = decode_dss_signature(der)
    ours = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert gm.verify(point, message.read_bytes(), ours)
    assert not gm.verify(point, message.read_bytes() + b"!", ours)
    made_here = gm.sign(secret + point[1:], message.read_bytes())
    signature = tmp_path / "s"
    signature.write_bytes(
        encode_dss_signature(int.from_bytes(made_here[:32], "big"), int.from_bytes(made_here[32:], "big"))
    )
    told = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", str(public), "-in", str(message), "-sigfile", str(signature), *how
    )
    assert b"Successfully" in told
