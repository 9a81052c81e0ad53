"""What senders handed in is not kept for ever: originals and returned rows go when their rule says so; hashes stay.

First the register says that it is gone, with the rule, in one transaction; then the file is deleted. A crash between the
two leaves a file no submission speaks for, and the next run takes such files away.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT

from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.intake import files
from xinheng.apps.intake.faults import told_clearly
from xinheng.apps.intake.models import Quarantine, ReturnedRow, State, Submission
from xinheng.apps.policy import current_policy
from xinheng.core.intake.messages import title_of
from xinheng.core.policy.keeping import KeepRule, What, When, deciding
from xinheng.core.policy.model import Policy

# Findings that tell of columns or rows about persons, or of columns nobody may collect.
BEYOND = frozenset({"subject.person-gate", "subject.person-columns-filled", "header.denied", "header.quarantined"})
_STEP = 1000  # returned rows in one transaction
_QUIET_SECONDS = 3600  # a file this young may belong to a hand-in that is not numbered yet
_OVER = (State.REFUSED, State.FAILED, State.WITHDRAWN, State.REPLACED)
_DONE = (State.CHECKED, State.ACCEPTED, *_OVER)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing whose time is over."""

    submission: int
    what: What
    rule: KeepRule


@dataclass(slots=True)
class Erased:
    """What one run took away."""

    originals: int = 0
    rows: int = 0  # submissions whose returned rows lost their cells
    files: int = 0


def due(*, on: date, policy: Policy | None = None) -> Iterator[Due]:
    """Yield everything that may no longer be kept on this day."""
    rules = (policy or current_policy()).keep_rules
    for submission in _held():
        since, when = _outcome(submission)
        beyond = submission.filled_quarantine or not BEYOND.isdisjoint(json.loads(submission.counted or "{}"))
        for what, held in ((What.ORIGINAL, submission.has_original), (What.ROWS, submission.has_cells)):
            rule = deciding(rules, what, when, since=since, beyond=beyond, on=on) if held else None
            if rule is not None:
                yield Due(submission.pk, what, rule)


def erase_due(*, at: datetime, by: Account | None = None, policy: Policy | None = None) -> Erased:
    """Erase what is due: the register says so first, then the files go. ``by`` is None for the background task."""
    policy = policy or current_policy()
    done = Erased()
    with told_clearly():
        for found in list(due(on=local_date(at), policy=policy)):
            told: dict[str, Any] = {"at": at, "by": by, "rule": found.rule.id, "policy": policy.digest}
            if found.what is What.ORIGINAL:
                done.originals += _erase_original(found.submission, **told)
            else:
                done.rows += _erase_rows(found.submission, **told)
        done.files = sweep()
    return done


def sweep() -> int:
    """Delete files no submission speaks for any more: erased ones, and what a crash left; return how many."""
    gone = 0
    quiet_since = time.time() - _QUIET_SECONDS
    for path in files.folder().iterdir():
        try:
            if path.is_file() and path.stat().st_mtime < quiet_since and not _wanted(path):
                path.unlink()
                gone += 1
        except FileNotFoundError:  # a receiving process gave it its name, or another run was faster
            continue
    return gone


def _wanted(path: Path) -> bool:
    holders = Submission.objects.filter(file_sha256=path.name.partition(".")[0], original_erased_at=None)
    return any(files.place_of(submission) == path for submission in holders.only("file_sha256", "file_name"))


def _held() -> Iterator[Submission]:
    """Submissions whose way is at rest, and of which anything is still kept."""
    filled = Quarantine.objects.filter(submission=OuterRef("pk"), count__gt=0)
    cells = ReturnedRow.objects.filter(submission=OuterRef("pk"), sealed=False)
    found = Submission.objects.filter(state__in=_DONE).annotate(
        filled_quarantine=Exists(filled), has_cells=Exists(cells), counted=KT("report__counts")
    )
    found = found.filter(Q(original_erased_at=None) & ~Q(file_sha256="") | Q(has_cells=True))
    for submission in found.defer("report", "notices", "options").order_by("pk").iterator(1000):
        submission.has_original = submission.original_erased_at is None and bool(submission.file_sha256)
        yield submission


def _outcome(submission: Submission) -> tuple[date, When]:
    """Return the day the period counts from, and what became of the submission."""
    if submission.state in _OVER:
        told = submission.refused_at or submission.withdrawn_at or submission.checked_at or submission.received_at
        return local_date(told), When.OVER
    open_rows = submission.returned_rows.filter(sealed=False, mended_by=None)
    if submission.state == State.ACCEPTED and not (submission.has_cells and open_rows.exists()):
        return local_date(submission.accepted_at), When.ACCEPTED
    return local_date(submission.accepted_at or submission.checked_at), When.PENDING


@transaction.atomic
def _erase_original(pk: int, *, at: datetime, by: Account | None, rule: str, policy: str) -> bool:
    still = Submission.objects.filter(pk=pk, original_erased_at=None)
    if not still.update(original_erased_at=at, original_erased_by=rule):
        return False  # another run was faster
    submission = Submission.objects.get(pk=pk)
    digest = submission.file_sha256
    audit.record("submission.original-erased", about=submission, by=by, at=at, rule=rule, policy=policy, file=digest)
    return True


def _erase_rows(pk: int, *, at: datetime, by: Account | None, rule: str, policy: str) -> bool:
    """Take the cells out of returned rows, in short steps: nobody who writes meanwhile waits long."""
    any_row = False
    while True:
        with transaction.atomic():
            rows = list(ReturnedRow.objects.filter(submission=pk, sealed=False)[:_STEP])
            if not rows:
                return any_row
            for row in rows:
                row.cells, row.sealed = {}, True
                row.findings = [_unquoted(finding) for finding in row.findings]
            ReturnedRow.objects.bulk_update(rows, ["cells", "findings", "sealed"], batch_size=200)
            submission = Submission.objects.get(pk=pk)
            findings = [_unquoted(finding) for finding in submission.report.get("findings", [])]
            Submission.objects.filter(pk=pk).update(report=submission.report | {"findings": findings})
            count = len(rows)
            audit.record("submission.rows-erased", about=submission, by=by, at=at, rule=rule, policy=policy, rows=count)
        any_row = True


def _unquoted(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding with its code, place and title, without the cell it quotes."""
    if finding.get("seen") is None:
        return finding
    return finding | {"seen": None, "message": f"{title_of(finding['code'])}（所填内容已按期清除）"}
