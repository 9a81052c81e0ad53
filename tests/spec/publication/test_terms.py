"""How long everything else is shown, and what is never shown."""

import tomllib
from datetime import date

from spec.rulebook import ROOT
from xinheng.core.policy.model import SubjectKind
from xinheng.core.publication.answers import answer
from xinheng.core.publication.deciding import decide
from xinheng.core.publication.facts import PublicationFacts, State, closing_day
from xinheng.core.publication.redaction import redact
from xinheng.core.publication.rules import Rules

title = "其他信息公示多久，哪些不公示"
about = """
每个目录项写明公示规则：有效期内、移出前、名单、若干年等。记录被撤回、更正、修复或者临时屏蔽的，立即停止公示。
自然人的信息不公示。公示的文字中，身份证号、电话、银行账号、邮箱、车牌号和住址予以隐去。
"""

FOLDER = ROOT / "policy/national/publication"
RULES = Rules.from_tables(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))
STATES = {
    "有效": State.CURRENT,
    "撤回": State.WITHDRAWN,
    "更正": State.SUPERSEDED,
    "修复": State.REPAIRED,
    "屏蔽": State.SHIELDED,
}
KINDS = {"企业": SubjectKind.ENTERPRISE, "个体工商户": SubjectKind.TRADER, "自然人": SubjectKind.PERSON}
CLASSES = {"社会公开": "P", "授权查询": "Q", "政务共享": "G", "内部": "X"}


def shown(
    on: str, rule: str = "valid", governing_on: str = "2026-04-08", closing_on: str = "", state: str = "有效",
    subject: str = "企业", publish: str = "社会公开", item_state: str = "",
) -> str:  # fmt: skip
    facts = PublicationFacts(
        item="x",
        publish=CLASSES[publish],
        publication_rule=rule,
        subject_kind=KINDS[subject],
        governing_on=date.fromisoformat(governing_on),
        closing_on=closing_day(closing_on or None),
        state=STATES[state],
        values={"state": item_state or None},
    )
    found = decide(facts, RULES, on=date.fromisoformat(on))
    if not found.shown:
        return f"不公示：{found.sentence.rstrip('。')}"
    return f"公示至 {found.until}" if found.until else "公示，未定截止日"


def nothing_found(publish: str, known: str, shown: str) -> str:
    found = answer(publish=CLASSES[publish], organisation_known=known == "是", shown=int(shown))
    return found.heading if found else "列出信息"


def test_terms(examples):
    """有效期内（valid）、移出前（cured、open、list）、长期（permanent、registered）、若干年"""
    examples(
        shown,
        """
        rule      | governing_on | closing_on | on         | answer
        valid     | 2026-04-08   | 2031-04-07 | 2031-04-07 | 公示至 2031-04-07
        valid     | 2026-04-08   | 2031-04-07 | 2031-04-08 | 不公示：公示期已满，自动停止公示
        valid     | 2026-04-08   | 2099-12-31 | 2060-01-01 | 公示，未定截止日
        cured     | 2026-04-08   |            | 2060-01-01 | 公示，未定截止日
        cured     | 2026-04-08   | 2026-06-01 | 2026-05-31 | 公示至 2026-05-31
        cured     | 2026-04-08   | 2026-06-01 | 2026-06-01 | 不公示：公示期已满，自动停止公示
        list      | 2026-04-08   |            | 2029-04-08 | 公示至 2029-04-08
        list      | 2026-04-08   |            | 2029-04-09 | 不公示：公示期已满，自动停止公示
        list      | 2026-04-08   | 2027-06-01 | 2027-06-01 | 不公示：公示期已满，自动停止公示
        permanent | 2026-04-08   | 2026-06-01 | 2060-01-01 | 公示，未定截止日
        registered | 2026-04-08  | 2026-06-01 | 2060-01-01 | 公示，未定截止日
        1y        | 2024-02-29   |            | 2025-02-28 | 公示至 2025-02-28
        1y        | 2024-02-29   |            | 2025-03-01 | 不公示：公示期已满，自动停止公示
        3y        | 2026-04-08   |            | 2029-04-08 | 公示至 2029-04-08
        never     | 2026-04-08   |            | 2026-04-09 | 不公示：该类信息依法不向社会公示，本人或经本人授权可以查询
        """,
    )


def test_states(examples):
    """记录状态变化，立即停止公示"""
    examples(
        shown,
        """
        state | on         | answer
        有效  | 2026-05-01 | 公示，未定截止日
        撤回  | 2026-05-01 | 不公示：该信息已被作出机关撤回或撤销，不再公示
        更正  | 2026-05-01 | 不公示：该信息已更正，以更正后的信息为准
        修复  | 2026-05-01 | 不公示：该信息已完成信用修复，不再公示、共享和使用
        屏蔽  | 2026-05-01 | 不公示：该主体正在执行重整计划，依裁定临时屏蔽
        """,
    )


def test_states_of_the_item(examples):
    """记录自身的状态表明已失效、已移出或者尚未正式列入的，不公示"""
    examples(
        shown,
        """
        rule  | item_state     | on         | answer
        valid | 有效           | 2026-05-01 | 公示，未定截止日
        valid | 无效           | 2026-05-01 | 不公示：按记录现状（已失效、已移出或者尚未正式列入），不予公示
        list  | 已列入         | 2026-05-01 | 公示至 2029-04-08
        list  | 异议中         | 2026-05-01 | 公示至 2029-04-08
        list  | 拟列入(已告知) | 2026-05-01 | 不公示：按记录现状（已失效、已移出或者尚未正式列入），不予公示
        list  | 已移出(修复)   | 2026-05-01 | 不公示：按记录现状（已失效、已移出或者尚未正式列入），不予公示
        """,
    )


def test_subjects_and_classes(examples):
    """自然人的信息不公示；不属社会公开的信息不公示"""
    examples(
        shown,
        """
        subject    | publish  | on         | answer
        企业       | 社会公开 | 2026-05-01 | 公示，未定截止日
        个体工商户 | 社会公开 | 2026-05-01 | 公示，未定截止日
        自然人     | 社会公开 | 2026-05-01 | 不公示：自然人的信息不公示，本人可凭身份核验查询
        企业       | 授权查询 | 2026-05-01 | 不公示：该类信息依法不向社会公示，本人或经本人授权可以查询
        企业       | 政务共享 | 2026-05-01 | 不公示：该类信息依法不向社会公示，本人或经本人授权可以查询
        企业       | 内部     | 2026-05-01 | 不公示：该类信息依法不向社会公示，本人或经本人授权可以查询
        """,
    )


def test_three_answers(examples):
    """查不到时有三种不同的答复，都不透露平台存有什么"""
    examples(
        nothing_found,
        """
        publish  | known | shown | answer
        社会公开 | 是    | 1     | 列出信息
        社会公开 | 是    | 0     | 暂无公示信息
        政务共享 | 是    | 0     | 该类信息不公示
        授权查询 | 是    | 3     | 该类信息不公示
        社会公开 | 否    | 0     | 未查到该主体
        政务共享 | 否    | 0     | 未查到该主体
        """,
    )


def test_redaction(examples):
    """公示的文字隐去可以识别个人的内容，保留机构代码、文号和金额"""
    examples(
        redact,
        """
        text | answer
        当事人张三（身份证号440399194912312102）未按规定 | 当事人张三（身份证号【身份证号已隐去】）未按规定
        联系电话13800138000，座机0755-26012345 | 联系电话【电话已隐去】，座机【电话已隐去】
        李四，住深圳市南山区某某花园3栋501。 | 李四，住【住址已隐去】。
        驾驶粤B12345小型客车 | 驾驶【车牌号已隐去】小型客车
        统一社会信用代码914403001922038216 | 统一社会信用代码914403001922038216
        罚款人民币278862元 | 罚款人民币278862元
        """,
    )
