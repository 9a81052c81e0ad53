"""Every field of every model says who may ever be shown its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.db.models import Model

from xinheng.core.policy.model import Privacy

ModelType = TypeVar("ModelType", bound=type[Model])
_CLASSES: dict[type[Model], Mapping[str, Privacy]] = {}


def privacy(*, public: str = "", internal: str = "", personal: str = "") -> Callable[[ModelType], ModelType]:
    """Declare the privacy class of each field of a model; names are separated by spaces.

    There is no ``sealed``: numbers of persons' documents are not stored outside the sealed store.
    """
    declared: dict[str, Privacy] = {}
    for kind, names in ((Privacy.PUBLIC, public), (Privacy.INTERNAL, internal), (Privacy.PERSONAL, personal)):
        declared |= dict.fromkeys(names.split(), kind)

    def declare(model: ModelType) -> ModelType:
        _CLASSES[model] = declared
        return model

    return declare


def classes_of(model: type[Model]) -> Mapping[str, Privacy]:
    """Return field name → privacy class, as the model declared it."""
    return _CLASSES.get(model, {})
