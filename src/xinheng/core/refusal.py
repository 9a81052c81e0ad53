"""A refusal: the request cannot be done, with the reason, its basis and the next step, for the person who asked."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is refused. Subclasses name what happened and set ``code`` and ``message``."""

    code = "refused"
    message = "这项操作现在不能办理。"  # Chinese; may use the facts as {name}
    basis = ""

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return self.message.format(**self.facts)
