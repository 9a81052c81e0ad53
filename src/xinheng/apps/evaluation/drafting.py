"""A model is copied, edited, simulated, offered, and approved by a second person; it is published before it counts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from xinheng.apps.accounts import rights
from xinheng.apps.accounts.models import Account
from xinheng.apps.audit import actions as audit
from xinheng.apps.clock import local_date
from xinheng.apps.evaluation import catalogue, simulating
from xinheng.apps.evaluation.lake.place import Place
from xinheng.apps.evaluation.models import Draft, DraftState
from xinheng.apps.evaluation.refusals import AlreadyDone, NotSimulated, NotYours, SamePerson, TooSoon
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.loading import read_model
from xinheng.core.evaluation.model import Model

NOTICE = timedelta(days=15)  # a model is published so long before it is in force (ours: the law sets no length)


def text_of(model: Model) -> str:
    """Return the text a version was read from."""
    if model.path.startswith("draft-"):
        return Draft.objects.get(pk=int(model.path.removeprefix("draft-").removesuffix(".toml"))).text
    found = sorted(Path(settings.XINHENG_POLICY).glob(f"*/{model.path}"))
    return found[-1].read_text(encoding="utf-8")


def copy(*, model: Model, by: Account, at: datetime) -> Draft:
    """Begin a draft of the next version of a model."""
    _require_centre(by)
    newest = max(m.version for m in catalogue.models() if m.id == model.id)
    text = _with(text_of(model), version=newest + 1, status='"proposed"')
    with transaction.atomic():
        draft = Draft.objects.create(
            model=model.id, based_on=model.key, text=text, made_by=by, made_at=at, changed_at=at
        )
        audit.record("evaluation.draft-begun", about=draft, by=by, at=at, based_on=model.key)
    return draft


def edit(*, draft: Draft, text: str, by: Account, at: datetime) -> Draft:
    """Keep an edited text that is a sound model; what was simulated before no longer counts."""
    _require_centre(by)
    model = read_model(text, current_policy(), f"draft-{draft.pk}.toml")
    with transaction.atomic():
        locked = _open(draft)
        locked.text, locked.model, locked.changed_at = text, model.id, at
        locked.simulation, locked.state = {}, DraftState.DRAFT
        locked.save()
        audit.record("evaluation.draft-edited", about=locked, by=by, at=at, model=model.key)
    return locked


def simulate(*, draft: Draft, place: Place, by: Account, at: datetime, known_at: datetime) -> Draft:
    """Run the draft over the whole city and keep what it would do. Nothing in force changes."""
    _require_centre(by)
    model = read_model(draft.text, current_policy(), f"draft-{draft.pk}.toml")
    folder = f"simulations/{draft.pk:06d}"
    told = simulating.simulate(place=place, model=model, on=local_date(at), known_at=known_at, folder=folder)
    with transaction.atomic():
        locked = _open(draft)
        if locked.text != draft.text:
            raise AlreadyDone(state="草稿在模拟期间又改过")
        locked.simulation, locked.state = told, DraftState.SIMULATED
        locked.save()
        audit.record("evaluation.draft-simulated", about=locked, by=by, at=at, digest=told["digest"], psi=told["psi"])
    return locked


def offer(*, draft: Draft, by: Account, at: datetime) -> Draft:
    """Ask for approval: only of a draft that was simulated as it stands."""
    _require_centre(by)
    with transaction.atomic():
        locked = _open(draft)
        if locked.state != DraftState.SIMULATED:
            raise NotSimulated
        locked.state = DraftState.OFFERED
        locked.save()
        audit.record("evaluation.draft-offered", about=locked, by=by, at=at)
    return locked


def approve(*, draft: Draft, document: str, effective_from: date, text: str = "", by: Account, at: datetime) -> Draft:
    """Approve a draft: by another person than its author, with a document, and in force after its notice at the earliest."""
    _require_centre(by)
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        if locked.state != DraftState.OFFERED:
            raise AlreadyDone(state=locked.get_state_display())
        if locked.made_by_id == by.pk:
            raise SamePerson
        earliest = local_date(at) + NOTICE
        if effective_from < earliest:
            raise TooSoon(earliest=earliest.isoformat())
        organ = by.department.name if by.department is not None else "市公共信用中心"
        final = _with(
            locked.text,
            status='"in-force"',
            approved_by=f'"{organ}"',
            approved_document=f'"{_plain(document)}"',
            effective_from=effective_from.isoformat(),
        )
        model = read_model(final, current_policy(), f"draft-{locked.pk}.toml")
        locked.text, locked.state = final, DraftState.APPROVED
        locked.decided_by, locked.decided_at, locked.decided_text = by, at, text
        locked.effective_from, locked.document, locked.notice_from = effective_from, document, local_date(at)
        locked.save()
        audit.record("evaluation.draft-approved", about=locked, by=by, at=at, model=model.key, document=document)
    return locked


def refuse(*, draft: Draft, text: str, by: Account, at: datetime) -> Draft:
    """Send a draft back with the reason; its author may go on with it."""
    _require_centre(by)
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        if locked.state != DraftState.OFFERED:
            raise AlreadyDone(state=locked.get_state_display())
        if locked.made_by_id == by.pk:
            raise SamePerson
        locked.state, locked.decided_by, locked.decided_at, locked.decided_text = DraftState.REFUSED, by, at, text
        locked.save()
        audit.record("evaluation.draft-refused", about=locked, by=by, at=at, reason=text)
    return locked


def _require_centre(by: Account) -> None:
    if not rights.may(by, "evaluation.manage"):
        raise NotYours


def _open(draft: Draft) -> Draft:
    locked = Draft.objects.select_for_update().get(pk=draft.pk)
    if locked.state in (DraftState.APPROVED, DraftState.OFFERED):
        raise AlreadyDone(state=locked.get_state_display())
    return locked


def _plain(text: str) -> str:
    return text.replace("\\", "").replace('"', "“")


def _with(text: str, **values: object) -> str:
    """Set keys at the head of a model file, before its first table."""
    head, mark, rest = text.partition("\n[")
    for name, value in values.items():
        line = f"{name} = {value}"
        head, count = re.subn(rf"(?m)^{name}\s*=.*$", line, head)
        if not count:
            head = f"{head.rstrip()}\n{line}\n"
    return f"{head}{mark}{rest}"
