"""What is wrong with the evaluation models, told with file and line."""

from __future__ import annotations

from pathlib import Path

from xinheng.core.evaluation.loading import line_of, read_models
from xinheng.core.evaluation.matters import matters_of
from xinheng.core.evaluation.scales import scales_of
from xinheng.core.policy.errors import PolicyError, Problem
from xinheng.core.policy.model import Policy


def problems_of(policy: Policy, root: Path) -> list[Problem]:
    """Return the problems of all models; ``where`` begins with the line of the file."""
    _, problems = read_models(policy)
    try:
        scales_of(policy)
        matters_of(policy)
    except PolicyError as refused:
        problems = [*problems, *refused.errors]
    return [located(problem, root) for problem in problems]


def located(problem: Problem, root: Path) -> Problem:
    """Return a problem with the line in its file."""
    files = sorted(root.glob(f"*/{problem.path}"))
    if not files:
        return problem
    line = line_of(files[0].read_text(encoding="utf-8"), problem.where)
    path = files[0].relative_to(root).as_posix()
    return Problem(path, f"第 {line} 行 {problem.where}", problem.code, problem.english, problem.chinese)
