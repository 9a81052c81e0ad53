"""A method: a model together with what its words mean and what of it is switched on. What every engine is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

import orjson

from xinheng.core.evaluation.evidence import EvidenceKind
from xinheng.core.evaluation.model import Cap, Indicator, Model

REGISTRATION = "registration"  # the kind of evidence that says an organisation exists, and since when


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One model, ready to be applied. ``off`` names indicators and caps that do not run, with the reason."""

    model: Model
    kinds: Mapping[str, EvidenceKind]
    off: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing: tuple[str, ...] = ()  # kinds of evidence that are not collected at all

    def indicators(self) -> tuple[Indicator, ...]:
        """Return the indicators that run."""
        return tuple(indicator for indicator in self.model.indicators if indicator.id not in self.off)

    def caps(self) -> tuple[Cap, ...]:
        """Return the caps that run. One that rests on an indicator's level needs that indicator."""
        return tuple(cap for cap in self.model.caps if cap.id not in self.off)

    def rank(self, kind: str, level: str) -> int:
        """Return how grave a level of a kind is."""
        return self.kinds[kind].rank(level)

    def missing_needs(self) -> str:
        """Return the id of the rule by which nobody has a result, because sources are missing; empty where they suffice."""
        missing = set(self.missing)
        return next((rule.id for rule in self.model.no_results if missing & set(rule.needs)), "")

    @property
    def hash(self) -> str:
        """Name exactly this method: model, meaning of its words, switches. Equal hashes give comparable scores."""
        told = {
            "model": repr(self.model),
            "kinds": [repr(self.kinds[name]) for name in sorted(self.kinds)],
            "off": sorted(self.off),
            "missing": sorted(self.missing),
        }
        return "sha256:" + sha256(orjson.dumps(told)).hexdigest()
