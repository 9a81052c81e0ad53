"""Whom to believe (C2SP tlog-policy): the keys of logs and witnesses, and how many witnesses make a checkpoint good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from xinheng.core.ledger.keys import read_verifier
from xinheng.core.ledger.note import Signature
from xinheng.core.ledger.refusals import Malformed, NotWitnessed
from xinheng.core.ledger.signing import Verifier

_NONE, _MOST = "none", 256


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness the policy knows: its name in the policy, its key, and where it can be asked."""

    name: str
    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """At least ``least`` of these members must have witnessed."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Known logs, known witnesses, and the quorum."""

    quorum: str = _NONE
    logs: tuple[tuple[Verifier, str], ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)

    @property
    def witness_keys(self) -> list[Verifier]:
        """Return the keys of all known witnesses."""
        return [witness.verifier for witness in self.witnesses]

    def log(self, origin: str) -> Verifier | None:
        """Return the key of a log by its origin."""
        return next((verifier for verifier, _ in self.logs if verifier.name == origin), None)

    def witnessed_by(self, signatures: Collection[Signature]) -> list[str]:
        """Return the names of the witnesses among these (already verified) signatures."""
        keys = {(s.name, s.key_id) for s in signatures}
        return [w.name for w in self.witnesses if (w.verifier.name, w.verifier.key_id) in keys]

    def is_met(self, names: Collection[str]) -> bool:
        """Say whether these witnesses are enough."""
        return self.quorum == _NONE or self._met(self.quorum, set(names))

    def require_met(self, names: Collection[str]) -> None:
        """Raise NotWitnessed unless these witnesses are enough."""
        if not self.is_met(names):
            raise NotWitnessed(what=f"已有 {'、'.join(sorted(names)) or '无'}，要求 {self.quorum}")

    def _met(self, name: str, names: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._met(member, names) for member in group.members) >= group.least


def read_policy(text: str) -> TrustPolicy:
    """Read a policy file. Raises Malformed with the line that is wrong."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if any((ord(c) < 0x20 and c != "\t") or c == "\x7f" for c in line):
            raise Malformed(what=f"信任策略第 {number} 行含控制字符")
        if words and not words[0].startswith("#"):
            try:
                reader.read(words)
            except (Malformed, ValueError) as error:
                raise Malformed(what=f"信任策略第 {number} 行：{error}") from None
    if reader.quorum is None:
        raise Malformed(what="信任策略没有 quorum 行")
    return TrustPolicy(reader.quorum, tuple(reader.logs), tuple(reader.witnesses), reader.groups)


class _Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self.quorum: str | None = None
        self.logs: list[tuple[Verifier, str]] = []
        self.witnesses: list[Witness] = []
        self.groups: dict[str, Group] = {}
        self._used: set[str] = set()
        self._publics: set[bytes] = set()

    def read(self, words: list[str]) -> None:
        """Take in one line."""
        match words:
            case ["log", key, *url] if len(url) <= 1:
                self.logs.append((self._key(key, witness=False), "".join(url)))
            case ["witness", name, key, *url] if len(url) <= 1:
                self._new_name(name)
                self.witnesses.append(Witness(name, self._key(key, witness=True), "".join(url)))
            case ["group", name, least, *members] if members:
                self._new_name(name)
                self.groups[name] = self._group(least, members)
            case ["quorum", name] if self.quorum is None:
                if name != _NONE and not self._known(name):
                    raise ValueError(f"没有 {name}")
                self.quorum = name
            case _:
                raise ValueError("不认识的写法")

    def _group(self, least: str, members: list[str]) -> Group:
        counts = {"any": 1, "all": len(members)}
        number = counts[least] if least in counts else int(least)
        if not 1 <= number <= len(members):
            raise ValueError("数量不在成员数之内")
        for member in members:
            # Each name counts in one place only, else one witness would weigh twice.
            if member in self._used or not self._known(member):
                raise ValueError(f"{member} 没有定义或已用过")
            self._used.add(member)
        return Group(number, tuple(members))

    def _key(self, text: str, *, witness: bool) -> Verifier:
        key = read_verifier(text)
        if key.is_witness is not witness:
            raise ValueError("公钥的用途不对")
        if key.public in self._publics:
            raise ValueError("公钥重复")
        self._publics.add(key.public)
        return key

    def _known(self, name: str) -> bool:
        return name in self.groups or any(w.name == name for w in self.witnesses)

    def _new_name(self, name: str) -> None:
        if name == _NONE or self._known(name) or len(self.groups) + len(self.witnesses) >= _MOST:
            raise ValueError(f"{name} 重名或过多")
