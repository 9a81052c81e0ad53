"""Questions and answers as they travel: JSON, with long runs of numbers packed into base64. The same over HTTP and in files.

What comes from outside is read strictly: unknown fields, wrong lengths and numbers beyond the limits are refused, never repaired.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from xinheng.core.reconciliation.descent import Ask, Found
from xinheng.core.reconciliation.differences import Only
from xinheng.core.reconciliation.elements import NAME_BYTES, Array
from xinheng.core.reconciliation.ranges import Children, Side, Told
from xinheng.core.reconciliation.sums import Sum
from xinheng.core.refusal import Refusal

MOST_RANGES = 1 << 18  # asked for in one message
MOST_PARTS = 1 << 22
_COUNTS, _WORDS = "<u4", "<u8"


class MessageUnreadable(Refusal):
    """A message that does not follow the protocol."""

    code = "exchange.message-unreadable"
    message = "收到的消息不符合协议（{why}），已拒绝并记入日志。"


def pack(values: Array, kind: str) -> str:
    """Return numbers as base64, little end first."""
    return b64encode(np.ascontiguousarray(values.astype(kind)).tobytes()).decode()


def unpack(text: object, kind: str, count: int | None = None) -> Array:
    """Return the numbers of a packed text; raise MessageUnreadable where it holds another count."""
    if not isinstance(text, str):
        raise MessageUnreadable(why="应为文本")
    try:
        raw = b64decode(text, validate=True)
    except (Error, ValueError):
        raise MessageUnreadable(why="编码有误") from None
    size = np.dtype(kind).itemsize
    if len(raw) % size or (count is not None and len(raw) != count * size):
        raise MessageUnreadable(why="长度有误")
    return np.frombuffer(raw, dtype=kind)


def sums_out(sums: Mapping[str, Sum]) -> dict[str, list[Any]]:
    """Return sums by item as JSON."""
    return {item: [one.count, one.text()] for item, one in sorted(sums.items())}


def sums_in(told: object) -> dict[str, Sum]:
    """Read sums by item."""
    if not isinstance(told, Mapping) or len(told) > 1000:
        raise MessageUnreadable(why="合计有误")
    found = {}
    for item, pair in told.items():
        try:
            count, text = pair
            found[str(item)] = Sum.of_text(_number(count, 1 << 48), str(text))
        except (ValueError, TypeError):
            raise MessageUnreadable(why="合计有误") from None
    return found


def asks_out(asks: Iterable[Ask]) -> list[dict[str, Any]]:
    """Return questions as JSON."""
    return [
        {"item": ask.item, "bits": ask.bits, "fan": ask.fan, "prefixes": pack(ask.prefixes, _WORDS)} for ask in asks
    ]


def asks_in(told: object) -> list[Ask]:
    """Read questions."""
    if not isinstance(told, list):
        raise MessageUnreadable(why="问题应为列表")
    asks, ranges, parts = [], 0, 0
    for one in told:
        if not isinstance(one, Mapping) or set(one) != {"item", "bits", "fan", "prefixes"}:
            raise MessageUnreadable(why="问题的字段有误")
        bits, fan = _number(one["bits"], 64), _number(one["fan"], 16)
        if bits + fan > 64:
            raise MessageUnreadable(why="区间过细")
        prefixes = unpack(one["prefixes"], _WORDS)
        if bits < 64 and len(prefixes) and int(prefixes.max()) >> bits:
            raise MessageUnreadable(why="区间有误")
        ranges, parts = ranges + len(prefixes), parts + (len(prefixes) << fan)
        asks.append(Ask(str(one["item"]), bits, fan, prefixes.astype(np.uint64)))
    if ranges > MOST_RANGES or parts > MOST_PARTS:
        raise MessageUnreadable(why="一次询问的区间过多")
    return asks


def answers_out(answers: Iterable[Children | Told]) -> list[dict[str, Any]]:
    """Return answers as JSON."""
    return [_answer_out(answer) for answer in answers]


def _answer_out(answer: Children | Told) -> dict[str, Any]:
    if isinstance(answer, Children):
        return {"counts": pack(answer.counts.reshape(-1), _COUNTS), "sums": pack(answer.lows.reshape(-1), _WORDS)}
    return {"sizes": pack(answer.sizes, _COUNTS), "prints": pack(answer.lows, _WORDS)}


def answers_in(told: object, asks: Sequence[Ask]) -> list[Children | Told]:
    """Read answers to these questions."""
    if not isinstance(told, list) or len(told) != len(asks):
        raise MessageUnreadable(why="答复与问题数目不符")
    return [_answer_in(one, ask) for one, ask in zip(told, asks, strict=True)]


def _answer_in(told: object, ask: Ask) -> Children | Told:
    if not isinstance(told, Mapping):
        raise MessageUnreadable(why="答复有误")
    ranges = len(ask.prefixes)
    if ask.fan:
        shape = (ranges, 1 << ask.fan)
        counts = unpack(told.get("counts"), _COUNTS, ranges << ask.fan).astype(np.int64)
        lows = unpack(told.get("sums"), _WORDS, ranges << ask.fan).astype(np.uint64)
        return Children(counts.reshape(shape), lows.reshape(shape))
    sizes = unpack(told.get("sizes"), _COUNTS, ranges).astype(np.int64)
    return Told(sizes, unpack(told.get("prints"), _WORDS, int(sizes.sum())).astype(np.uint64))


def names_out(names: Array) -> str:
    """Return names as one base64 text."""
    return b64encode(np.ascontiguousarray(names, dtype=np.uint8).tobytes()).decode()


def names_in(text: object) -> list[bytes]:
    """Read names."""
    raw = unpack(text, "u1").tobytes()
    if len(raw) % NAME_BYTES:
        raise MessageUnreadable(why="名称长度有误")
    return [raw[i : i + NAME_BYTES] for i in range(0, len(raw), NAME_BYTES)]


def _number(value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise MessageUnreadable(why="数字超出范围")
    return value


def answered(asks: Sequence[Ask], sides: Mapping[str, Side]) -> list[Children | Told]:
    """Return a side's answers; an item it does not hold is refused by the caller beforehand."""
    return [ask.answered_by(sides[ask.item]) for ask in asks]


def found_out(found: Found) -> dict[str, Any]:
    """Return fingerprints found as JSON."""
    return {
        "bits": pack(found.bits, _COUNTS),
        "prefixes": pack(found.prefixes, _WORDS),
        "prints": pack(found.lows, _WORDS),
        "copies": pack(found.copies, _COUNTS),
    }


def found_in(told: object) -> Found:
    """Read fingerprints found."""
    if not isinstance(told, Mapping):
        raise MessageUnreadable(why="指纹有误")
    bits = unpack(told.get("bits"), _COUNTS).astype(np.int64)
    count = len(bits)
    return Found(
        bits,
        unpack(told.get("prefixes"), _WORDS, count).astype(np.uint64),
        unpack(told.get("prints"), _WORDS, count).astype(np.uint64),
        unpack(told.get("copies"), _COUNTS, count).astype(np.int64),
    )


def only_out(only: Iterable[Only]) -> list[dict[str, Any]]:
    """Return statements as JSON."""
    return [
        {
            "item": one.item,
            "name": one.name.hex(),
            "print": one.print,
            "content": dict(one.content),
            "copies": one.copies,
        }
        for one in only
    ]


def only_in(told: object) -> list[Only]:
    """Read statements."""
    if not isinstance(told, list):
        raise MessageUnreadable(why="记录应为列表")
    found = []
    for one in told:
        try:
            name, content = bytes.fromhex(one["name"]), one["content"]
            copies = _number(one["copies"], 1 << 32)
            Sum.of_text(1, one["print"])
            if len(name) != NAME_BYTES or not all(isinstance(v, str) for v in content.values()):
                raise ValueError("form")
            found.append(Only(item=str(one["item"]), name=name, print=one["print"], content=content, copies=copies))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise MessageUnreadable(why="记录有误") from None
    return found
