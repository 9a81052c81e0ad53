"""Checks of a small item of our own."""

import polars as pl
import pytest

from documents.small import GOOD, ON, PENALTY, FramesSource, code_list
from xinheng.core.intake.engine import Checking, check_source
from xinheng.core.intake.table import FrameTable
from xinheng.core.policy.model import DenyWord, Policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    """Policy of the one item."""
    return Policy(
        authority="shenzhen",
        digest="sha256:example",
        item_versions={PENALTY.id: (PENALTY,)},
        codelists={
            "subject-type": code_list("subject-type", "相对人类别", "法人及非法人组织", "个体工商户", "自然人"),
            "penalty-kind": code_list("penalty-kind", "处罚类别", "警告", "罚款", *(f"类别{n}" for n in range(60))),
        },
        departments=(),
        deny_words=(DenyWord(word="宗教信仰", topic="宗教信仰", basis="深圳经济特区社会信用条例"),),
    )


@pytest.fixture
def checking(policy):
    """Return checks over rows given as changes to a good one, each with its own document number unless it names one."""

    def make(*rows: dict, sheet: str | None = "行政处罚", more_columns: tuple[str, ...] = (), **how) -> Checking:
        filled = [
            dict.fromkeys(more_columns) | GOOD | {"行政处罚决定书文号": f"深市监罚〔2026〕{n}号"} | row
            for n, row in enumerate(rows, 1)
        ]
        titles = dict.fromkeys(title for row in filled for title in row)
        frame = pl.DataFrame(
            [[row.get(t) for row in filled] for t in titles], schema=dict.fromkeys(titles, pl.String), orient="col"
        )
        return check_source(FramesSource([FrameTable(frame, sheet=sheet, **how)]), policy, on=ON, item_id=PENALTY.id)

    return make
