"""What is wrong with policy data: collected from all files, each with its place, and refused at once."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file."""

    path: str  # national/catalog/adm.penalty.toml
    where: str  # key, field or line
    code: str  # item.basis-missing
    english: str
    chinese: str

    def __str__(self) -> str:
        return f"{self.path}: {self.where}: {self.english} / {self.chinese} [{self.code}]"


@dataclass
class Problems:
    """The problems found so far. Reading goes on after each, so that all are reported together."""

    found: list[Problem] = field(default_factory=list)

    def add(self, path: str, where: str, code: str, english: str, chinese: str) -> None:
        """Note one problem."""
        self.found.append(Problem(path, where, code, english, chinese))


class PolicyError(Exception):
    """The policy data cannot be used; ``errors`` holds every problem."""

    def __init__(self, errors: list[Problem]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("\n".join(str(error) for error in self.errors))
