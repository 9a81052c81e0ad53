"""Whole columns in PostgreSQL's binary form: rows as COPY reads them, arrays as parameters. The server has nothing to parse.

The form is that of the server's manual ("COPY", binary format; arrays as ``array_send`` writes them): each value behind its
length in four bytes, the most significant first; −1 stands for null.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

import numpy as np
import polars as pl
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

# Kind → numbers of the type and of its array (``pg_type``), and the width of a value where it is always the same.
_OIDS: Final = {
    "bool": (16, 1000), "bytea": (17, 1001), "bigint": (20, 1016), "smallint": (21, 1005), "integer": (23, 1007),
    "text": (25, 1009), "date": (1082, 1182), "jsonb": (3802, 3807),
}  # fmt: skip
_FIXED: Final = {"bool": ">i1", "bigint": ">i8", "smallint": ">i2", "integer": ">i4", "date": ">i4"}
_POLARS: Final = {
    "bool": pl.Boolean, "bytea": pl.Binary, "bigint": pl.Int64, "smallint": pl.Int16, "integer": pl.Int32,
    "text": pl.String, "date": pl.Date, "jsonb": pl.String,
}  # fmt: skip
_NULL = struct.pack(">i", -1)
_SHORT = [struct.pack(">i", size) for size in range(4_096)]  # lengths as written, for nearly all there are
_EPOCH = 10_957  # days from 1970-01-01, where ours begin, to 2000-01-01, where the server's do
_AT_ONCE = 1_000  # rows packed at once: what has just been freed is used again, where it lies near
_HEAD, _TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


class Array(bytes):
    """A column as the parameter of a query; there is a subclass for each type."""

    oid = 0  # the server's number of the type


_ARRAYS: Final = {kind: type(f"{kind}_array", (Array,), {"oid": oid}) for kind, (_, oid) in _OIDS.items()}


class ArrayDumper(Dumper):
    """Hands an array to the driver as it is."""

    format = Format.BINARY

    def __init__(self, cls: type, context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)
        self.oid = cls.oid

    def dump(self, obj: Array) -> Buffer:
        """Return what travels."""
        return obj


def column_of(values: Iterable[object], kind: str) -> pl.Series:
    """Return Python values as a column of this kind."""
    return values if isinstance(values, pl.Series) else pl.Series(values, dtype=_POLARS[kind])


def array(column: pl.Series, kind: str) -> Array:
    """Return a column as an array of one dimension, counted from 1."""
    size, nulls = len(column), column.null_count()
    oid = _OIDS[kind][0]
    head = struct.pack(">iiiii", 1, int(nulls > 0), oid, size, 1) if size else struct.pack(">iii", 0, 0, oid)
    if kind in _FIXED and not nulls:
        return _ARRAYS[kind](head + _struct({"": column}, {"": kind}, size).tobytes())
    return _ARRAYS[kind](head + b"".join(chain.from_iterable(zip(*_fields(column, kind), strict=True))))


def rows(frame: pl.DataFrame, kinds: Mapping[str, str]) -> tuple[list[str], list[bytes]]:
    """Return rows for ``COPY … FROM STDIN (FORMAT binary)`` in pieces, and the names of the columns in the order they are written.

    What is always there and always as wide comes first: such columns are packed together. What says the same in every row is
    packed once. The others follow value by value.
    """
    same = [name for name in frame.columns if frame.height and frame.get_column(name).n_unique() == 1]
    firm = [
        name
        for name in frame.columns
        if name not in same and kinds[name] in _FIXED and frame.get_column(name).null_count() == 0
    ]
    loose = [name for name in frame.columns if name not in same and name not in firm]
    once = b"".join(chain.from_iterable(chain(*_fields(frame.get_column(name).head(1), kinds[name])) for name in same))
    ordered = frame.select(firm + same + loose)
    pieces = [_rows(part, firm, once, loose, kinds) for part in ordered.iter_slices(_AT_ONCE)]
    return ordered.columns, [_HEAD, *pieces, _TAIL]


def _rows(frame: pl.DataFrame, firm: list[str], once: bytes, loose: list[str], kinds: Mapping[str, str]) -> bytes:
    packed = _struct({name: frame.get_column(name) for name in firm}, kinds, frame.height, fields=frame.width)
    width, raw = packed.dtype.itemsize, packed.tobytes()
    parts: list[Iterable[bytes]] = [[raw[i : i + width] for i in range(0, len(raw), width)]]
    if once:
        parts.append([once] * frame.height)
    for name in loose:
        parts += _fields(frame.get_column(name), kinds[name])
    return b"".join(chain.from_iterable(zip(*parts, strict=True)))


def _struct(
    columns: Mapping[str, pl.Series], kinds: Mapping[str, str], height: int, *, fields: int | None = None
) -> np.ndarray:
    """Return columns without nulls side by side, each value behind its length; ``fields``: each row begins with their number."""
    shape: list[tuple[str, str]] = [] if fields is None else [("fields", ">i2")]
    for n, name in enumerate(columns):
        shape += [(f"size{n}", ">i4"), (f"value{n}", _FIXED[kinds[name]])]
    packed = np.empty(height, dtype=shape)
    if fields is not None:
        packed["fields"] = fields
    for n, (name, column) in enumerate(columns.items()):
        packed[f"size{n}"] = packed.dtype[f"value{n}"].itemsize
        packed[f"value{n}"] = _numbers(column, kinds[name])
    return packed


def _numbers(column: pl.Series, kind: str) -> np.ndarray:
    if kind == "date":
        return column.cast(pl.Date).to_physical().to_numpy() - _EPOCH
    return column.cast(_POLARS[kind]).to_numpy()


def _fields(column: pl.Series, kind: str) -> tuple[list[bytes], list[bytes]]:
    """Return the lengths as they are written, and the values; of a null nothing but the length."""
    if kind in _FIXED:
        there = column.is_not_null()
        numbers = _numbers(column.filter(there), kind).astype(_FIXED[kind])
        width, raw = numbers.dtype.itemsize, numbers.tobytes()
        values = iter([raw[i : i + width] for i in range(0, len(raw), width)])
        told = there.to_list()
        return [_SHORT[width] if known else _NULL for known in told], [next(values) if known else b"" for known in told]
    texts = column.cast(pl.Binary).to_list()
    if kind == "jsonb":  # before the text stands the version of the form
        texts = [None if text is None else b"\x01" + text for text in texts]
    if None in texts:
        return [_NULL if text is None else _size(len(text)) for text in texts], [text or b"" for text in texts]
    return [_size(length) for length in map(len, texts)], texts


def _size(length: int) -> bytes:
    return _SHORT[length] if length < len(_SHORT) else struct.pack(">i", length)
