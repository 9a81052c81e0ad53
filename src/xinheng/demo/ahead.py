"""The year's files are written by a process of their own, ahead of the hand-in: it writes while the register is still being made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from xinheng.core.policy.model import Policy
from xinheng.demo.files import DemoFile, Expected, write_files
from xinheng.demo.look import Look


class WritingStopped(RuntimeError):
    """The writing process ended before its last file."""


class Ahead:
    """Files being written for a city of so many organisations, this seed and day."""

    def __init__(self, folder: Path, *, organisations: int, seed: int, on: date) -> None:
        self.of = (organisations, seed, on)
        told = [str(os.getpid()), "xinheng.demo.ahead", str(folder), str(organisations), str(seed), on.isoformat()]
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and modules)
            [sys.executable, "-m", "xinheng.apps.tether", *told], stdout=subprocess.PIPE, start_new_session=True
        )

    def files(self, policy: Policy) -> Iterator[DemoFile]:
        """Yield each file once it is complete on disk. Raises WritingStopped."""
        on = self.of[2]
        by_code = {department.code: department for department in policy.departments}
        with self._process as process:
            assert process.stdout is not None
            for line in process.stdout:
                told = json.loads(line)
                yield DemoFile(
                    path=Path(told["path"]),
                    item=policy.item(told["item"], on=on),
                    department=by_code[told["department"]],
                    period=told["period"],
                    rows=told["rows"],
                    look=Look(**told["look"]),
                    expected=tuple(Expected(**one) for one in told["expected"]),
                )
        if code := process.returncode:
            raise WritingStopped(f"演示文件没有写完（退出码 {code}）。")

    def stop(self) -> None:
        """End the writing, where its files are not wanted."""
        with self._process:
            self._process.kill()


def _told(file: DemoFile) -> dict[str, object]:
    return {
        "path": str(file.path),
        "item": file.item.id,
        "department": file.department.code,
        "period": file.period,
        "rows": file.rows,
        "look": asdict(file.look),
        "expected": [asdict(one) for one in file.expected],
    }


def main() -> None:
    """Write the files, and one line of JSON about each."""
    import django

    django.setup()
    from xinheng.apps.policy import current_policy
    from xinheng.demo import city as cities

    folder, organisations, seed, on = sys.argv[1:]
    city = cities.build(
        current_policy(), organisations_count=int(organisations), seed=int(seed), on=date.fromisoformat(on)
    )
    for file in write_files(Path(folder), city):
        sys.stdout.write(json.dumps(_told(file), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
