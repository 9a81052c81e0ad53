"""The models of this installation: those of the policy files, and those approved here by two persons."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from xinheng.apps.evaluation.models import Draft, DraftState
from xinheng.apps.policy import current_policy
from xinheng.core.evaluation.loading import NoSuchModel, models_of, read_model
from xinheng.core.evaluation.model import Model, Status
from xinheng.core.policy.model import Policy


def models() -> tuple[Model, ...]:
    """Return every version of every model that may be used."""
    policy = current_policy()
    approved = Draft.objects.filter(state=DraftState.APPROVED).order_by("pk").values_list("pk", "text")
    return (*models_of(policy), *(_approved(policy, pk, text) for pk, text in approved))


@lru_cache(maxsize=64)
def _approved(policy: Policy, pk: int, text: str) -> Model:
    return read_model(text, policy, f"draft-{pk}.toml")


def named(name: str, *, on: date) -> Model:
    """Return a model by id or id@version; without a version the one that rules on this day."""
    found = [model for model in models() if name in (model.id, model.key)]
    if not found:
        raise NoSuchModel(model=name, known="、".join(sorted({model.id for model in models()})))
    return max(found, key=lambda model: _weight(model, on))


def ruling(*, on: date) -> list[Model]:
    """Return of each model the version in force on a day, else the newest proposed one."""
    newest: dict[str, Model] = {}
    for model in models():
        if model.status is Status.RETIRED or not _begun(model, on):
            continue
        before = newest.get(model.id)
        if before is None or _weight(model, on) > _weight(before, on):
            newest[model.id] = model
    return list(newest.values())


def coming(model_id: str, *, on: date) -> list[Model]:
    """Return versions that are approved and not yet in force: they are published before they count."""
    return [m for m in models() if m.id == model_id and m.effective_from is not None and m.effective_from > on]


def _weight(model: Model, on: date) -> tuple[bool, bool, int]:
    return model.in_force(on), _begun(model, on), model.version


def _begun(model: Model, on: date) -> bool:
    return model.effective_from is None or model.effective_from <= on
