"""What a reconciliation calls each difference."""

from datetime import date

from xinheng.core.reconciliation.differences import Answered, Known, Only, classify

title = "对账差异怎样分类"
about = """
两方各自的数据按目录项、主体和标识字段对应。对应不上或内容不一致的，按下列规则归入一类，每条差异有责任部门和办理期限，
只有新一次对账不再出现时才算办结。内容按规范形式比较：字符宽度、首尾空白、空字段、多选项的次序不同，不算差异。
"""

NAME = b"n" * 16
PRINTS = {"甲": "0" * 31 + "1", "乙": "0" * 31 + "2", "旧": "0" * 31 + "3"}


def kind(
    here: str = "", there: str = "", in_register: str = "", due_on: str = "", rejected: str = "", stands_there: str = "",
    arrived: str = "", place: str = "", on: str = "2026-11-23",
) -> str:  # fmt: skip
    def only(version: str) -> list[Only]:
        return [Only(item="x", name=NAME, print=PRINTS[version], content={"field": version})] if version else []

    known = Known(
        held=in_register == "在库",
        withdrawn=in_register == "已撤回",
        due_on=date.fromisoformat(due_on) if due_on else None,
        earlier=frozenset({PRINTS["旧"]}),
        delivery="D-1" if place else "",
        place=int(place) - 1 if place else 0,
    )
    answered = Answered(rejected=rejected, held=stands_there == "是", arrived={"D-1": int(arrived)} if arrived else {})
    (found,) = classify(
        only(here), only(there), known={NAME: known}, answered={NAME: answered}, on=date.fromisoformat(on)
    )
    words = {
        "missing-there": "对方缺失", "missing-here": "我方缺失", "altered": "内容不一致", "outdated-there": "对方为旧版本",
        "duplicate-there": "对方重复", "duplicate-here": "我方重复", "late": "在途，未到期", "rejected-there": "对方退回",
        "withdrawn-here": "我方已撤回，对方仍在", "truncated": "交付不完整",
    }  # fmt: skip
    told = words[found.kind]
    if found.code:
        told += f"（{found.code}）"
    if found.fields:
        told += "：" + "、".join(f.name for f in found.fields)
    return told


def test_only_here(examples):
    """只有我方有：是否超过期限、对方是否退回、所在批次是否完整送达"""
    examples(
        kind,
        """
        here | due_on     | on         | rejected            | stands_there | arrived | place | answer
        甲   |            | 2026-11-23 |                     |              |         |       | 对方缺失
        甲   | 2026-11-24 | 2026-11-24 |                     |              |         |       | 在途，未到期
        甲   | 2026-11-24 | 2026-11-25 |                     |              |         |       | 对方缺失
        甲   | 2026-11-24 | 2026-11-23 | uscc.check-digit    |              |         |       | 对方退回（uscc.check-digit）
        甲   |            | 2026-11-23 | subject.code-missing |             | 7       | 9     | 对方退回（subject.code-missing）
        甲   |            | 2026-11-23 |                     | 是           |         |       | 我方重复
        甲   | 2026-11-24 | 2026-11-23 |                     |              | 7       | 8     | 交付不完整
        甲   |            | 2026-11-23 |                     |              | 7       | 7     | 对方缺失
        甲   |            | 2026-11-23 |                     |              | 0       | 1     | 交付不完整
        """,
    )


def test_only_there(examples):
    """只有对方有：我方是否有过"""
    examples(
        kind,
        """
        there | in_register | answer
        甲    |             | 我方缺失
        甲    | 已撤回      | 我方已撤回，对方仍在
        甲    | 在库        | 对方重复
        """,
    )


def test_both(examples):
    """两方都有而不相同：指明不同的字段；对方仍是我方更正前的版本时，另作一类"""
    examples(
        kind,
        """
        here | there | due_on     | on         | answer
        甲   | 乙    |            | 2026-11-23 | 内容不一致：field
        甲   | 乙    | 2026-11-24 | 2026-11-23 | 内容不一致：field
        甲   | 旧    |            | 2026-11-23 | 对方为旧版本：field
        甲   | 旧    | 2026-11-24 | 2026-11-23 | 在途，未到期：field
        甲   | 旧    | 2026-11-24 | 2026-11-25 | 对方为旧版本：field
        """,
    )


def test_a_second_copy_beside_a_changed_one_is_a_duplicate():
    """Two different versions there for one here: the first is paired with ours, the other is one too many."""
    here = [Only(item="x", name=NAME, print=PRINTS["甲"])]
    there = [Only(item="x", name=NAME, print=PRINTS[v]) for v in ("乙", "旧")]
    found = classify(here, there, known={NAME: Known(held=True)}, answered={}, on=date(2026, 11, 23))
    assert [difference.kind.value for difference in found] == ["altered", "duplicate-there"]


def lacking(rows: str, missing: str) -> str:
    places = [int(place) - 1 for place in missing.split("、")]
    here = [Only(item="x", name=bytes([place]) * 16, print=PRINTS["甲"]) for place in places]
    known = {one.name: Known(held=True, delivery="D-1", place=one.name[0], rows=int(rows)) for one in here}
    found = classify(here, [], known=known, answered={}, on=date(2026, 11, 23))
    return {"truncated": "交付不完整", "missing-there": "对方缺失"}[found[0].kind.value]


def test_the_end_of_a_delivery(examples):
    """对方没有说明各批到了多少条时：一批的末尾整段缺失（至少两条），是交付不完整；整批缺失或零星缺失，是对方缺失"""
    examples(
        lacking,
        """
        rows | missing   | answer
        5    | 4、5      | 交付不完整
        5    | 2、3、4、5 | 交付不完整
        5    | 5         | 对方缺失
        5    | 3、5      | 对方缺失
        5    | 1、2      | 对方缺失
        3    | 1、2、3   | 对方缺失
        """,
    )
