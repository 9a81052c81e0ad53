"""Editions as files: the present table of an item, a new one tried out, and the approved ones written where the loader reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import tomli_w
from django.conf import settings

from xinheng.apps import policy as policies
from xinheng.apps.changes.models import Change, ChangeState
from xinheng.core.intake.check import known_codes
from xinheng.core.policy import PolicyError, load_policy
from xinheng.core.policy.model import Item, Policy

_SHOWN = 6


def latest(policy: Policy, item_id: str) -> Item | None:
    """Return the last edition of an item, in force or to come."""
    versions = policy.item_versions.get(item_id, ())
    return versions[-1] if versions else None


def table_of(item: Item) -> dict[str, Any]:
    """Return the table an edition was built from, as its file says it."""
    folders = [Path(settings.XINHENG_POLICY), policies.overlay_folder()]
    for folder in folders:
        for path in sorted((folder / item.layer / "catalog").glob(f"{item.id}*.toml")):
            told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
            if told.get("id") == item.id and told.get("effective_from") == item.effective_from:
                return told
    raise FileNotFoundError(f"no file says {item.id} from {item.effective_from}")


def added_here(item: Item) -> frozenset[str]:
    """Return the fields that editions decided here have added to an item of the folder of policy."""
    told = load_policy(Path(settings.XINHENG_POLICY), settings.XINHENG_AUTHORITY).item_versions.get(item.id, ())
    known = {field.name for version in told for field in version.fields}
    return frozenset(item.by_name) - known


def name_of(item_id: str, effective_from: date) -> str:
    """Return the name of the file of an edition."""
    return f"{item_id}@{effective_from.isoformat()}.toml"


def write_all() -> int:
    """Write every approved edition where the loader reads, and have it read anew; return how many there are.

    The database is the truth and the files follow it: after a crash between the two, or on a new machine, this mends them.
    """
    approved = list(Change.objects.filter(state=ChangeState.APPROVED))
    wanted = {_place(change): change.table for change in approved}
    folder = policies.overlay_folder()
    for path in folder.rglob("*.toml") if folder.is_dir() else ():
        if path not in wanted:
            path.unlink()
    changed = False
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            waiting = path.with_suffix(".waiting")
            waiting.write_text(text, encoding="utf-8")
            waiting.replace(path)
            changed = True
    if changed or (wanted and policies.overlay() is None):
        policies.stamp()
    return len(wanted)


def _place(change: Change) -> Path:
    layer = tomllib.loads(change.table)["layer"]
    return policies.overlay_folder() / layer / "catalog" / name_of(change.item, change.effective_from)


@contextmanager
def with_edition(table: dict[str, Any]) -> Iterator[Policy]:
    """Yield the policy as it would be with one more edition; raise PolicyError with all that is wrong."""
    with TemporaryDirectory(prefix="xinheng-edition-") as folder:
        trial = Path(folder) / "policy"
        if (there := policies.overlay()) is not None:
            copytree(there, trial)
        path = trial / table["layer"] / "catalog" / name_of(table["id"], table["effective_from"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(table), encoding="utf-8")
        yield load_policy(Path(settings.XINHENG_POLICY), settings.XINHENG_AUTHORITY, known_codes(), overlay=trial)


def as_text(table: dict[str, Any]) -> str:
    """Write a table as TOML."""
    return tomli_w.dumps(table, multiline_strings=True)


def said(error: PolicyError) -> str:
    """Return the problems of a policy in Chinese, a few of them."""
    told: Iterable[str] = dict.fromkeys(problem.chinese for problem in error.errors)
    return "；".join(list(told)[:_SHOWN])
