"""A process that ends with the one that started it, even where that one was killed and could not say goodbye."""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

_LOOK_SECONDS, _STOP_SECONDS = 0.5, 15


def follow(parent: int) -> None:
    """Stop this process once ``parent`` is no longer its parent: asked first, and after a while made to."""
    threading.Thread(target=_watch, args=(parent,), name="tether", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_STOP_SECONDS)  # what was under way is taken up again at the next start
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Run a module in this process, tied to a parent: ``python -m xinheng.apps.tether PARENT MODULE ARGUMENT…``."""
    parent, module, *arguments = sys.argv[1:]
    follow(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
