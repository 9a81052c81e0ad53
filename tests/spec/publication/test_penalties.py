"""How long a penalty is shown."""

import tomllib
from datetime import date

from spec.rulebook import ROOT
from xinheng.core.policy.model import SubjectKind
from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import PublicationFacts, closing_day
from xinheng.core.publication.rules import Rules

title = "行政处罚信息公示多久"
about = """
失信程度（轻微、一般、严重）以作出机关认定的为准；没有认定的，由系统按处罚种类建议，并注明“待确认”。
决定当日施行的规则和查询当日施行的规则不同的，适用对当事人有利的一种。公示期自决定之日起算，到期当日终了自动停止。
"""

FOLDER = ROOT / "policy/national/publication"
RULES = Rules.from_tables(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))


def shown(
    decided_on: str, on: str, kinds: str = "罚款", grade: str = "", procedure: str = "", provider_until: str = ""
) -> str:
    facts = PublicationFacts(
        item="adm.penalty",
        publish="P",
        publication_rule="grade",
        subject_kind=SubjectKind.ENTERPRISE,
        governing_on=date.fromisoformat(decided_on),
        closing_on=closing_day(provider_until or None),
        values={"kinds": kinds, "credit_grade": grade or None, "case_procedure": procedure or None},
    )
    answer = decide(facts, RULES, on=date.fromisoformat(on))
    if not answer.shown:
        return f"不公示：{answer.sentence.rstrip('。')}"
    repair = f"，{answer.earliest_repair} 起可申请修复" if answer.earliest_repair else ""
    return f"公示至 {answer.until}{repair}（{answer.rule_id}{'，待确认' if answer.provisional else ''}）"


def test_order_36(examples):
    """2026年4月1日起：轻微原则上不公示；一般三个月至一年；严重一年至三年"""
    examples(
        shown,
        """
        decided_on | grade | on         | answer
        2026-04-08 | 轻微  | 2026-05-01 | 不公示：轻微失信信息，原则上不公示
        2026-04-08 | 一般  | 2026-04-07 | 不公示：决定日期尚未到来，暂不公示
        2026-04-08 | 一般  | 2026-04-08 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general）
        2026-04-08 | 一般  | 2027-04-08 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general）
        2026-04-08 | 一般  | 2027-04-09 | 不公示：公示期已满，自动停止公示
        2026-04-08 | 严重  | 2029-04-08 | 公示至 2029-04-08，2027-04-08 起可申请修复（r3.serious）
        2026-04-08 | 严重  | 2029-04-09 | 不公示：公示期已满，自动停止公示
        """,
    )


def test_month_ends(examples):
    """到期月没有对应日的，到月末日为止"""
    examples(
        shown,
        """
        decided_on | grade | on         | answer
        2026-11-30 | 一般  | 2026-12-01 | 公示至 2027-11-30，2027-02-28 起可申请修复（r3.general）
        2028-02-29 | 一般  | 2028-03-01 | 公示至 2029-02-28，2028-05-29 起可申请修复（r3.general）
        2028-02-29 | 一般  | 2029-02-28 | 公示至 2029-02-28，2028-05-29 起可申请修复（r3.general）
        2028-02-29 | 一般  | 2029-03-01 | 不公示：公示期已满，自动停止公示
        2028-02-29 | 严重  | 2028-03-01 | 公示至 2031-02-28，2029-02-28 起可申请修复（r3.serious）
        """,
    )


def test_change_of_regime(examples):
    """2026年3月31日与4月1日：新旧规则并存时，适用对当事人有利的一种"""
    examples(
        shown,
        """
        decided_on | grade | on         | answer
        2026-03-31 | 一般  | 2026-03-31 | 公示至 2029-03-31，2026-06-30 起可申请修复（r1.ordinary，待确认）
        2026-03-31 | 一般  | 2026-04-01 | 公示至 2027-03-31，2026-06-30 起可申请修复（r3.general）
        2026-04-01 | 一般  | 2026-04-01 | 公示至 2027-04-01，2026-07-01 起可申请修复（r3.general）
        2025-03-31 | 一般  | 2026-03-31 | 公示至 2028-03-31，2025-06-30 起可申请修复（r1.ordinary，待确认）
        2025-03-31 | 一般  | 2026-04-01 | 不公示：公示期已满，自动停止公示
        2026-03-31 | 严重  | 2026-04-01 | 公示至 2029-03-31，2027-03-31 起可申请修复（r3.serious）
        2026-03-31 | 轻微  | 2026-04-01 | 不公示：轻微失信信息，原则上不公示
        """,
    )


def test_older_regimes(examples):
    """2019年7月1日和2023年5月1日两次变更"""
    examples(
        shown,
        """
        decided_on | grade | on         | answer
        2019-06-30 | 一般  | 2019-06-30 | 不公示：查询当日没有适用的公示规则，不予公示
        2019-06-30 | 一般  | 2019-07-01 | 公示至 2020-06-30，2019-09-30 起可申请修复（r0.general）
        2023-04-30 | 一般  | 2023-04-30 | 公示至 2024-04-30，2023-07-30 起可申请修复（r0.general）
        2023-04-30 | 一般  | 2023-05-01 | 公示至 2024-04-30，2023-07-30 起可申请修复（r0.general）
        2023-05-01 | 一般  | 2023-05-01 | 公示至 2026-05-01，2023-08-01 起可申请修复（r1.ordinary，待确认）
        2023-04-30 | 轻微  | 2023-05-01 | 不公示：轻微失信信息，原则上不公示
        2022-01-31 | 严重  | 2022-02-01 | 公示至 2025-01-31，2022-07-31 起可申请修复（r0.serious）
        """,
    )


def test_degree_from_kinds(examples):
    """没有认定失信程度的，按处罚种类建议，数种并处从重；罚款数额线未公布的，不推定为严重"""
    examples(
        shown,
        """
        kinds               | procedure | decided_on | on         | answer
        警告                |           | 2026-04-08 | 2026-05-01 | 不公示：轻微失信信息，原则上不公示
        警告;通报批评       |           | 2026-04-08 | 2026-05-01 | 不公示：轻微失信信息，原则上不公示
        罚款                | 简易程序  | 2026-04-08 | 2026-05-01 | 不公示：轻微失信信息，原则上不公示
        罚款                | 普通程序  | 2026-04-08 | 2026-05-01 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general，待确认）
        警告;罚款           |           | 2026-04-08 | 2026-05-01 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general，待确认）
        没收非法财物        |           | 2026-04-08 | 2026-05-01 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general，待确认）
        暂扣许可证件        |           | 2026-04-08 | 2026-05-01 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general，待确认）
        罚款;吊销许可证件   |           | 2026-04-08 | 2026-05-01 | 公示至 2029-04-08，2027-04-08 起可申请修复（r3.serious，待确认）
        责令停产停业        |           | 2026-04-08 | 2026-05-01 | 公示至 2029-04-08，2027-04-08 起可申请修复（r3.serious，待确认）
        限制从业            |           | 2026-04-08 | 2026-05-01 | 公示至 2029-04-08，2027-04-08 起可申请修复（r3.serious，待确认）
        新设的处罚          |           | 2026-04-08 | 2026-05-01 | 不公示：失信程度尚未认定，暂不公示，待作出机关确认
        """,
    )


def test_end_given_by_the_provider(examples):
    """作出机关报送了公示截止期的，取较早的一天；2099年12月31日视为未填"""
    examples(
        shown,
        """
        provider_until | grade | decided_on | on         | answer
        2026-10-08     | 一般  | 2026-04-08 | 2026-10-08 | 公示至 2026-10-08，2026-07-08 起可申请修复（r3.general）
        2026-10-08     | 一般  | 2026-04-08 | 2026-10-09 | 不公示：公示期已满，自动停止公示
        2029-04-08     | 一般  | 2026-04-08 | 2026-10-09 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general）
        2099-12-31     | 一般  | 2026-04-08 | 2026-10-09 | 公示至 2027-04-08，2026-07-08 起可申请修复（r3.general）
        """,
    )
