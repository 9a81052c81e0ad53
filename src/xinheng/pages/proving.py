"""Proofs anybody may take away from a public page: no more is told in them than the page shows today.

What a proof reveals is thought through in docs/decisions/0028-proofs-for-everybody.md: a proof with content binds the whole record, so
it is given only where every filled field is shown; a proof of completeness lists all leaves of an organisation, and the log says of
each leaf which item it is of and when it came, so it is given only where every one of them is a record shown today.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop

from xinheng.apps.ledger import proofs
from xinheng.apps.ledger.models import Checkpoint
from xinheng.apps.records import queries as records
from xinheng.apps.records.models import Version
from xinheng.core.ledger import entry
from xinheng.core.ledger.prooffile import ProofFile
from xinheng.core.publication.masking import public_values
from xinheng.core.refusal import Refusal
from xinheng.pages import reading
from xinheng.pages.showing import item_of


class NotProvable(Refusal):
    """One answer for both reasons, so that it does not tell which."""

    code = "proof.not-now"
    message = gettext_noop(
        "现在不能提供这份证明。可能是最近的变动还没有进入已发布的检查点，也可能是证明会透露依法不公示的内容。组织可向信用中心申领自己的完整证明。"
    )


def of_record(record_id: int, *, on: date) -> ProofFile | None:
    """Return the proof that a record shown today is in the log: with its content where all of it is shown, else its entry alone.

    None where no such record is shown. Raises NotProvable, or NoCheckpoint.
    """
    version = records.current().filter(record=record_id).select_related("submission", "subject").first()
    if version is None or not _is_shown([version], on=on):
        return None
    newest = proofs.newest()
    try:
        if _whole(version):
            return proofs.record_proof(version, newest)
        index = proofs.index_of(version, newest)
    except proofs.NotInLedger:
        raise NotProvable from None
    return proofs.entry_proof(index, entry.version(bytes(version.commitment), version.item), newest)


def of_subject(code: str, *, on: date) -> ProofFile | None:
    """Return the proof that these are all the records of an organisation, or that there are none; None where nobody has this code.

    Raises NotProvable, or NoCheckpoint.
    """
    known = reading.subject(code, as_of=None)
    if known is None or known.code != code:
        return None
    newest = proofs.newest()
    listed = _listed(known.id, newest)
    counting = set(records.of_subject(known.id).values_list("pk", flat=True))
    if any(version.pk not in counting for version in listed) or not _is_shown(listed, on=on):
        raise NotProvable
    return proofs.subject_proof(code, newest, disclose=_whole)


def _listed(subject: int, checkpoint: Checkpoint) -> list[Version]:
    found = Version.objects.select_related("submission__department", "subject")
    return list(found.filter(pk__in=proofs.listed_versions(subject, checkpoint)))


def _is_shown(versions: list[Version], *, on: date) -> bool:
    """Say whether each of these is shown today; of one that cannot be judged, no."""
    held = reading.hold(versions, on=on)
    return len(held) == len(versions) and all(one.publication.shown for one in held)


def _whole(version: Version) -> bool:
    """Say whether every filled field of a version is shown as it is."""
    item, values = item_of(version.item), records.content(version)
    return item is not None and public_values(item, values) == values
