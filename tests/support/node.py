"""A node of its own, in a process of its own, with its own database and keys: for tests of two nodes that exchange and reconcile.

The test speaks with it in lines of JSON, and stands between two nodes: every message passes through its hands, so it can lose,
change, repeat or hold it back. Run as ``python -m support.node``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Meddle = Callable[[bytes], bytes]


class Refused(Exception):
    """The node refused what it was asked to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Node:
    """The test's hold on a node."""

    def __init__(self, folder: Path, code: str, **environment: str) -> None:
        self.code, self.folder = code, folder
        self.peer: Node | None = None
        self.meddle: Meddle = lambda message: message  # with what we send
        self.meddle_back: Meddle = lambda message: message  # with what comes back
        self.sent: list[bytes] = []
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.node"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root / "tests")]),
                "XINHENG_VAR": str(folder),
                "XINHENG_NODE": f"{code}.example/node",
                "XINHENG_LEDGER_ORIGIN": f"{code}.example/log",
                "XINHENG_DAY": "2026-11-23",
            }
            | environment,
        )

    def __enter__(self) -> Node:
        self.do("start")
        return self

    def __exit__(self, *failed: object) -> None:
        self.stop()

    def do(self, step: str, **told: Any) -> Any:
        """Have the node do something, passing its messages on while it does."""
        self._write({"do": step, **told})
        while True:
            line = self._process.stdout.readline()
            if not line:
                raise AssertionError(f"the node {self.code} has died")
            answer = json.loads(line)
            if "post" not in answer:
                break
            message = b64decode(answer["post"])
            self.sent.append(message)
            try:
                reply = self.peer.answer(self.meddle(message))
                self._write({"posted": b64encode(self.meddle_back(reply)).decode()})
            except Refused as refused:
                self._write({"refused": refused.code})
            except ConnectionError:
                self._write({"lost": True})
        if "refused" in answer:
            raise Refused(answer["refused"], answer["message"])
        if "defect" in answer:
            raise AssertionError(answer["defect"])
        return answer["done"]

    def answer(self, message: bytes, **told: Any) -> bytes:
        """Have the node answer a message of another."""
        return b64decode(self.do("answer", message=b64encode(message).decode(), **told))

    def stop(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _write(self, told: dict[str, Any]) -> None:
        self._process.stdin.write(json.dumps(told, ensure_ascii=False) + "\n")
        self._process.stdin.flush()


class Steps:
    """What a node can be told to do."""

    clock_shift = timedelta()

    def start(self) -> None:
        """Make the database and the departments."""
        from django.core.management import call_command

        from support import builders
        from xinheng.apps.accounts.actions import sync_departments
        from xinheng.apps.accounts.models import Account, Department

        call_command("migrate", verbosity=0)
        sync_departments(policy=builders.policy())
        Account.objects.get_or_create(
            username="officer", defaults={"department": Department.objects.order_by("code").first()}
        )

    def now(self) -> Any:
        """This node's clock."""
        from xinheng.apps.clock import now

        return now() + self.clock_shift

    def shift(self, seconds: float) -> None:
        """Set the clock wrong."""
        self.clock_shift = timedelta(seconds=seconds)

    def card(self, code: str, name: str) -> dict[str, str]:
        """Return the node's card."""
        from xinheng.apps.exchange.actions import own_card

        return own_card(code=code, name=name, address="http://test.invalid")

    def meet(self, card: dict[str, str], way: str = "http") -> None:
        """Register another node."""
        from xinheng.apps.exchange.actions import meet
        from xinheng.apps.exchange.models import Way

        meet(card=card, way=Way(way), by=None, at=self.now())

    def agree(self, code: str, direction: str, items: list[str], **told: Any) -> None:
        """Open a channel."""
        from support import builders
        from xinheng.apps.accounts.models import Department
        from xinheng.apps.exchange.actions import agree
        from xinheng.apps.exchange.models import Counterpart, Direction

        if until := told.get("granted_until"):
            told["granted_until"] = date.fromisoformat(until)
        agree(
            counterpart=Counterpart.objects.get(code=code),
            direction=Direction(direction),
            items=items,
            by=None,
            at=self.now(),
            on=builders.DAY,
            department=Department.objects.order_by("code").last(),
            **told,
        )

    def hand_in(self, rows: list[dict[str, Any]], item: str = "adm.penalty") -> dict[str, Any]:
        """Report rows."""
        from xinheng.apps.accounts.models import Account
        from xinheng.apps.intake import actions

        by = Account.objects.get(username="officer")
        done = actions.hand_in(source=rows, department=by.department, by=by, at=self.now(), item=item)
        return {"ref": done.ref, "state": done.state, "counts": done.counts, "notices": done.notices}

    def withdraw(self, ref: str) -> None:
        """Withdraw a submission."""
        from xinheng.apps.accounts.models import Account
        from xinheng.apps.intake import actions
        from xinheng.apps.intake.models import Submission

        by = Account.objects.get(username="officer")
        actions.withdraw(submission=Submission.objects.get(ref=ref), because="报错", by=by, at=self.now())

    def end(self, doc_no: str) -> None:
        """End one record by an event."""
        from xinheng.apps.accounts.models import Account
        from xinheng.apps.records import queries
        from xinheng.apps.records.actions import withdraw_record

        record = queries.current().get(title=doc_no).record
        withdraw_record(record=record, because="决定已撤销", by=Account.objects.get(username="officer"), at=self.now())

    def checkpoint(self) -> int:
        """Sequence and publish; return the size of the log."""
        from xinheng.apps.ledger.publishing import publish
        from xinheng.apps.ledger.sequencer import sequence

        sequence(at=self.now())
        told = publish(at=self.now())
        return told.checkpoint.size

    def answer(self, message: str, way: str = "http") -> str:
        """Answer a message."""
        from xinheng.apps.exchange import desk
        from xinheng.apps.exchange.models import Way

        return b64encode(desk.answer(b64decode(message), at=self.now(), way=Way(way))).decode()

    def pull(self, code: str) -> dict[str, Any]:
        """Take in everything new of a counterpart."""
        from xinheng.apps.exchange import pulling

        taken = pulling.pull(self._channel(code, "in"), self._post, clock=self.now)
        return {name: getattr(taken, name) for name in taken.__slots__}

    def small_pages(self, most: int) -> None:
        """Ask for few entries at a time."""
        from xinheng.apps.exchange import feeding

        feeding.MOST = most

    def fetch_rejections(self, code: str) -> int:
        """Fetch what a counterpart sent back."""
        from xinheng.apps.exchange import pulling

        return pulling.fetch_rejections(self._channel(code, "out"), self._post, clock=self.now)

    def package(self, code: str, folder: str, first: int | None = None) -> list[str]:
        """Write day packages."""
        from xinheng.apps.exchange import pulling

        return [str(p) for p in pulling.package(self._channel(code, "out"), Path(folder), first=first, at=self.now())]

    def take(self, paths: list[str]) -> list[str]:
        """Take day packages in; return what became of each."""
        from xinheng.apps.exchange import pulling
        from xinheng.core.refusal import Refusal

        done = pulling.take_files([Path(path) for path in paths], at=self.now())
        return [told.code if isinstance(told, Refusal) else "taken" for _, told in done]

    def reconcile(self, code: str, direction: str = "out", anew: bool = False) -> dict[str, Any]:
        """Run a reconciliation over the network."""
        from xinheng.apps.exchange.transport import run_over

        return self._told(
            run_over(self._post, channel=self._channel(code, direction), by=None, clock=self.now, anew=anew)
        )

    def begin_files(self, code: str, folder: str, direction: str = "out") -> str:
        """Begin a reconciliation by files."""
        from xinheng.apps.exchange.transport import begin_files

        return begin_files(Path(folder), channel=self._channel(code, direction), by=None, at=self.now()).ref

    def go_on_files(self, ref: str, folder: str) -> dict[str, Any]:
        """Go on with a reconciliation by files."""
        from xinheng.apps.exchange.models import Run
        from xinheng.apps.exchange.transport import go_on_files

        return self._told(go_on_files(Path(folder), Run.objects.get(ref=ref), at=self.now()))

    def serve_files(self, folder: str) -> list[str | None]:
        """Answer the questions in a folder."""
        from xinheng.apps.exchange.transport import serve_files

        return [refusal.code if refusal else None for _, refusal in serve_files(Path(folder), at=self.now())]

    def tasks(self) -> list[dict[str, Any]]:
        """Return the open differences."""
        from xinheng.apps.exchange.models import Task

        return [
            {"kind": t.kind, "item": t.item, "name": bytes(t.name).hex(), "fields": t.fields, "owner": str(t.owner)}
            for t in Task.objects.filter(closed_run=None).order_by("item", "name")
        ]

    def standing(self) -> list[str]:
        """Return the titles of current records, with what they say of the facts."""
        from xinheng.apps.records import queries

        return sorted(f"{v.title} {queries.content(v).get('facts', '')}" for v in queries.current())

    def channel(self, code: str, direction: str) -> dict[str, Any]:
        """Return how far a channel is."""
        channel = self._channel(code, direction)
        return {"agreed": channel.agreed_position, "position": channel.position, "shared_to": channel.shared_to}

    def audited(self, action: str) -> list[dict[str, Any]]:
        """Return what the audit trail says of an action."""
        from xinheng.apps.audit.models import Event

        return list(Event.objects.filter(action=action).order_by("pk").values_list("facts", flat=True))

    def rows(self, model: str, fields: list[str]) -> list[list[Any]]:
        """Return fields of a model of the exchange."""
        from xinheng.apps.exchange import models

        return [list(map(str, row)) for row in getattr(models, model).objects.order_by("pk").values_list(*fields)]

    def sql(self, statement: str, parameters: list[Any] | None = None) -> list[list[Any]]:
        """Meddle with the database behind the program's back."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or [])
            return [[str(v) for v in row] for row in cursor.fetchall()] if cursor.description else []

    def _told(self, run: Any) -> dict[str, Any]:
        return {
            "ref": run.ref,
            "state": run.state,
            "counts": run.counts,
            "held": run.held,
            "rounds": run.rounds,
            "sent": run.sent,
            "received": run.received,
            "statement": run.statement,
            "found": bytes(run.found).decode(),
        }

    def _channel(self, code: str, direction: str) -> Any:
        from xinheng.apps.exchange.models import Channel

        found = Channel.objects.filter(counterpart__code=code, direction=direction)
        return found.select_related("counterpart").get()

    def _post(self, message: bytes) -> bytes:
        from xinheng.apps.exchange.models import Counterpart
        from xinheng.apps.exchange.transport import NoAnswer
        from xinheng.core.exchange.refusals import RefusedThere

        _say({"post": b64encode(message).decode()})
        answer = json.loads(sys.stdin.readline())
        if "posted" in answer:
            return b64decode(answer["posted"])
        if "refused" in answer:
            raise RefusedThere(there=answer["refused"], why="")
        raise NoAnswer(counterpart=Counterpart.objects.first(), why="lost")


def _say(told: dict[str, Any]) -> None:
    sys.__stdout__.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.__stdout__.flush()


def main() -> None:
    """Do what each line says."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.project.settings"
    sys.stdout = sys.stderr
    import django

    django.setup()
    import xinheng.apps.policy
    from support import builders
    from xinheng.core.refusal import Refusal

    if longest := os.environ.get("LONGEST_FACTS"):
        builders.LONGEST_FACTS = int(longest)
    builders.PHONE = bool(os.environ.get("PERSONAL"))
    xinheng.apps.policy._load = lambda root, authority: builders.policy()
    steps = Steps()
    for line in iter(sys.stdin.readline, ""):
        told = json.loads(line)
        try:
            _say({"done": getattr(steps, told.pop("do"))(*told.pop("args", ()), **told)})
        except Refusal as refusal:
            _say({"refused": refusal.code, "message": str(refusal)})
        except Exception:  # noqa: BLE001  told to the test, which fails with it
            _say({"defect": traceback.format_exc()})


if __name__ == "__main__":
    main()
