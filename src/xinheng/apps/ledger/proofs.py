"""Making proof files: of a record, of all the records of a subject or that there are none, of any entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from xinheng.apps.ledger import keyring, mapping, sequencer
from xinheng.apps.ledger.files import tree_files
from xinheng.apps.ledger.models import Checkpoint, Turn, TurnKind
from xinheng.apps.ledger.publishing import full_note
from xinheng.apps.ledger.reading import header_of
from xinheng.apps.ledger.runs import Places, leaf_of
from xinheng.apps.records.models import Version
from xinheng.apps.subjects.models import Subject
from xinheng.core.ledger import proof, submap
from xinheng.core.ledger.canonical import canonical
from xinheng.core.ledger.prooffile import ProofFile
from xinheng.core.ledger.tiles import nodes_of
from xinheng.core.refusal import Refusal

Disclose = Callable[[Version], bool]


class NotInLedger(Refusal):
    """The version is not (yet) under the checkpoint."""

    code = "ledger.not-in-checkpoint"
    message = "这条记录还没有进入已发布的检查点，请稍后再试。"


class NoCheckpoint(Refusal):
    """Nothing has been published yet."""

    code = "ledger.no-checkpoint"
    message = "台账还没有发布检查点。"


class Erased(Refusal):
    """Content and salt are gone: the entry stays, what it was made from is gone for good."""

    code = "ledger.erased"
    message = "这条记录的内容已依法清除，台账中只留下无法还原的承诺值。"


def newest() -> Checkpoint:
    """Return the newest published checkpoint."""
    found = Checkpoint.objects.filter(published_at__isnull=False).order_by("-number").first()
    if found is None:
        raise NoCheckpoint
    return found


def record_proof(version: Version, checkpoint: Checkpoint) -> ProofFile:
    """Return the proof that this version, with its whole content, is in the log. It discloses everything the version says."""
    index = index_of(version, checkpoint)
    return _proof(checkpoint, index, {"type": "xinheng/record@v1"} | _content(version))


def index_of(version: Version, checkpoint: Checkpoint) -> int:
    """Return the place of a version under a checkpoint."""
    index = leaf_of(version.pk)
    if index is None or index >= checkpoint.size:
        raise NotInLedger
    return index


def listed_versions(subject: int, checkpoint: Checkpoint) -> list[int]:
    """Return the ids of the versions that a completeness proof of a subject (our number) lists at a checkpoint."""
    cut = Turn.objects.get(pk=checkpoint.turn)
    listed = mapping.listed_of(subject, cut, Places.load([]), keyring.log_signer().scheme.hashing)
    return [version for version, _ in listed]


def subject_proof(subject: str, checkpoint: Checkpoint, *, disclose: Disclose = lambda version: True) -> ProofFile:
    """Return the proof that these are all the records of a subject (by its code), or that there are none.

    ``disclose`` says of which versions the content is put in; of the others there is only the hash of the leaf.
    """
    hashing = keyring.log_signer().scheme.hashing
    key = submap.key_of(subject, hashing)
    value, found = sequencer.map_store().prove(checkpoint.number, key)
    told: dict[str, Any] = {
        "type": "xinheng/subject@v1",
        "subject": subject,
        "leaves": _leaves(subject, checkpoint, disclose) if value is not None else [],
        "path": [[depth, hash_.hex()] for depth, hash_ in found.path],
        "other": [part.hex() for part in found.other] if found.other else None,
        "subjects": checkpoint.subjects,
    }
    return _proof(checkpoint, checkpoint.size - 1, told)


def entry_proof(index: int, entry: bytes, checkpoint: Checkpoint) -> ProofFile:
    """Return the proof that an entry stands at its place."""
    return _proof(checkpoint, index, {"type": "xinheng/entry@v1", "entry": entry.hex()})


def succession_proof(checkpoint: Checkpoint) -> ProofFile:
    """Return the proof of the first entry, where it names a log that this one follows."""
    first = Turn.objects.filter(kind=TurnKind.SUCCESSION).first()
    if first is None:
        raise NotInLedger
    return entry_proof(0, header_of(first), checkpoint)


def _leaves(subject: str, checkpoint: Checkpoint, disclose: Disclose) -> list[dict[str, Any]]:
    hashing = keyring.log_signer().scheme.hashing
    known = Subject.objects.get(pk=int(subject[1:])) if subject.startswith("#") else Subject.objects.get(code=subject)
    cut = Turn.objects.get(pk=checkpoint.turn)
    listed = mapping.listed_of(known.pk, cut, Places.load([]), hashing)
    versions = Version.objects.in_bulk([version for version, _ in listed])
    leaves = []
    for pk, one in listed:
        version = versions[pk]
        shown = version.canonical and disclose(version)
        leaves.append({"index": one.index} | (_content(version) if shown else {"leaf": one.leaf.hex()}))
    return leaves


def _content(version: Version) -> dict[str, Any]:
    if not version.canonical:
        raise Erased
    return {"item": version.item, "salt": bytes(version.salt).hex(), "record": orjson.loads(version.canonical)}


def _proof(checkpoint: Checkpoint, index: int, told: dict[str, Any]) -> ProofFile:
    hashing = keyring.log_signer().scheme.hashing
    nodes = nodes_of(checkpoint.size, tree_files().read, hashing)
    path = tuple(proof.inclusion(index, checkpoint.size, nodes, hashing))
    return ProofFile(index, path, str(full_note(checkpoint)), canonical(told))
