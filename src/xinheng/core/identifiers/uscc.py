"""Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, the one key of an organisation.

Place 1 is the department that registers, 2 the kind, 3–8 the region, 9–17 the organisation code with its own check
character, 18 the check character of the whole.
"""

from __future__ import annotations

import re
from operator import mul
from typing import Final, NoReturn

import numpy as np
import polars as pl

from xinheng.core.identifiers import citizen_id, column, gb2260, orgcode, regno
from xinheng.core.identifiers.bytesums import WRONG, ByteSums, Numbers, place
from xinheng.core.identifiers.folding import compact_code, compact_codes, repair_of_code, repairs_of_codes
from xinheng.core.identifiers.malformed import Malformed

LENGTH: Final = 18
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # I, O, S, V, Z are not used
VALUE: Final = {c: i for i, c in enumerate(ALPHABET)}
WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))

# Department (place 1) → kinds (place 2). 1, 5, 9, Y stand in GB 32100-2015, the others in it or in later amendments.
# A pair outside the table with right check characters is a warning: the table has grown before.
KINDS: Final = {
    "1": "1239",  # 机构编制: 机关, 事业单位, 编办管理的群众团体
    "2": "19",  # 外交
    "3": "123459",  # 司法行政: 律师执业机构, 公证处, 基层法律服务所, 司法鉴定机构, 仲裁委员会
    "4": "19",  # 文化
    "5": "1239",  # 民政: 社会团体, 民办非企业单位, 基金会
    "6": "129",  # 旅游
    "7": "129",  # 宗教
    "8": "19",  # 工会
    "9": "123",  # 市场监管: 企业, 个体工商户, 农民专业合作社
    "A": "19",  # 中央军委改革和编制办公室
    "N": "1239",  # 农业: 组级, 村级, 乡镇级集体经济组织
    "Y": "1",  # 其他
}

_WARNINGS: Final = (None, "uscc.department-unknown", "uscc.region-unknown")
_MISREAD: Final = str.maketrans("OI", "01")
_SUFFIX: Final = re.compile(r"^([0-9A-Z]{18})[(\[【〔（].{0,8}[)\]】〕）]$")
_CODE_CHARACTERS: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SHAPE: Final = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def compact(text: str) -> str:
    """Return the code in capitals without spaces, hyphens or invisible characters. O is never turned into 0."""
    return compact_code(text)


def check_character(body: str) -> str:
    """Return the check character of the first 17 characters."""
    return ALPHABET[(31 - sum(map(mul, map(VALUE.__getitem__, body), WEIGHTS)) % 31) % 31]


def is_placeholder(code: str) -> bool:
    """Say whether the code was only typed to fill the cell: 000…0, 000…X, 111…1, 1234567890…, an all-zero body."""
    return (
        len(set(code[:-1])) == 1
        or code.startswith("1234567890"[: len(code)])
        or (len(code) == LENGTH and code[8:17] == "000000000")
    )


def validate(text: str) -> str:
    """Return the compact code, or raise Malformed with the one reason that helps most."""
    code = compact(text)
    if len(code) > 1 and is_placeholder(code):
        raise Malformed("uscc.placeholder", f"“{code}”是凑数的代码")
    if not _SHAPE.fullmatch(code):
        _explain_shape(code)
    _require_checks(code)
    return code


def _explain_shape(code: str) -> NoReturn:
    if match := _SUFFIX.match(code):
        raise Malformed("uscc.suffix", f"代码后面多了“{code[LENGTH:]}”", suggestion=match[1])
    if not _CODE_CHARACTERS.issuperset(code):
        position, character = next((i, c) for i, c in enumerate(code, start=1) if c not in _CODE_CHARACTERS)
        raise Malformed("uscc.character-not-allowed", f"第 {position} 位是“{character}”")
    _require_length(code)
    _require_letters(code)
    raise Malformed("uscc.region-not-digits", f"第 3 至 8 位是“{code[2:8]}”，应为六位数字的行政区划代码")


def _require_length(code: str) -> None:
    """Tell a short or long code from another kind of number in the wrong column."""
    if len(code) == LENGTH:
        return
    if len(code) == regno.LENGTH and regno.is_valid(code):
        raise Malformed("uscc.is-registration-number", "这是 15 位工商注册号")
    if len(code) == orgcode.LENGTH and orgcode.is_valid(code):
        raise Malformed("uscc.is-organisation-code", "这是 9 位组织机构代码")
    if len(code) < LENGTH:
        raise Malformed("uscc.too-short", f"只有 {len(code)} 位，应为 18 位")
    raise Malformed("uscc.too-long", f"有 {len(code)} 位，应为 18 位")


def _require_letters(code: str) -> None:
    for position, character in enumerate(code, start=1):
        if character in "OI":
            meant = code.translate(_MISREAD)
            digit = character.translate(_MISREAD)
            raise Malformed(
                "uscc.letter-for-digit",
                f"第 {position} 位是字母“{character}”，可能是数字“{digit}”",
                suggestion=meant if is_valid(meant) else None,
            )
        if character not in VALUE:
            raise Malformed(
                "uscc.letter-not-allowed", f"第 {position} 位是字母“{character}”，编码规则不使用 I、O、S、V、Z"
            )


def _checks_hold(code: str) -> bool:
    return code[17] == check_character(code[:17]) and code[16] == orgcode.check_character(code[8:16])


def _require_checks(code: str) -> None:
    right = check_character(code[:17])
    inner = orgcode.check_character(code[8:16])
    if code[17] == right and code[16] == inner:
        return
    if code[:17].isdecimal() and citizen_id.is_valid(code):
        raise Malformed("uscc.is-citizen-id", "这是公民身份号码，不得填在本列")
    if code[17] == right:
        raise Malformed("uscc.inner-check-digit", f"第 17 位是“{code[16]}”，按第 9 至 16 位推算应为“{inner}”")
    if code[16] == inner:
        raise Malformed("uscc.check-digit", f"末位是“{code[17]}”，按前 17 位推算应为“{right}”")
    raise Malformed("uscc.check-digit", "两个校验码都不符，中间有字符写错或颠倒")


def warning_of(code: str) -> str | None:
    """Return what is doubtful about a valid code: a department, kind or region nobody has heard of."""
    if code[1] not in KINDS.get(code[0], ""):
        return "uscc.department-unknown"
    return None if code[2:8] in gb2260.KNOWN else "uscc.region-unknown"


def is_valid(text: str) -> bool:
    """Say whether the text is a unified social credit code."""
    try:
        validate(text)
    except Malformed:
        return False
    return True


def format(text: str) -> str:  # noqa: A001 - the contract of all identifiers
    """Return the code as it is printed."""
    return compact(text)


def _read(text: str) -> column.Reading:
    try:
        code = validate(text)
    except Malformed as malformed:
        return column.Reading(compact(text), malformed.code)
    return column.Reading(code, warning=warning_of(code), normalised=repair_of_code(text))


# Both sums travel in one number: the outer one (at most 30·30·17 + 30 = 15,330) below, the inner one (≤ 1,690) from bit 14.
_INNER: Final = 1 << 14


def _inner_value(position: int, character: str) -> int:
    """Return what a character adds to the sum of the organisation code inside."""
    if 8 <= position < 16:
        return orgcode.BODY[character] * orgcode.WEIGHTS[position - 8]
    return orgcode.CHECK[character] if position == 16 else 0


def _place(position: int) -> Numbers:
    weight = 1 if position == 17 else WEIGHTS[position]
    allowed = "0123456789" if 2 <= position < 8 else "0123456789X" if position == 16 else ALPHABET
    return place({c: VALUE[c] * weight + _INNER * _inner_value(position, c) for c in allowed})


_SUMS = ByteSums([_place(position) for position in range(LENGTH)])
_PAIR_NUMBER = np.zeros(1 << 16, dtype=np.int32)  # two digits, as little-endian pair → 0…99
for _high in range(10):
    for _low in range(10):
        _PAIR_NUMBER[(48 + _high) + ((48 + _low) << 8)] = _high * 10 + _low
_KIND_KNOWN = np.zeros(1 << 16, dtype=np.bool_)
for _department, _kinds in KINDS.items():
    for _kind in _kinds:
        _KIND_KNOWN[ord(_department) + (ord(_kind) << 8)] = True
_REGION_KNOWN = np.zeros(1_000_000, dtype=np.bool_)
_REGION_KNOWN[[int(code) for code in gb2260.KNOWN]] = True


def _glance(series: pl.Series) -> column.Glance:
    fits, codes = column.as_bytes(series, LENGTH)
    sums = _SUMS.of(codes)
    right = (sums < WRONG) & ((sums & (_INNER - 1)) % 31 == 0) & ((sums >> 14) % 11 == 0)
    pairs = codes.view("<u2")
    # Fillers: an all-zero body sums to nothing inside; 12345… and one digit all over are told by their first pairs.
    right &= (sums >> 14) != 0
    start = pairs[:, 0]
    suspicious = ((start >> 8) == (start & 255)) & (pairs[:, 1] == start) | (start == 0x3231) & (pairs[:, 1] == 0x3433)
    for row in np.flatnonzero(suspicious & right):
        right[row] = not is_placeholder(codes[row].tobytes().decode("ascii"))
    region = (_PAIR_NUMBER.take(pairs[:, 1]) * 100 + _PAIR_NUMBER.take(pairs[:, 2])) * 100 + _PAIR_NUMBER.take(
        pairs[:, 3]
    )
    warning = np.where(_KIND_KNOWN.take(start), np.where(_REGION_KNOWN.take(region), 0, 2), 1)
    return column.spread(fits, right, warning * right)


WAY = column.Way(glance=_glance, read=_read, compact=compact_codes, repairs=repairs_of_codes, warnings=_WARNINGS)


def judge(series: pl.Series) -> pl.DataFrame:
    """Return value, reason, warning and normalised for a whole column."""
    return column.judge(series, WAY)
