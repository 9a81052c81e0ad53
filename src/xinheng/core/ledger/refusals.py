"""Why something the ledger was shown is not believed. Each reason has a code, so that it can be logged and counted."""

from __future__ import annotations

from xinheng.core.refusal import Refusal


class Malformed(Refusal):
    """A text or file does not have the form it must have."""

    code = "ledger.malformed"
    message = "格式不正确：{what}。"


class NotSigned(Refusal):
    """No known key has signed, or a known key's signature is wrong."""

    code = "ledger.not-signed"
    message = "签名无效：{what}。"


class NotProved(Refusal):
    """A proof does not lead to the root it should lead to."""

    code = "ledger.not-proved"
    message = "证明不成立：{what}。"


class NotWitnessed(Refusal):
    """Fewer witnesses have co-signed than the policy asks for."""

    code = "ledger.not-witnessed"
    message = "见证数量不足：{what}。"


class Forked(Refusal):
    """Two histories of one log: the gravest thing there is. Nothing goes on by itself after this."""

    code = "ledger.forked"
    message = "台账出现分叉，已停止：{what}。"
