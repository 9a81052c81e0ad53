"""How our workbooks look: one place for colours, borders and widths."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format

_FONT = {"font_name": "微软雅黑", "font_size": 10}
MAX_ROWS = 1_048_576  # of a worksheet, by the file format
MAX_NAME = 31


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of one workbook. Cells of data are text: Excel must not turn a code of 18 digits into a number."""

    cell: Format
    fatal: Format
    warning: Format
    error_text: Format
    warning_text: Format
    left_out: Format
    header: Format
    header_doubtful: Format
    required: Format
    title: Format
    label: Format
    value: Format
    count: Format
    section: Format
    code: Format
    link: Format


def add_styles(book: Workbook) -> Styles:
    """Add our formats to a workbook."""

    def style(**properties: object) -> Format:
        return book.add_format(_FONT | properties)

    boxed = {"border": 1, "border_color": "#D0D7DE", "valign": "top"}
    head = boxed | {"bold": True, "text_wrap": True, "valign": "vcenter", "num_format": "@"}
    red, amber = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}, {"bg_color": "#FFEB9C", "font_color": "#7F4F00"}
    return Styles(
        cell=book.add_format({"num_format": "@"}),
        fatal=book.add_format({"num_format": "@", "border": 1, "border_color": "#C00000"} | red),
        warning=book.add_format({"num_format": "@", "border": 1, "border_color": "#BF8F00"} | amber),
        error_text=style(text_wrap=True, valign="top", **red),
        warning_text=style(text_wrap=True, valign="top", **amber),
        left_out=style(italic=True, font_color="#6E7781"),
        header=style(**head | {"bg_color": "#DDEBF7"}),
        header_doubtful=style(**head | amber),
        required=style(**head | {"bg_color": "#1F4E79", "font_color": "#FFFFFF"}),
        title=style(bold=True, font_size=16, font_color="#1F4E79"),
        label=style(**boxed | {"bold": True, "bg_color": "#F3F6FA"}),
        value=style(**boxed | {"text_wrap": True}),
        count=style(**boxed | {"num_format": "#,##0", "align": "right"}),
        section=style(bold=True, font_size=12, font_color="#1F4E79", bottom=2, bottom_color="#1F4E79"),
        code=style(**boxed | {"font_name": "Consolas", "font_color": "#57606A"}),
        link=style(font_color="#0563C1", underline=1, **boxed),
    )


def shown_width(text: str) -> int:
    """Columns of a fixed-width font that a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def sheet_name(wanted: str | None, default: str, taken: set[str]) -> str:
    """Return a lawful name that no other sheet of the workbook has; ``taken`` grows by it."""
    base = "".join("_" if c in "[]:*?/\\" else c for c in wanted or default).strip("'")[:MAX_NAME] or default
    name, number = base, 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        mark = f" ({number})"
        name = base[: MAX_NAME - len(mark)] + mark
    taken.add(name.casefold())
    return name
