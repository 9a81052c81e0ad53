"""The witness over HTTP (C2SP tlog-witness): POST add-checkpoint, and the last checkpoint of each log for whoever watches."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from xinheng.core.ledger import checkpoint as heads
from xinheng.core.ledger.checkpoint import Checkpoint
from xinheng.core.ledger.keys import read_signer
from xinheng.core.ledger.note import opened, parse
from xinheng.core.ledger.refusals import Forked, Malformed
from xinheng.core.ledger.signing import Signer, Verifier
from xinheng.core.ledger.succession import Succession, proved
from xinheng.core.ledger.trust import read_policy
from xinheng.core.ledger.witnessing import LONGEST, Request, Verdict, judge, read_request
from xinheng.witness.seen import Seen

_log = logging.getLogger(__name__)
KEY, LOGS, SEEN = "key", "logs", "seen.sqlite3"  # what lies in a witness's folder
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Witness:
    """A key, the logs it knows, and what it has seen."""

    signer: Signer
    logs: Mapping[str, Sequence[Verifier]]
    seen: Seen
    clock: Clock = time.time

    @classmethod
    def of(cls, folder: Path) -> Witness:
        """Read a witness's folder."""
        policy = read_policy((folder / LOGS).read_text(encoding="utf-8"))
        logs: dict[str, list[Verifier]] = {}
        for verifier, _ in policy.logs:
            logs.setdefault(verifier.name, []).append(verifier)
        return cls(read_signer((folder / KEY).read_text(encoding="ascii")), logs, Seen(folder / SEEN))

    def add_checkpoint(self, body: bytes) -> Verdict:
        """Answer a log. Whatever is refused is logged with its reason."""
        try:
            request = read_request(body)
        except Malformed as malformed:
            return _refused("?", Verdict(400, f"malformed: {malformed}"))
        origin, verdicts = request.checkpoint.origin, []
        if origin not in self.logs:
            return _refused(origin, judge(request, self.logs, None))

        def decide(latest: Checkpoint | None) -> str | None:
            verdict = judge(request, self.logs, latest)
            verdicts.append(verdict)
            return self._cosigned(request, verdicts) if verdict.status == 200 else None

        self.seen.update(origin, decide)  # on the disk before the answer leaves
        return verdicts[-1] if verdicts[-1].status == 200 else _refused(origin, verdicts[-1])

    def _cosigned(self, request: Request, verdicts: list[Verdict]) -> str:
        """Return the note to remember: signed by the log's known keys, and by us."""
        line = heads.cosign(request.note, self.signer, at=int(self.clock()))
        verdicts.append(Verdict(200, "good", line.line()))
        known = opened(request.note, self.logs[request.checkpoint.origin])
        return str(type(request.note)(request.note.text, (*known, line)))

    def require_succession(self, proof: bytes, log: Verifier) -> Succession:
        """Return the log that another one follows, if the checkpoint it names is the last we have seen of it; else raise Forked."""
        told = proved(proof, log)
        note = self.seen.note(told.origin)
        seen = heads.read(parse(note).text) if note else None
        if seen is None:
            raise Forked(what=f"没有见证过台账 {told.origin}")
        if not told.is_of(seen):
            what = f"见证过台账 {told.origin} 到第 {seen.size} 项，新台账只承接到第 {told.size} 项"
            raise Forked(
                what=what if seen.size != told.size else f"台账 {told.origin} 在第 {seen.size} 项处的根与所见不同"
            )
        return told

    def checkpoint(self, origin_hash: str) -> str | None:
        """Return the last co-signed checkpoint of the log whose origin hashes so."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                return self.seen.note(origin)
        return None


def _refused(origin: str, verdict: Verdict) -> Verdict:
    _log.warning("refused %s %s: %s", verdict.status, origin[:200].encode("unicode_escape").decode(), verdict.reason)
    return verdict


def wsgi(witness: Witness) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return the witness as a WSGI application."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        verdict = _answer(witness, environ)
        body = verdict.body.encode()
        status = f"{verdict.status} {HTTPStatus(verdict.status).phrase}"
        headers = [("Content-Type", verdict.content_type), ("Content-Length", str(len(body)))]
        start_response(status, [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")])
        return [body]

    return application


def _answer(witness: Witness, environ: dict[str, Any]) -> Verdict:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if path == "/add-checkpoint":
        if method != "POST":
            return Verdict(405, "method")
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > LONGEST:
            return _refused("?", Verdict(413, "too-long"))
        return witness.add_checkpoint(environ["wsgi.input"].read(int(length)))
    parts = path.split("/")
    if method == "GET" and len(parts) == 3 and parts[2] == "checkpoint":
        note = witness.checkpoint(parts[1])
        if note is not None:
            return Verdict(200, "good", note)
    return Verdict(404, "not-here")
