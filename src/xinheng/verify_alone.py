#!/usr/bin/env python3
"""Checks a proof (.tlog-proof) of a credit record against public keys alone: this one file, Python 3.9 or newer, nothing else.

    python3 verify_alone.py proof.tlog-proof --trust trust-policy
    python3 verify_alone.py proof.tlog-proof --log KEY [--witness KEY …] [--least N]

It reads the two files it is given and opens no connection. Exit code: 0 the proof holds, 1 it does not, 2 it cannot be read.
What the formats mean is said in docs/formats/ledger.md; it repeats the rules of ``xinheng.core.ledger`` on purpose, in a
length that a careful person can read in an hour. Where ``cryptography`` is installed it checks Ed25519, else the code below does.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys

LONGEST = 16 << 20
DASH = "\u2014 "
ED25519, ED25519_COSIGNATURE = b"\x01", b"\x04"
SM2, SM2_COSIGNATURE = b"\xffxinheng/sm2", b"\xffxinheng/sm2-cosignature"


class Unreadable(Exception):
    """The file is not what it should be."""


class NotProved(Exception):
    """The file can be read, and does not prove what it says."""


# ── hashes, base64, canonical JSON ───────────────────────────────────────────────────────────────────────────────────


def sha256(data):
    """SHA-256."""
    return hashlib.sha256(data).digest()


def sm3(data):
    """SM3 (GB/T 32905), from OpenSSL where it has it."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return _sm3(data)


def _sm3(data):
    def left(x, n):
        n %= 32
        return (x << n | x >> (32 - n)) & 0xFFFFFFFF

    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    for block in range(0, len(padded), 64):
        w = [int.from_bytes(padded[block + i : block + i + 4], "big") for i in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ left(w[j - 3], 15)
            w.append(x ^ left(x, 15) ^ left(x, 23) ^ left(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            s1 = left((left(a, 12) + e + left(0x79CC4519 if j < 16 else 0x7A879D8A, j)) & 0xFFFFFFFF, 7)
            s2 = s1 ^ left(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & 0xFFFFFFFF & g)
            t1 = (ff + d + s2 + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            t2 = (gg + h + s1 + w[j]) & 0xFFFFFFFF
            a, b, c, d, e, f, g, h = t1, a, left(b, 9), c, t2 ^ left(t2, 9) ^ left(t2, 17), e, left(f, 19), g
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]  # noqa: B905  Python 3.9 knows no strict=
    return b"".join(x.to_bytes(4, "big") for x in state)


def decode64(text):
    """Strict base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Unreadable("不是 base64") from None
    if base64.b64encode(data).decode() != text:
        raise Unreadable("不是规范的 base64")
    return data


def unhex(text, size=None):
    """Bytes of lower-case hexadecimal text, of a given length."""
    try:
        data = bytes.fromhex(text)
    except (TypeError, ValueError):
        raise Unreadable("不是十六进制") from None
    if data.hex() != text or (size is not None and len(data) != size):
        raise Unreadable("十六进制的值长度不对")
    return data


def canonical(value):
    """RFC 8785, for text, whole numbers, truth values, null, lists and objects."""

    def ordered(inner):
        if isinstance(inner, dict):
            return {k: ordered(inner[k]) for k in sorted(inner, key=lambda k: k.encode("utf-16-be"))}
        if isinstance(inner, float) or (isinstance(inner, int) and abs(inner) >= 1 << 53):
            raise Unreadable("数字没有规范写法")
        return [ordered(one) for one in inner] if isinstance(inner, list) else inner

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def number(text):
    """A decimal number without leading zeros, below 2^63."""
    if not (text.isascii() and text.isdigit()) or (text != "0" and text[0] == "0") or int(text) >= 1 << 63:
        raise Unreadable("数字格式不对")
    return int(text)


# ── signatures ───────────────────────────────────────────────────────────────────────────────────────────────────────

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT = pow(2, (_P - 1) // 4, _P)


def _ed_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    xx = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(xx, (_P + 3) // 8, _P)
    if (x * x - xx) % _P:
        x = x * _SQRT % _P
    if (x * x - xx) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _ed_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _ed_times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = _ed_add(q, p)
        p, n = _ed_add(p, p), n >> 1
    return q


_BASE = _ed_point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519_slow(public, message, signature):
    """RFC 8032, §5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _ed_point(public), _ed_point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    p, q = _ed_times(s, _BASE), _ed_add(r, _ed_times(h, a))
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


def ed25519(public, message, signature):
    """Ed25519, by ``cryptography`` where it is installed."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519_slow(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


_Q = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_A, _B = _Q - 3, 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def _sm_add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % _Q == 0:
            return None
        slope = (3 * p[0] * p[0] + _A) * pow(2 * p[1], _Q - 2, _Q) % _Q
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], _Q - 2, _Q) % _Q
    x = (slope * slope - p[0] - q[0]) % _Q
    return x, (slope * (p[0] - x) - p[1]) % _Q


def _sm_times(n, p):
    q = None
    while n:
        if n & 1:
            q = _sm_add(q, p)
        p, n = _sm_add(p, p), n >> 1
    return q


def sm2(public, message, signature, user=b"1234567812345678"):
    """SM2 with SM3 (GB/T 32918.2)."""
    if len(public) != 65 or public[0] != 4 or len(signature) != 64:
        return False
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < _N and 0 < s < _N) or x >= _Q or y >= _Q or (y * y - x**3 - _A * x - _B) % _Q:
        return False
    curve = b"".join(n.to_bytes(32, "big") for n in (_A, _B, *_G))
    z = sm3((8 * len(user)).to_bytes(2, "big") + user + curve + public[1:])
    e, t = int.from_bytes(sm3(z + message), "big"), (r + s) % _N
    point = _sm_add(_sm_times(s, _G), _sm_times(t, (x, y))) if t else None
    return point is not None and (e + point[0]) % _N == r


class Key:
    """A public key in the form name+id+key."""

    def __init__(self, text):
        name, _, rest = text.strip().partition("+")
        claimed, _, encoded = rest.partition("+")
        data = decode64(encoded)
        for kind, size in ((SM2_COSIGNATURE, 65), (SM2, 65), (ED25519_COSIGNATURE, 32), (ED25519, 32)):
            if data.startswith(kind) and len(data) == len(kind) + size:
                break
        else:
            raise Unreadable("不认识的公钥类型")
        self.name, self.public, self.text = name, data[len(kind) :], text.strip()
        self.witness = kind in (ED25519_COSIGNATURE, SM2_COSIGNATURE)
        self.hash, self.check = (sha256, ed25519) if size == 32 else (sm3, sm2)
        self.id = self.hash(name.encode() + b"\n" + data)[:4]
        if self.id.hex() != claimed or not name or any(c.isspace() for c in name):
            raise Unreadable("公钥的编号与内容不符")

    def signed(self, text, signature):
        """Say whether this key made the signature over a note text."""
        if not self.witness:
            return self.check(self.public, text, signature)
        at = int.from_bytes(signature[:8], "big")
        return at < 1 << 63 and self.check(self.public, b"cosignature/v1\ntime %d\n" % at + text, signature[8:])


class Trust:
    """Whom to believe: log keys, witness keys by name, groups, quorum."""

    def __init__(self):
        self.logs, self.witnesses, self.groups, self.quorum = {}, {}, {}, None

    def read(self, text):
        """Read a policy file (C2SP tlog-policy)."""
        for line in text.split("\n"):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3):
                self.add_log(words[1])
            elif words[0] == "witness" and len(words) in (3, 4) and not self._named(words[1]):
                self.add_witness(words[1], words[2])
            elif words[0] == "group" and len(words) > 3 and not self._named(words[1]):
                members = words[3:]
                least = {"any": "1", "all": str(len(members))}.get(words[2], words[2])
                used = [m for _, ms in self.groups.values() for m in ms]
                if len(set(members)) < len(members) or any(not self._named(m) or m in used for m in members):
                    raise Unreadable("信任策略的分组不对")
                if not 1 <= number(least) <= len(members):
                    raise Unreadable("信任策略的数量不对")
                self.groups[words[1]] = (int(least), members)
            elif words[0] == "quorum" and len(words) == 2 and self.quorum is None:
                if words[1] != "none" and not self._named(words[1]):
                    raise Unreadable("信任策略要求的见证方没有定义")
                self.quorum = words[1]
            else:
                raise Unreadable("信任策略中有不认识的行")
        if self.quorum is None:
            raise Unreadable("信任策略没有 quorum 行")

    def add_log(self, text):
        """Believe a log."""
        key = Key(text)
        if key.witness or key.public in self._publics():
            raise Unreadable("日志公钥不对")
        self.logs[key.name] = key

    def add_witness(self, name, text):
        """Believe a witness."""
        key = Key(text)
        if not key.witness or key.public in self._publics():
            raise Unreadable("见证方公钥不对")
        self.witnesses[name] = key

    def _publics(self):
        return {key.public for key in (*self.logs.values(), *self.witnesses.values())}

    def _named(self, name):
        return name == "none" or name in self.witnesses or name in self.groups

    def met(self, names, what=None):
        """Say whether these witnesses are enough."""
        what = what or self.quorum
        if what == "none":
            return True
        if what not in self.groups:
            return what in names
        least, members = self.groups[what]
        return sum(self.met(names, member) for member in members) >= least


# ── checkpoint, trees ────────────────────────────────────────────────────────────────────────────────────────────────


def open_checkpoint(note, trust):
    """Return origin, size, root, hash function and the witnesses that co-signed, or raise."""
    if any(c < " " and c != "\n" for c in note):
        raise Unreadable("检查点含控制字符")
    text, found, tail = note.rpartition("\n\n")
    if not found or not tail.endswith("\n"):
        raise Unreadable("检查点没有签名")
    text += "\n"
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]):
        raise Unreadable("检查点的行数不对")
    origin, size, root = lines[0], number(lines[1]), decode64(lines[2])
    if len(root) != 32:
        raise Unreadable("检查点的根长度不对")
    log = trust.logs.get(origin)
    if log is None:
        raise NotProved(f"不认识名为 {origin} 的台账：没有它的公钥")
    known = {(log.name, log.id): ("", log)}
    known.update({(key.name, key.id): (name, key) for name, key in trust.witnesses.items()})
    good = set()
    for line in tail[:-1].split("\n"):
        name, space, encoded = line[len(DASH) :].partition(" ")
        if not line.startswith(DASH) or not space or not name:
            raise Unreadable("签名行格式不对")
        data = decode64(encoded)
        who, key = known.get((name, data[:4]), (None, None))
        if key is None or who in good:
            continue
        if not key.signed(text.encode(), data[4:]):
            raise NotProved(f"{name} 的签名与检查点不符")
        good.add(who)
    if "" not in good:
        raise NotProved("检查点没有台账的签名")
    names = sorted(good - {""})
    if not trust.met(names):
        raise NotProved(f"见证不足：{'、'.join(names) or '没有见证方签名'}")
    return origin, size, root, log.hash, names


def root_of_inclusion(h, index, size, leaf, path):
    """Return the root that a leaf leads to (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise NotProved("序号不在检查点之内")
    at, last, found = index, size - 1, leaf
    for other in path:
        if last == 0:
            raise NotProved("路径过长")
        if at & 1 or at == last:
            found = h(b"\x01" + other + found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = h(b"\x01" + found + other)
        at, last = at >> 1, last >> 1
    if last:
        raise NotProved("路径过短")
    return found


def version_entry(h, told):
    """Return the entry of a version from its content and salt."""
    record, item = told["record"], told["item"]
    if (
        not isinstance(record, dict)
        or not all(isinstance(v, str) for v in record.values())
        or not isinstance(item, str)
    ):
        raise Unreadable("记录的内容格式不对")
    return b"\x01" + h(unhex(told["salt"], 16) + canonical(record)) + item.encode("ascii")


def root_of_map(h, told):
    """Return the root of the subject map that a subject's leaves and path lead to."""
    key = h(b"xinheng/subject/v1\n" + told["subject"].encode())
    leaves, other, listed, before = told["leaves"], told["other"], b"", -1
    for one in leaves:
        index = one["index"]
        if not isinstance(index, int) or isinstance(index, bool) or not before < index < 1 << 63:
            raise NotProved("条目重复或次序不对")
        if set(one) not in ({"index", "leaf"}, {"index", "item", "salt", "record"}):
            raise Unreadable("条目格式不对")
        leaf = unhex(one["leaf"], 32) if "leaf" in one else h(b"\x00" + version_entry(h, one))
        listed, before = listed + index.to_bytes(8, "big") + leaf, index
    if leaves:
        if other is not None:
            raise NotProved("既说有记录又说没有")
        found = h(b"\x02" + key + h(b"\x04" + listed))
    elif other is None:
        if told["path"] or told["subjects"]:
            raise NotProved("没有说明不存在的依据")
        return h(b"")
    else:
        there, value = unhex(other[0], 32), unhex(other[1], 32)
        if there == key:
            raise NotProved("用来说明不存在的键就是所问的主体")
        found = h(b"\x02" + there + value)
    below = 256
    for depth, hexed in told["path"]:
        if not isinstance(depth, int) or not 0 <= depth < below:
            raise NotProved("映射路径的深度不对")
        right = key[depth >> 3] >> (7 - (depth & 7)) & 1
        sides = unhex(hexed, 32) + found if right else found + unhex(hexed, 32)
        found, below = h(b"\x03" + depth.to_bytes(2, "big") + sides), depth
    return found


# ── the proof ────────────────────────────────────────────────────────────────────────────────────────────────────────


def verify(data, trust):
    """Check a proof file; return what it proves. Raises Unreadable or NotProved."""
    if len(data) > LONGEST:
        raise Unreadable("文件过大")
    try:
        head, found, note = data.decode("utf-8").partition("\n\n")
        lines = head.split("\n")
        if not found or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3 or not lines[1].startswith("extra "):
            raise Unreadable("不是信衡的证明文件")
        extra = decode64(lines[1][6:])
        told = json.loads(extra)
        if canonical(told) != extra:
            raise Unreadable("附加数据不是规范的 JSON")
        if not lines[2].startswith("index ") or len(lines) > 67:
            raise Unreadable("证明文件格式不对")
        index, path = number(lines[2][6:]), [decode64(line) for line in lines[3:]]
        if any(len(hash_) != 32 for hash_ in path):
            raise Unreadable("路径中的值长度不对")
        origin, size, root, h, witnesses = open_checkpoint(note, trust)
        entry = _entry(h, told, index, size)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as error:
        raise Unreadable(f"证明文件格式不对（{type(error).__name__}）") from None
    if root_of_inclusion(h, index, size, h(b"\x00" + entry), path) != root:
        raise NotProved("内容与检查点的根不符：内容、盐或路径被改动过")
    return {"origin": origin, "size": size, "index": index, "witnesses": witnesses, "proved": told}


FIELDS = {
    "xinheng/record@v1": {"type", "item", "salt", "record"},
    "xinheng/subject@v1": {"type", "subject", "leaves", "path", "other", "subjects"},
    "xinheng/entry@v1": {"type", "entry"},
}


def _entry(h, told, index, size):
    # Nothing may stand in a proof that the proof does not cover: a reader would believe it.
    if set(told) != FIELDS.get(told["type"]):
        raise Unreadable("不认识的证明种类")
    if told["type"] == "xinheng/record@v1":
        return version_entry(h, told)
    if told["type"] == "xinheng/subject@v1":
        if index != size - 1:
            raise NotProved("主体映射不在检查点的末尾")
        return b"\x06" + root_of_map(h, told) + told["subjects"].to_bytes(8, "big")
    if told["type"] == "xinheng/entry@v1":
        return unhex(told["entry"])
    raise Unreadable("不认识的证明种类")


def sentences(result):
    """Say in Chinese what was proved."""
    told = result["proved"]
    by = f"，见证方：{'、'.join(result['witnesses'])}" if result["witnesses"] else "，没有见证方"
    yield f"检查点：{result['origin']}，共 {result['size']} 项{by}。"
    if told["type"] == "xinheng/record@v1":
        yield f"已证明：下面这条“{told['item']}”记录是台账的第 {result['index']} 项，内容一字未改。"
        yield from (f"  {name}：{value}" for name, value in told["record"].items())
    elif told["type"] == "xinheng/subject@v1":
        count = len(told["leaves"])
        if not count:
            yield f"已证明：截至该检查点，{told['subject']} 名下没有任何有效记录。"
            return
        yield f"已证明：截至该检查点，{told['subject']} 名下的有效记录共 {count} 条，不多不少。"
        for one in told["leaves"]:
            what = json.dumps(one["record"], ensure_ascii=False) if "record" in one else "（内容未出示）"
            yield f"  第 {one['index']} 项 {one.get('item', '')} {what}"
    else:
        yield f"已证明：该条目是台账的第 {result['index']} 项。"


def main(arguments=None):
    """Read the arguments, check, say what came of it."""
    parser = argparse.ArgumentParser(prog="verify", description="验证信衡证明文件：只用公钥，不联网。")
    parser.add_argument("proof", help="证明文件（.tlog-proof）")
    parser.add_argument("--trust", help="信任策略文件：台账和见证方的公钥，以及要求几家见证")
    parser.add_argument("--log", action="append", default=[], help="台账公钥（可多次）")
    parser.add_argument("--witness", action="append", default=[], help="见证方公钥（可多次）")
    parser.add_argument("--least", type=int, help="至少几家见证；默认全部")
    parser.add_argument("--json", action="store_true", help="只输出一个 JSON 对象")
    asked = parser.parse_args(arguments)
    try:
        with open(asked.proof, "rb") as file:
            result = verify(file.read(LONGEST + 1), _trust(asked))
        answer, code, lines = {"holds": True, **result}, 0, [*sentences(result), "验证通过。"]
    except NotProved as error:
        answer, code, lines = {"holds": False, "because": str(error)}, 1, [f"验证不通过：{error}。"]
    except (Unreadable, OSError) as error:
        answer, code, lines = {"holds": False, "unreadable": str(error)}, 2, [f"无法验证：{error}。"]
    print(json.dumps(answer, ensure_ascii=False) if asked.json else "\n".join(map(_plain, lines)))
    return code


def _trust(asked):
    trust = Trust()
    if asked.trust:
        with open(asked.trust, encoding="utf-8") as file:
            trust.read(file.read())
        return trust
    for text in asked.log:
        trust.add_log(text)
    for place, text in enumerate(asked.witness):
        trust.add_witness(f"w{place}", text)
    if not trust.logs:
        raise Unreadable("请用 --trust 或 --log 给出台账的公钥")
    least = len(trust.witnesses) if asked.least is None else asked.least
    if not 0 <= least <= len(trust.witnesses):
        raise Unreadable("--least 大于见证方的数量")
    trust.groups["told"], trust.quorum = (least, list(trust.witnesses)), "told" if least else "none"
    return trust


def _plain(text):
    """Show a text so that a terminal does not obey it."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


if __name__ == "__main__":
    sys.exit(main())
