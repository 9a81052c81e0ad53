"""Why a message is not believed. Each reason has a code, is told to whoever sent it, and is written down."""

from __future__ import annotations

from xinheng.core.refusal import Refusal


class Oversized(Refusal):
    """Longer than any message may be, packed or unpacked."""

    code = "exchange.oversized"
    message = "消息过大（上限 {most} 字节），未读取。"


class Malformed(Refusal):
    """Not a message at all."""

    code = "exchange.malformed"
    message = "消息格式不正确：{what}。"


class Foreign(Refusal):
    """Meant for somebody else, or from somebody we have not met."""

    code = "exchange.foreign"
    message = "消息与本节点无关：{what}。"


class Forged(Refusal):
    """The signature is not that of the node it claims to come from, or the content is not what was signed."""

    code = "exchange.forged"
    message = "消息的签名或内容不可信：{what}。"


class Stale(Refusal):
    """Older, or further in the future, than the way it came by allows."""

    code = "exchange.stale"
    message = "消息的时间 {at} 与本节点时间相差过大，请检查双方时钟，或重新生成消息。"


class Replayed(Refusal):
    """Heard before."""

    code = "exchange.replayed"
    message = "这条消息已经收到过，不重复处理。"


class Reordered(Refusal):
    """Not the next step of its conversation."""

    code = "exchange.reordered"
    message = "消息的次序不对：应为第 {expected} 步，收到第 {step} 步。请从头重新开始。"


class RefusedThere(Refusal):
    """The other side refused our message, and says why."""

    code = "exchange.refused-there"
    message = "对方拒绝了我方的消息：{why}（{there}）"
