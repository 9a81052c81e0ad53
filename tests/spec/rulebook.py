"""The published rulebook: tables of examples are tests, and are printed to docs/rulebook as people read them.

A spec module names itself in ``title`` and ``about``; each test says its rule in Chinese in its docstring and hands
a function and a table to ``examples``. ``PYTHONPATH=src:tests python -m spec.rulebook`` prints the pages anew.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "rulebook"

HEADERS = {
    "day": "起算日", "days": "工作日数", "months": "月数", "answer": "结论", "decided_on": "决定日期", "on": "查询日",
    "kinds": "处罚类别", "grade": "失信程度", "procedure": "案件程序", "provider_until": "公示截止期", "rule": "公示规则",
    "governing_on": "产生日期", "closing_on": "终止日期", "state": "记录状态", "publish": "公开属性", "subject": "主体类别",
    "known": "有此主体", "shown": "可公示条数", "text": "原文", "item_state": "当前状态", "code": "填写内容", "other": "另一处填写",
    "here": "我方", "there": "对方", "in_register": "我方登记库", "due_on": "应到日", "rejected": "对方退回代码", "stands_there": "对方有同名记录",
    "arrived": "该批已到条数", "place": "在该批中第几条", "rows": "该批条数", "missing": "对方缺第几条",
}  # fmt: skip


def rows_of(table: str) -> list[dict[str, str]]:
    """Read a table drawn with bars; the first line holds the names of the arguments."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines() if line.strip()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def check(function: Callable[..., object], table: str) -> None:
    """Fail with every row that is answered otherwise than the table says."""
    wrong = []
    for row in rows_of(table):
        given = {name: value for name, value in row.items() if name != "answer"}
        answer = str(function(**given))
        if answer != row["answer"]:
            wrong.append(f"{given}: {answer!r}, the rulebook says {row['answer']!r}")
    assert not wrong, "\n".join(wrong)


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each page of the rulebook: where it stands and what it says."""
    for source in sorted(Path(__file__).parent.glob("*/test_*.py")):
        spec = importlib.util.spec_from_file_location(f"_rulebook_{source.parent.name}_{source.stem}", source)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield PAGES / source.parent.name / f"{source.stem.removeprefix('test_').replace('_', '-')}.md", _page(module)


def _page(module: ModuleType) -> str:
    parts = [f"# {module.title}", module.about.strip()]
    for name, test in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("test_") and "examples" in inspect.signature(test).parameters:
            parts.append((test.__code__.co_firstlineno, test))
    tests = sorted((part for part in parts if isinstance(part, tuple)), key=lambda pair: pair[0])
    printed = [part for part in parts if isinstance(part, str)]
    for _, test in tests:
        printed.append(f"## {inspect.getdoc(test)}")
        test(lambda _function, table, printed=printed: printed.append(_as_markdown(table)))
    return "\n\n".join(printed) + "\n"


def _as_markdown(table: str) -> str:
    rows = rows_of(table)
    names = list(rows[0])
    lines = [" | ".join(HEADERS[name] for name in names), " | ".join("---" for _ in names)]
    lines += [" | ".join(row[name] or "—" for name in names) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    """Write every page."""
    for path, text in pages():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
