"""Why a change of the catalogue may be refused, and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from xinheng.core.refusal import Refusal


class NotDated(Refusal):
    """An edition begins on a day to come: the past is ended, not edited."""

    code = "change.not-dated"
    message = gettext_noop("新版本的生效日须晚于今天（{today}），且晚于该目录项已有的各个版本。")


class NotSound(Refusal):
    """The policy would not load with this edition."""

    code = "change.not-sound"
    message = gettext_noop("按这样改，目录不成立：{problems}")


class NotReported(Refusal):
    """Nothing is decided before its report is there."""

    code = "change.no-report"
    message = gettext_noop("兼容性与权益影响报告还没有做好，请稍候。")


class Stopped(Refusal):
    """The report says that this may not be approved."""

    code = "change.stopped"
    message = gettext_noop("报告里有不能审定的内容，请退回提出人修改：{effects}")


class OwnProposal(Refusal):
    """A second person decides."""

    code = "change.own"
    message = gettext_noop("自己提出的变更不能自己审定，请由另一位同事办理。")


class AlreadyDecided(Refusal):
    """The proposal was decided or taken back meanwhile."""

    code = "change.decided"
    message = gettext_noop("这项变更已经有了结果，请刷新页面。")


class Overtaken(Refusal):
    """The policy has changed since the report was made: the report speaks of another catalogue."""

    code = "change.overtaken"
    message = gettext_noop("报告做好之后目录又有变动，报告已重新生成，请看过新的报告再审定。")


class NoReasonGiven(Refusal):
    """A decision, and a change that touches rights, says why."""

    code = "change.no-reason"
    message = gettext_noop("请写明理由；影响主体权益的变更还要写明为什么必要。")


class NoSender(Refusal):
    """No department of the policy is named as a source of a new item: nobody could ever hand it in."""

    code = "change.no-sender"
    message = gettext_noop("归集来源里没有本市的部门：{sources}。请写部门的名称或简称。")


class NotYourItem(Refusal):
    """A department proposes items that it would hand in itself."""

    code = "change.not-your-item"
    message = gettext_noop("部门只能提出由本部门报送的目录项：归集来源里要有“{department}”。")
