"""The models of a policy: every file under ``evaluation/``, read strictly and refused with all reasons at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from xinheng.core.evaluation.building import build_model
from xinheng.core.evaluation.checking import check_model, check_models
from xinheng.core.evaluation.model import Model
from xinheng.core.evaluation.words_of_evidence import TABLE as EVIDENCE
from xinheng.core.evaluation.words_of_evidence import read_vocabulary
from xinheng.core.policy.errors import PolicyError, Problem, Problems
from xinheng.core.policy.model import Policy
from xinheng.core.refusal import Refusal

FOLDER, SCALES, MATTERS = "evaluation/", "evaluation/scales", "evaluation/matters"


class NoSuchModel(Refusal):
    """There is no model of this name."""

    code = "evaluation.no-such-model"
    message = "没有名为“{model}”的评价模型。可用的有：{known}。"


class ModelRefused(Refusal):
    """A model file cannot be used; ``problems`` holds every reason."""

    code = "evaluation.model-refused"
    message = "模型文件有 {count} 处问题，不能使用：{first}"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems), first=problems[0].chinese)
        self.problems = problems


@lru_cache(maxsize=8)
def models_of(policy: Policy) -> tuple[Model, ...]:
    """Return every version of every model, or raise PolicyError with everything that is wrong."""
    models, problems = read_models(policy)
    if problems:
        raise PolicyError(problems)
    return models


def read_models(policy: Policy) -> tuple[tuple[Model, ...], list[Problem]]:
    """Return the models that can be read and all problems."""
    problems = Problems()
    vocabulary = read_vocabulary(policy, problems)
    models = []
    for key, table in sorted(policy.tables.items()):
        if key.startswith(FOLDER) and key not in (EVIDENCE, SCALES, MATTERS) and isinstance(table, Mapping):
            model = build_model(table, f"{key}.toml", problems)
            if model is not None:
                models.append(model)
    check_models(models, vocabulary, policy, problems)
    return tuple(models), sorted(set(problems.found))


def read_model(text: str, policy: Policy, path: str) -> Model:
    """Return the model a file says, or raise ModelRefused: what the workbench and ``evaluate --file`` go through."""
    problems = Problems()
    vocabulary = read_vocabulary(policy, problems)
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise ModelRefused([_unreadable(path, wrong)]) from None
    model = build_model(table, path, problems)
    if model is not None:
        check_model(model, vocabulary, policy, problems)
    if problems.found or model is None:
        raise ModelRefused(sorted(set(problems.found)))
    return model


_AT_LINE = re.compile(r"at line ([0-9]+), column ([0-9]+)")


def _unreadable(path: str, wrong: tomllib.TOMLDecodeError) -> Problem:
    # What the parser says is English and for programmers; where it stumbled is what helps.
    found = _AT_LINE.search(str(wrong))
    place = f"line.{found[1]}" if found else "file"
    where = f"第 {found[2]} 个字符附近" if found else "文件没有写完，最后一处"
    chinese = f"{where}写法有误。请检查引号、等号、逗号和括号是否成对、齐全，数字里有没有别的字。"
    return Problem(path, place, "file.unreadable", str(wrong), chinese)


def model_named(policy: Policy, name: str, *, on: date) -> Model:
    """Return a model by id or id@version; without a version the one in force on this day, else the newest."""
    found = [model for model in models_of(policy) if name in (model.id, model.key)]
    if not found:
        raise NoSuchModel(model=name, known="、".join(model.id for model in models_of(policy)))
    ruling = [model for model in found if model.in_force(on)]
    return max(ruling or found, key=lambda model: model.version)


def line_of(text: str, where: str) -> int:
    """Return the line of a place such as ``indicator.L01.points`` in a model file; 1 where it cannot be told."""
    lines = text.splitlines()
    table, _, rest = where.partition(".")
    if table == "line":  # the text could not be read as tables at all
        return int(rest)
    if where == "file":
        return max(len(lines), 1)
    name, _, key = rest.partition(".")
    start = 0
    if name:
        heading = re.compile(rf"\[\[?{re.escape(table)}[\].]")
        named = re.compile(rf'\s*(id|grade)\s*=\s*"{re.escape(name)}"')
        places = [n for n, line in enumerate(lines) if named.match(line) and _under(lines, n, heading)]
        start = places[0] if places else 0
    wanted = re.compile(rf"\s*{re.escape((key or '' if name else table).split('.')[0])}\s*=")
    if key or not name:
        for number in range(start, len(lines)):
            if number > start and lines[number].startswith("[[") and name:
                break
            if wanted.match(lines[number]):
                return number + 1
    return start + 1


def _under(lines: list[str], number: int, heading: re.Pattern[str]) -> bool:
    above = next((lines[n] for n in range(number, -1, -1) if lines[n].startswith("[")), "")
    return bool(heading.match(above))
