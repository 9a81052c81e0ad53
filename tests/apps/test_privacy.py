"""Every field of every model declares who may be shown its value."""

from __future__ import annotations

import pytest
from django.apps import apps

from xinheng.apps.privacy import classes_of
from xinheng.core.policy.model import Privacy

MODELS = [m for m in apps.get_models() if m.__module__.startswith("xinheng.apps.")]


def test_there_are_models_to_look_at():
    assert len(MODELS) >= 15


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_field_declares_its_privacy_class_and_no_other_name_does(model):
    fields = {f.name for f in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    assert set(classes_of(model)) == fields


def test_nothing_sealed_is_stored():
    assert all(Privacy.SEALED not in classes_of(model).values() for model in MODELS)
