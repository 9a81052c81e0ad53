"""The one table of all pages: it sorts, filters, pages by keyset and is taken away as CSV or Excel, each the same way everywhere."""

from xinheng.pages.tables.columns import Cell, Column, Filter, choice, day_from, day_to, text
from xinheng.pages.tables.exporting import csv_response, rows_of, write_xlsx
from xinheng.pages.tables.table import Shown, Table

__all__ = [
    "Cell",
    "Column",
    "Filter",
    "Shown",
    "Table",
    "choice",
    "csv_response",
    "day_from",
    "day_to",
    "rows_of",
    "text",
    "write_xlsx",
]
