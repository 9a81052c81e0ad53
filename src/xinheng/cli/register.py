"""Opening the register for a command: Django is set up only here, and the tables are made if they are not there yet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xinheng.cli.outcome import CannotDo

if TYPE_CHECKING:
    from xinheng.apps.accounts.models import Account, Department

SETTINGS = "xinheng.project.settings"
_PAGE_EDITOR = ("wagtail", "modelsearch", "taggit", "news")


def open_register(*, make_tables: bool = True) -> None:
    """Set Django up; create or update the tables where needed, and bring the departments in line with the policy.

    A command that only looks (``make_tables=False``) does not stand in the way of a restore; every other one does.
    """
    set_up()
    if make_tables:
        from django.conf import settings

        from xinheng.apps import inuse

        inuse.share(settings.XINHENG_VAR)
        update_tables()


def set_up() -> None:
    """Set Django up, and no more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    try:
        django.setup()
    except ValueError as error:  # DATABASE_URL, XINHENG_DAY
        raise CannotDo("settings.invalid", f"环境变量设置有误：{error}") from None


def is_new() -> bool:
    """Say whether the database has no tables at all."""
    from django.db import connection

    return not connection.introspection.table_names()


def update_tables() -> None:
    """Create or update the tables where needed, and bring the departments in line with the policy."""
    if pending_migrations():
        from django.core.management import call_command

        if is_new():
            _make_tables()
        call_command("migrate", verbosity=0, interactive=False)
        sync_departments()


def _make_tables() -> None:
    """Make all tables of a new database, ours and the page editor's apart: a step costs by the number of tables Django has in mind."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    pages = [leaf for leaf in leaves if leaf[0].startswith(_PAGE_EDITOR)]
    executor.migrate([leaf for leaf in leaves if leaf not in pages])
    executor = MigrationExecutor(connection)  # it knows now what is there
    graph, plan = executor.loader.graph, executor.migration_plan(pages)
    ours = {node for leaf in pages for node in graph.forwards_plan(leaf)} & set(executor.loader.applied_migrations)
    executor.migrate(pages, plan, executor.loader.project_state(list(ours)))


def pending_migrations() -> list[str]:
    """Return the names of changes to the tables that are still to be made."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def sync_departments() -> None:
    """Bring the stored departments in line with the policy."""
    from xinheng.apps.accounts.actions import sync_departments as sync
    from xinheng.apps.policy import current_policy

    sync(policy=current_policy())


def department_of(told: str) -> Department:
    """Return a department by its code or its exact name."""
    from django.db.models import Q

    from xinheng.apps.accounts.models import Department

    wanted = Q(code=told) | Q(name=told) | Q(short=told)
    found = list(Department.objects.filter(wanted)[:2])
    if not found:
        sync_departments()  # the policy may have named it since
        found = list(Department.objects.filter(wanted)[:2])
    if len(found) != 1:
        raise CannotDo(
            "department.unknown",
            f"没有部门“{told}”。请填部门的统一社会信用代码或全称；部门名录见 policy 目录下的 departments.csv。",
        )
    return found[0]


def officer_of(username: str) -> Account:
    """Return an account by its user name."""
    from xinheng.apps.accounts.models import Account

    found = Account.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CannotDo("officer.unknown", f"没有可用的账号“{username}”。可用 xinheng user add 开通。")
    return found
