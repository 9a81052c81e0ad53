"""A table as a page shows it: its filters as they stand, its rows, the links that sort, page and take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from xinheng.pages.paging import decode, link, pager
from xinheng.pages.tables import keyset
from xinheng.pages.tables.columns import Cell, Column, Filter

PAGE = 50
_TIGHT, _WORD = 24, 6  # characters


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: its title, where a press on it leads, and which way it is sorted now ("", up, down)."""

    title: str
    url: str
    sorted: str
    number: bool


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell with what the phone needs beside it."""

    cell: Cell
    label: str
    number: bool
    code: bool
    tight: bool  # a day, a code, a word or two: not broken into lines where there is room


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """A filter with what was chosen."""

    id: str
    key: str
    label: str
    kind: str
    value: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One page of a table."""

    name: str
    title: str
    heads: list[Head]
    rows: list[list[ShownCell]]
    filters: list[ShownFilter]
    narrowed: bool
    kept: list[tuple[str, str]]  # parameters of the page that the filter form carries along
    first_url: str
    next_url: str
    csv_url: str
    xlsx_url: str
    clear_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a table is made of. ``source`` (account, parameters) returns what that account may see: permission is in the rows."""

    name: str
    title: Any
    action: str  # of the table of rights: asked again when rows are taken away
    columns: Sequence[Column]
    source: Callable[[Any, Mapping[str, str]], Any]
    filters: Sequence[Filter] = ()
    order: str = ""  # key of the column it is sorted by at first; "-key": downwards
    page: int = PAGE
    keep: Sequence[str] = ()  # parameters that belong to the source
    key: Callable[[Any], Any] = field(default=lambda row: row.pk)

    def rows(self, account: Any, asked: Mapping[str, str]) -> tuple[Any, Column, bool]:
        """Return the rows that answer the filters, in order; the column they are sorted by, and whether downwards."""
        rows = self.source(account, asked)
        for one in self.filters:
            told = asked.get(one.key, "").strip()
            if told and (one.choices is None or told in {value for value, _ in one.choices(account)}):
                rows = one.narrow(rows, told)
        column, down = self._sorting(asked.get("sort", ""))
        return keyset.ordered(rows, column, down=down, key=self.key), column, down

    def shown(self, request: HttpRequest, account: Any) -> Shown:
        """Return the page a request asks for."""
        asked = request.GET
        rows, column, down = self.rows(account, asked)
        there = list(
            keyset.after(rows, decode(asked.get("after", "")), column, down=down, key=self.key)[: self.page + 1]
        )
        following = keyset.place_of(there[self.page - 1], rows, column, self.key) if len(there) > self.page else None
        links = {"first_url": "", "next_url": ""} | pager(request, following)
        filters = [self._filter(one, account, asked) for one in self.filters]
        return Shown(
            name=self.name,
            title=str(self.title),
            heads=[self._head(one, request, column, down) for one in self.columns],
            rows=[[self._cell(one, row) for one in self.columns] for row in there[: self.page]],
            filters=filters,
            narrowed=any(one.value for one in filters),
            kept=[(key, asked[key]) for key in (*self.keep, "sort") if asked.get(key)],
            csv_url=link(request, export="csv", after=None),
            xlsx_url=link(request, export="xlsx", after=None),
            clear_url=link(request, after=None, **{one.key: None for one in self.filters}),
            **links,
        )

    def _sorting(self, asked: str) -> tuple[Column, bool]:
        sortable = {column.key: column for column in self.columns if column.order is not None}
        told = asked if asked.removeprefix("-") in sortable else self.order
        return sortable[told.removeprefix("-")], told.startswith("-")

    def _head(self, column: Column, request: HttpRequest, by: Column, down: bool) -> Head:
        if column.order is None:
            return Head(str(column.title), "", "", column.number)
        here = column.key == by.key
        turned = column.key if (here and down) or not here else f"-{column.key}"
        way = ("down" if down else "up") if here else ""
        return Head(str(column.title), link(request, sort=turned, after=None), way, column.number)

    @staticmethod
    def _cell(column: Column, row: Any) -> ShownCell:
        cell = column.of(row)
        tight = (cell.text.isascii() and len(cell.text) <= _TIGHT) or len(cell.text) <= _WORD
        return ShownCell(cell, str(column.title), column.number, column.code, tight)

    def _filter(self, one: Filter, account: Any, asked: Mapping[str, str]) -> ShownFilter:
        choices = list(one.choices(account)) if one.choices else []
        value = asked.get(one.key, "").strip()
        known = not choices or value in {told for told, _ in choices}
        return ShownFilter(
            f"filter-{self.name}-{one.key}", one.key, str(one.label), one.kind, value if known else "", choices
        )
