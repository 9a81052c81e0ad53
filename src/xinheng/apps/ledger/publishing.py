"""Publishing a checkpoint: ask the witnesses, and replace the public file once as many as the trust policy wants have co-signed.

A witness that is slow or away holds up publication only, never acceptance or sequencing. A witness that has seen another history
stops the log.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from django.conf import settings

from xinheng.apps.ledger import keyring
from xinheng.apps.ledger.files import exclusive, folder, tree_files
from xinheng.apps.ledger.models import Checkpoint, Cosignature
from xinheng.apps.ledger.sequencer import halt, map_store, require_running
from xinheng.apps.records.store import store
from xinheng.core.ledger import note as notes
from xinheng.core.ledger import proof, trust, witnessing
from xinheng.core.ledger.refusals import Forked, Malformed, NotSigned
from xinheng.core.ledger.signing import Signer
from xinheng.core.ledger.tiles import nodes_of, tiles_between

_LONGEST_ANSWER = 64 << 10
_GRACE_SECONDS = 0.5  # for those still under way, once enough have co-signed
_Answer = notes.Signature | Exception
Ask = Callable[[str, bytes], tuple[int, bytes]]  # URL, body → status, body


@dataclass(slots=True)
class Told:
    """What came of asking: who has co-signed, who not and why, and whether the checkpoint is public now."""

    checkpoint: Checkpoint | None = None
    cosigned: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    published: bool = False


def trust_path() -> Path:
    """Return where the trust policy of this installation lies."""
    return Path(settings.XINHENG_LEDGER_TRUST) if settings.XINHENG_LEDGER_TRUST else folder() / "trust-policy"


def trust_policy() -> trust.TrustPolicy:
    """Return whom this log asks to witness, and how many must have: nobody, where no policy file is there."""
    path = trust_path()
    return trust.read_policy(path.read_text(encoding="utf-8")) if path.exists() else trust.TrustPolicy()


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """Ask a witness over HTTP. Raises OSError when it cannot be reached or does not answer in time."""
    if not url.startswith(("https://", "http://")):
        raise OSError(f"{url}：不是网址")
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=settings.XINHENG_WITNESS_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(_LONGEST_ANSWER)
    except (http.client.HTTPException, ValueError) as broken:
        raise OSError(str(broken)) from None


def publish(*, at: datetime, ask: Ask = post) -> Told:
    """Steps 5 and 6 for the newest checkpoint. Raises Forked, after stopping the log, when a witness has seen another history."""
    require_running()
    checkpoint = Checkpoint.objects.order_by("-number").first()
    if checkpoint is None:
        return Told()
    policy, told = trust_policy(), Told(checkpoint)
    try:
        _gather(checkpoint, policy, told, ask, at=at)
    except Forked as fork:
        halt(str(fork), at=at)
        raise
    if policy.is_met(told.cosigned):
        with exclusive():
            if not Checkpoint.objects.filter(number__gt=checkpoint.number, published_at__isnull=False).exists():
                _publish(checkpoint, at=at)
        told.published = True
    return told


def full_note(checkpoint: Checkpoint) -> notes.Note:
    """Return a checkpoint with the cosignatures gathered so far."""
    lines = checkpoint.cosignatures.order_by("pk").values_list("line", flat=True)
    return notes.parse(checkpoint.note).with_signatures([notes.read_signature(line.rstrip("\n")) for line in lines])


def _gather(checkpoint: Checkpoint, policy: trust.TrustPolicy, told: Told, ask: Ask, *, at: datetime) -> None:
    """Ask all witnesses at the same time, so that a slow one holds nobody up; store each cosignature as it comes.

    Where enough have co-signed, the others get a moment longer. Who does not answer in time is asked again next time; an answer
    that comes after this is not heard (also not that it has seen another history: it will say so again).
    """
    have = set(checkpoint.cosignatures.values_list("witness", flat=True))
    signer, waiting, answers = keyring.log_signer(), set[str](), Queue[tuple[str, _Answer]]()
    for witness in policy.witnesses:
        if witness.name in have:
            continue
        if not witness.url:
            told.missing[witness.name] = "策略里没有网址"
            continue
        # What the database knows is asked here: the threads only read files and speak with the witness.
        seen = Cosignature.objects.filter(witness=witness.name).order_by("-checkpoint").first()
        old = seen.checkpoint.size if seen else 0
        waiting.add(witness.name)
        Thread(target=_ask_one, args=(answers, checkpoint, witness, old, signer, ask), daemon=True).start()
    until = time.monotonic() + settings.XINHENG_WITNESS_SECONDS + _GRACE_SECONDS
    while waiting:
        if policy.is_met(sorted(have)):
            until = min(until, time.monotonic() + _GRACE_SECONDS)
        try:
            name, answer = answers.get(timeout=max(until - time.monotonic(), 0.001))
        except Empty:
            break
        waiting.remove(name)
        if isinstance(answer, Forked):
            raise answer
        if isinstance(answer, Exception):
            told.missing[name] = str(answer)
            continue
        with store().durable():
            defaults = {"line": answer.line(), "at": at}
            Cosignature.objects.get_or_create(checkpoint=checkpoint, witness=name, defaults=defaults)
        have.add(name)
    told.missing |= dict.fromkeys(sorted(waiting), "没有按时回答")
    told.cosigned = [witness.name for witness in policy.witnesses if witness.name in have]


def _ask_one(
    answers: Queue[tuple[str, _Answer]],
    checkpoint: Checkpoint,
    witness: trust.Witness,
    old: int,
    signer: Signer,
    ask: Ask,
) -> None:
    try:
        answers.put((witness.name, _cosignature(checkpoint, witness, old, signer, ask)))
    except (OSError, ValueError, Malformed, NotSigned, Forked) as error:
        answers.put((witness.name, error))


def _cosignature(checkpoint: Checkpoint, witness: trust.Witness, old: int, signer: Signer, ask: Ask) -> notes.Signature:
    """Ask one witness, from the size it has seen last; once more where it tells us another size."""
    url = witness.url.rstrip("/") + "/add-checkpoint"
    status, body = ask(url, _request(checkpoint, old, signer))
    if status == 409:
        old = _size_told(body)
        if old > checkpoint.size:
            raise Forked(what=f"见证方 {witness.name} 见过 {old} 项的台账，本台账只有 {checkpoint.size} 项")
        status, body = ask(url, _request(checkpoint, old, signer))
    if status == 422:
        raise Forked(what=f"见证方 {witness.name} 见过另一个历史（{old} 项处不一致）")
    if status != 200:
        raise OSError(f"见证方回答 {status}")
    note = notes.parse(checkpoint.note)
    lines = [notes.read_signature(line) for line in body.decode("utf-8", "replace").rstrip("\n").split("\n")]
    good = notes.opened(notes.Note(note.text, tuple(lines)), [witness.verifier])
    return good[0]


def _request(checkpoint: Checkpoint, old: int, signer: Signer) -> bytes:
    nodes = nodes_of(checkpoint.size, tree_files().read, signer.scheme.hashing)
    path = proof.consistency(old, checkpoint.size, nodes, signer.scheme.hashing)
    return witnessing.write_request(old, path, notes.parse(checkpoint.note)).encode()


def _size_told(body: bytes) -> int:
    text = body.decode("ascii", "replace").strip()
    if not text.isdigit() or len(text) > 19:
        raise Malformed(what="见证方没有说明它见过的大小")
    return int(text)


def _publish(checkpoint: Checkpoint, *, at: datetime) -> None:
    files = tree_files()
    before = Checkpoint.objects.filter(published_at__isnull=False, number__lt=checkpoint.number).order_by("-number")
    last = before.first()
    files.publish(str(full_note(checkpoint)))
    with store().durable():
        Checkpoint.objects.filter(pk=checkpoint.pk, published_at__isnull=True).update(published_at=at)
    files.drop_partial(tiles_between(last.size if last else 0, checkpoint.size))
    map_store().keep_from(checkpoint.number)
