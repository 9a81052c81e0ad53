"""Codes for invented organisations: check digits are right, but region 440399 was never assigned, so nobody can hold them."""

from __future__ import annotations

import numpy as np
import polars as pl

REGION = "440399"
ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
BODY_PREFIX = b"98"  # no organisation code was issued from 98; the published fixtures of this region begin 9999
BODIES = 31**6  # how many different bodies there are

_SCATTER = 400_000_009  # prime to 31: neighbouring organisations get unlike bodies
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], dtype=np.int64)
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_ORG_CHECK = np.frombuffer(b"0123456789X", dtype=np.uint8)
_USCC_VALUE = np.zeros(256, dtype=np.int64)
_USCC_VALUE[ALPHABET] = np.arange(31)
_ORG_VALUE = np.zeros(256, dtype=np.int64)
_ORG_VALUE[48:58] = np.arange(10)
_ORG_VALUE[65:91] = np.arange(10, 36)


def organisation_codes(kinds: list[str], *, start: int = 0) -> pl.Series:
    """Return one unified social credit code for each two-character kind (91, 92, 12 …); bodies are unique from ``start`` on."""
    n = len(kinds)
    if start + n > BODIES:
        raise ValueError(f"region {REGION} holds {BODIES} bodies, asked for {start + n}")
    number = ((np.arange(start, start + n, dtype=np.int64) + 1) * _SCATTER) % BODIES
    code = np.empty((n, 18), dtype=np.uint8)
    code[:, :2] = np.frombuffer("".join(kinds).encode(), dtype=np.uint8).reshape(n, 2)
    code[:, 2:8] = np.frombuffer(REGION.encode(), dtype=np.uint8)
    code[:, 8:10] = np.frombuffer(BODY_PREFIX, dtype=np.uint8)
    for place in range(15, 9, -1):
        code[:, place] = ALPHABET[number % 31]
        number //= 31
    code[:, 16] = _ORG_CHECK[(11 - _ORG_VALUE[code[:, 8:16]] @ _ORG_WEIGHTS % 11) % 11]
    code[:, 17] = ALPHABET[(31 - _USCC_VALUE[code[:, :17]] @ _USCC_WEIGHTS % 31) % 31]
    return _strings(code)


def registration_numbers(first_digits: np.ndarray, *, start: int = 0) -> pl.Series:
    """Return a 15-digit registration number (工商注册号) for each first digit of the sequence: 0 enterprise, 4 foreign, 6 trader."""
    n = len(first_digits)
    digits = np.empty((n, 15), dtype=np.int64)
    digits[:, :6] = [int(c) for c in REGION]
    digits[:, 6] = first_digits
    sequence = np.arange(start, start + n, dtype=np.int64)
    for place in range(13, 6, -1):
        digits[:, place] = sequence % 10
        sequence //= 10
    p = np.full(n, 10, dtype=np.int64)
    for place in range(14):  # ISO 7064 MOD 11,10
        s = (p + digits[:, place]) % 10
        s[s == 0] = 10
        p = (2 * s) % 11
    digits[:, 14] = (11 - p) % 10
    return _strings((digits + 48).astype(np.uint8))


def break_check_digit(code: str) -> str:
    """Return the code with another, wrong, check character."""
    place = int(np.flatnonzero(ord(code[-1]) == ALPHABET)[0])
    return code[:-1] + chr(ALPHABET[(place + 1) % 31])


def _strings(characters: np.ndarray) -> pl.Series:
    width = characters.shape[1]
    text = np.ascontiguousarray(characters).tobytes().decode("ascii")
    return pl.Series([text[i : i + width] for i in range(0, len(text), width)], dtype=pl.String)
