"""An installation of its own on disk, worked on by separate processes: for crashes and for officers in the same second.

Run as ``python -m support.installation STEP …`` with XINHENG_VAR and DATABASE_URL set. It knows how to die at a chosen
point: the store is wrapped, the product is not changed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any


def start() -> None:
    """Set Django up on the small policy, with small steps so that few rows make many transactions."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    import django

    django.setup()
    import xinheng.apps.policy
    import xinheng.apps.records.staging
    from support import builders
    from xinheng.apps.records.store.postgres import PostgresStore
    from xinheng.apps.records.store.sqlite import SqliteStore

    xinheng.apps.policy._load = lambda root, authority: builders.policy()
    SqliteStore.step = PostgresStore.step = 50
    xinheng.apps.records.staging._WORTH_A_CONNECTION = 1  # written behind, where the database can


def die_at(point: str, nth: int) -> None:
    """Kill a process, as if the power had gone, inside or after the n-th transaction of a kind: this one, or DIE_PID."""
    from xinheng.apps.records.store.postgres import PostgresStore
    from xinheng.apps.records.store.sqlite import SqliteStore

    numbers, victim = count(1), int(os.environ.get("DIE_PID", os.getpid()))
    for kind in (SqliteStore, PostgresStore):
        name = "durable" if point.startswith("accept") else "staging"
        real = getattr(kind, name)

        @contextmanager
        def wrapped(self: Any, real: Any = real) -> Iterator[None]:
            mine = next(numbers)
            with real(self):
                yield
                if mine == nth and point.endswith("-before-commit"):
                    kill_family(victim)
            if mine == nth and point.endswith("-after-commit"):
                kill_family(victim)

        setattr(kind, name, wrapped)


def kill_family(pid: int) -> None:
    """Kill a process and its children: those of a PostgreSQL would otherwise serve who is connected a while longer."""
    children = [int(c) for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]
    os.kill(pid, signal.SIGKILL)
    for child in children if pid != os.getpid() else ():
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def die_in_ledger(point: str, nth: int) -> None:
    """Kill this process at a step of the sequencer or of publishing, for the n-th time it comes by."""
    from xinheng.apps.ledger import files, mapstore, publishing, sequencer, turns

    places = {
        "before-cut-commit": (turns, "cut", "after"),  # inside the transaction that takes the cut
        "after-cut": (sequencer, "next_cut", "after"),
        "mid-tile": (files, "_write", "part"),
        "after-tile": (files, "_write", "after"),
        "before-map-commit": (mapstore.MapStore, "_upper", "after"),
        "after-map": (mapstore.MapStore, "apply", "after"),
        "after-tiles": (sequencer.Growing, "close", "after"),
        "before-swap-commit": (turns, "swap_checkpoint", "after"),
        "after-swap": (sequencer, "_swap", "after"),
        "before-publish": (publishing, "_publish", "before"),
        "mid-publish": (files.TreeFiles, "publish", "part"),
        "after-publish-file": (files.TreeFiles, "publish", "after"),
        "after-publish": (publishing, "_publish", "after"),
    }
    owner, name, when = places[point]
    real, seen = getattr(owner, name), 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == nth and name == "_write" and when == "part":  # half of the bytes are there
            arguments[0].parent.mkdir(parents=True, exist_ok=True)
            arguments[0].write_bytes(arguments[1][: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        if seen == nth and when == "part":  # everything but the rename
            real_replace = Path.replace
            Path.replace = lambda path, target: os.kill(os.getpid(), signal.SIGKILL) or real_replace(path, target)
        if seen == nth and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = real(*arguments, **named)
        if seen == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, wrapped)


def sequence(together: str = "") -> dict[str, Any]:
    """Sequence and publish, then verify everything. ``together``: wait until another process has come as far."""
    from support import builders
    from xinheng.apps.ledger import files, publishing, sequencer, verifying
    from xinheng.apps.ledger.models import Checkpoint

    if together:
        here = Path(os.environ["XINHENG_VAR"])
        (here / f"ready-{os.getpid()}").touch()
        while len(list(here.glob("ready-*"))) < 2:
            time.sleep(0.001)
    sequencer.sequence(at=builders.AT)
    publishing.publish(at=builders.AT)
    last = Checkpoint.objects.order_by("-number").first()
    return {
        "size": last.size,
        "root": bytes(last.root).hex(),
        "map_root": bytes(last.map_root).hex(),
        "published": files.tree_files().published(),
        "checkpoints": Checkpoint.objects.count(),
        "wrong": verifying.verify().wrong,
    }


def prepare() -> None:
    """Make the database, two departments and an officer in each."""
    from django.core.management import call_command

    from support import builders
    from xinheng.apps.accounts.actions import sync_departments
    from xinheng.apps.accounts.models import Account, Department

    call_command("migrate", verbosity=0)
    sync_departments(policy=builders.policy())
    for number, department in enumerate(Department.objects.order_by("code")):
        Account.objects.create(username=f"officer{number}", department=department)


def hand_in(path: str, officer: str = "officer0", wait_for: str = "") -> dict[str, Any]:
    """Hand a file in; ``wait_for`` holds everything back until a file of that name appears."""
    from support import builders
    from xinheng.apps.accounts.models import Account
    from xinheng.apps.intake import actions

    by = Account.objects.get(username=officer)
    submission = actions.hand_in(
        source=Path(path), department=by.department, by=by, at=builders.AT, item="adm.penalty", certify=False
    )
    if wait_for:
        Path(f"{wait_for}.{officer}").touch()
        while not Path(wait_for).exists():
            time.sleep(0.005)
    if submission.counts.get("new", 0) + submission.counts.get("versions", 0) + submission.counts.get("unchanged", 0):
        submission = actions.carry_on(submission=submission, by=by, at=builders.AT)
    return {
        "state": submission.state,
        "counts": submission.counts,
        "notices": submission.notices,
        "ref": submission.ref,
    }


def receive(path: str, officer: str = "officer0") -> dict[str, Any]:
    """Only receive a file."""
    from support import builders
    from xinheng.apps.accounts.models import Account
    from xinheng.apps.intake import actions

    by = Account.objects.get(username=officer)
    told = {"department": by.department, "by": by, "at": builders.AT, "item": "adm.penalty"}
    return {"ref": actions.receive(source=Path(path), **told).ref}


def check(ref: str) -> dict[str, Any]:
    """Only check what was received."""
    from support import builders
    from xinheng.apps.intake import actions
    from xinheng.apps.intake.models import Submission

    submission = Submission.objects.get(ref=ref)
    return {"state": actions.check(submission=submission, by=submission.officer, at=builders.AT).state}


def accept(ref: str) -> dict[str, Any]:
    """Sign what was checked, if nobody has, and accept it."""
    from support import builders
    from xinheng.apps.intake import actions
    from xinheng.apps.intake.models import State, Submission

    submission = Submission.objects.get(ref=ref)
    if submission.state == State.CHECKED:
        actions.certify(submission=submission, by=submission.officer, at=builders.AT)
    return {"state": actions.accept(submission=submission, by=submission.officer, at=builders.AT).state}


def settle(path: str) -> dict[str, Any]:
    """Recover, hand the same file in again, and count: what is there before, and what at the end."""
    return {"before": census(), "recovered": recover(), "again": hand_in(path), "after": census()}


def recover() -> dict[str, Any]:
    """Recover as the server does when it starts."""
    from support import builders
    from xinheng.apps.intake import actions

    done = actions.recover(at=builders.later(minutes=5), alone=True)
    return {"resumed": done.resumed, "rolled_back": done.rolled_back}


def census() -> dict[str, int]:
    """Count what is there, visible or not."""
    from xinheng.apps.intake.models import ReturnedRow, Submission
    from xinheng.apps.records import queries
    from xinheng.apps.records.models import Confirmation, Record, Version
    from xinheng.apps.subjects.models import Name
    from xinheng.apps.subjects.search import search

    return {
        "visible": queries.current().count(),
        "versions": Version.objects.count(),
        "records": Record.objects.count(),
        "confirmations": Confirmation.objects.count(),
        "returned": ReturnedRow.objects.count(),
        "submissions": Submission.objects.count(),
        "names": Name.objects.count(),
        "found": len(search("测试", limit=1000)),
    }


def main() -> None:
    """Do one step and print what came of it."""
    step, *arguments = sys.argv[1:]
    start()
    if point := os.environ.get("DIE_AT"):
        die_at(point, int(os.environ.get("DIE_NTH", "1")))
    if point := os.environ.get("DIE_IN_LEDGER"):
        die_in_ledger(point, int(os.environ.get("DIE_NTH", "1")))
    from xinheng.apps.intake.faults import told_clearly
    from xinheng.core.refusal import Refusal

    try:
        with told_clearly():  # as the command line and the pages do around everything
            said = globals()[step](*arguments)
    except Refusal as refusal:
        said = {"refused": refusal.code, "message": str(refusal)}
    sys.stdout.write(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    main()
