"""What an evaluation refuses, and the next step."""

from xinheng.core.refusal import Refusal


class NoSuchOrganisation(Refusal):
    """Nobody has told us of this code."""

    code = "evaluation.no-such-organisation"
    message = "登记库中没有代码为“{code}”的组织。请核对统一社会信用代码。"


class NotConcerned(Refusal):
    """The model is not for this organisation."""

    code = "evaluation.not-concerned"
    message = "模型“{model}”不适用于这个组织：{why}。"


class NoLake(Refusal):
    """There is no lake yet."""

    code = "lake.missing"
    message = "还没有导出评价数据。请先运行 xinheng lake export。"


class LakeBehind(Refusal):
    """The lake ends before the instant asked about."""

    code = "lake.behind"
    message = "评价数据只到 {at}，不能评价其后的情况。请先运行 xinheng lake export。"


class LakeOfOtherPolicy(Refusal):
    """The meaning of evidence has changed since the lake was written."""

    code = "lake.other-policy"
    message = "评价证据的定义在导出之后改过，请运行 xinheng lake export --rebuild 重新导出。"


class HeldForReview(Refusal):
    """A run looks too unusual to take effect by itself."""

    code = "evaluation.held"
    message = "本次结果分布异常（{why}），已暂不生效，等待人工复核。"


class NotYours(Refusal):
    """Somebody else's result, or somebody else's task."""

    code = "evaluation.not-yours"
    message = "这项评价结果只有该组织和信用中心可以查看；办理评价模型须由信用中心人员进行。"


class SamePerson(Refusal):
    """A model is approved by a second person."""

    code = "evaluation.same-person"
    message = "模型须由起草人以外的另一位同志批准。"


class AlreadyDone(Refusal):
    """It was decided before."""

    code = "evaluation.already-done"
    message = "这件事已经办过了（{state}）。"


class NoSuchEngine(Refusal):
    """No engine of this name."""

    code = "evaluation.no-such-engine"
    message = "没有名为“{engine}”的计算引擎。可用：local、polars、duckdb、spark、spark://主机:端口。"


class EngineMissing(Refusal):
    """The engine is not installed."""

    code = "evaluation.engine-missing"
    message = "计算引擎“{engine}”没有安装。请运行 pip install 'xinheng[{extra}]'{more}。"


class NotSimulated(Refusal):
    """A draft is offered only after its effect on the city is known."""

    code = "evaluation.not-simulated"
    message = "请先在全市数据上模拟这一稿，看清影响后再提交批准。改动之后须重新模拟。"


class TooSoon(Refusal):
    """A model is published before it counts."""

    code = "evaluation.too-soon"
    message = "模型须先公布再施行，施行日最早为 {earliest}。"
