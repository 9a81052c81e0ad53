"""The manifest: which files make up the lake, up to which position of the register, and what its codes mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import sha256

import orjson

from xinheng.apps.evaluation.lake.place import Place
from xinheng.core.evaluation.columns import CodeBook
from xinheng.core.evaluation.words_of_evidence import Vocabulary

NAME, FORMAT = "manifest.json", 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The organisations of a range of ids: their evidence that is known now, that was known once, and themselves."""

    name: str  # files are evidence/<name>.parquet, past/<name>.parquet, subjects/<name>.parquet
    first: int
    last: int
    subjects: int
    rows: int
    past: int
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One state of the lake."""

    meaning: str  # hash of the evidence words: another meaning needs another lake
    policy: str
    position: int  # everything up to this position of the register is in it …
    events: int  # … and up to this event of a record
    at: int  # the instant of that, in microseconds: days after it cannot be evaluated yet
    latest: int = 0  # nothing in it became known, or ceased to be, later than this
    words: list[tuple[str, str, str, bool]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)  # by range of ids
    deltas: list[Part] = field(
        default_factory=list
    )  # oldest first; a subject of a delta is to be taken from nowhere else
    format: int = FORMAT

    @property
    def book(self) -> CodeBook:
        """Return what codes mean."""
        return CodeBook(tuple((k, level, d, bool(c)) for k, level, d, c in self.words))

    @property
    def rows(self) -> int:
        """Return how many rows are stored, replaced ones included."""
        return sum(part.rows + part.past for part in (*self.parts, *self.deltas))

    def files(self) -> set[str]:
        """Return every file the lake is made of."""
        return {
            f"{folder}/{p.name}.parquet"
            for p in (*self.parts, *self.deltas)
            for folder in ("evidence", "past", "subjects")
        }


def load(place: Place) -> Manifest | None:
    """Return the state of a lake; None where there is none, or one of another format."""
    content = place.read(NAME)
    if content is None:
        return None
    told = orjson.loads(content)
    if told.get("format") != FORMAT:
        return None
    told["parts"] = [Part(**part) for part in told["parts"]]
    told["deltas"] = [Part(**part) for part in told["deltas"]]
    told["words"] = [tuple(word) for word in told["words"]]
    return Manifest(**told)


def save(place: Place, manifest: Manifest) -> None:
    """Make a state the present one: readers see the one before or this one."""
    place.write(NAME, orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))


def meaning_of(vocabulary: Vocabulary) -> str:
    """Name what evidence words mean."""
    told = [repr(vocabulary.kinds[name]) for name in sorted(vocabulary.kinds)]
    told += [repr(vocabulary.domains), repr(sorted(vocabulary.trade_levels.items()))]
    return "sha256:" + sha256("\n".join(told).encode()).hexdigest()
