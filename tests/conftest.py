"""What every test stands on: the database (SQLite, or PostgreSQL when asked), a folder of its own, a fixed day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as generated
from pytest_django import DjangoDbBlocker

from support.postgres import postgres

# A slow machine is not a failing test: speed is shown by benchmarks, never by a timed test.
generated.register_profile("unhurried", deadline=None)
generated.load_profile("unhurried")

# XINHENG_TEST_DATABASE=postgres runs the same tests on a PostgreSQL brought by a wheel.
ON_POSTGRES = os.environ.get("XINHENG_TEST_DATABASE") == "postgres"

# Files of these folders start processes and browsers and take minutes, with few tests each: begun first, none is left running alone.
_FIRST = ("journeys", "demo", "cli", "apps", "chain")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first."""
    order = {folder: n for n, folder in enumerate(_FIRST)}
    here = Path(__file__).parent
    items.sort(key=lambda item: order.get(item.path.relative_to(here).parts[0], len(_FIRST)))


def _use(database: dict[str, Any]) -> None:
    from django.db import connections

    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": database})["default"]
    del connections["default"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point Django at the database under test, before it is created."""
    from xinheng.project import environment

    if ON_POSTGRES:
        try:
            with postgres() as url:
                _use(environment.postgres_database(url) | {"CONN_MAX_AGE": 0})
                yield
        except RuntimeError as fault:
            pytest.skip(str(fault))
    else:
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        _use(environment.sqlite_database(path) | {"TEST": {"NAME": str(path)}})  # a file: threads must meet in it
        yield


@pytest.fixture(autouse=True)
def _own_folder(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Files handed in land in the test's own folder, and work asked for is done at once."""
    if {"db", "transactional_db", "settings"} & set(request.fixturenames):
        settings = request.getfixturevalue("settings")
        settings.XINHENG_VAR = tmp_path
        immediate = "django_tasks.backends.immediate.ImmediateBackend"
        settings.TASKS = {"default": {"BACKEND": immediate, "QUEUES": ["default", "regular"]}}


@pytest.fixture(autouse=True)
def _no_names_left_in_the_index(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test that committed, take its names out of the index of parts: no model, so emptying the tables leaves it."""
    yield
    mark = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (mark and mark.kwargs.get("transaction")):
        from xinheng.apps.subjects import index

        with django_db_blocker.unblock():
            index.clear()
