"""Departments as a dated tree: city, districts and functional districts, bureaus and what stands below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from xinheng.core.policy.model import Department


@dataclass(frozen=True, slots=True)
class Node:
    """A department with those directly below it."""

    department: Department
    below: tuple[Node, ...]


def in_force(department: Department, on: date) -> bool:
    """Say whether the department exists on this day."""
    begun = department.effective_from is None or department.effective_from <= on
    return begun and (department.effective_to is None or on < department.effective_to)


def tree(departments: Iterable[Department], *, on: date) -> tuple[Node, ...]:
    """Return the departments of a day as trees, in the order of the policy; one whose parent has ended stands at the top."""
    there = [d for d in departments if in_force(d, on)]
    codes = {d.code for d in there}
    children: dict[str | None, list[Department]] = {}
    for department in there:
        children.setdefault(department.parent if department.parent in codes else None, []).append(department)

    def grow(above: str | None) -> tuple[Node, ...]:
        return tuple(Node(d, grow(d.code)) for d in children.get(above, ()))

    return grow(None)


def below(departments: Iterable[Department], code: str, *, on: date) -> frozenset[str]:
    """Return the codes of all departments below this one on this day, itself left out."""

    def codes(nodes: Iterable[Node]) -> Iterator[str]:
        for node in nodes:
            yield node.department.code
            yield from codes(node.below)

    def find(nodes: Iterable[Node]) -> Node | None:
        for node in nodes:
            if node.department.code == code:
                return node
            if (found := find(node.below)) is not None:
                return found
        return None

    here = find(tree(departments, on=on))
    return frozenset(codes(here.below)) if here else frozenset()
