"""Starting the steps of ``support.installation`` in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installation:
    """A folder and a database, and processes that work on them."""

    folder: Path
    database_url: str = ""

    def begin(self, step: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a step."""
        env = os.environ | environment
        env |= {
            "XINHENG_VAR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("src", "tests")),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "support.installation", step, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
            cwd=ROOT,
        )

    def run(self, step: str, *arguments: str, **environment: str) -> Any:
        """Do a step and return what it says."""
        process = self.begin(step, *arguments, **environment)
        return self.end(process)

    def end(self, process: subprocess.Popen[str]) -> Any:
        """Wait for a step and return what it says."""
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err[-3000:]
        return json.loads(out.strip().splitlines()[-1])

    def killed(self, step: str, *arguments: str, **environment: str) -> None:
        """Do a step that must die on the way."""
        process = self.begin(step, *arguments, **environment)
        _, err = process.communicate(timeout=120)
        assert process.returncode == -9, (process.returncode, err[-3000:])
