"""How much one file may ask of the machine before it is refused; sizes no honest hand-in reaches."""

from __future__ import annotations

BLOCK_ROWS = 44_000  # rows of one frame: larger ones are a little faster, but four are under way at a time
BLOCK_BYTES = 32 << 20  # a block of long rows ends earlier
BATCH_ROWS = 11_000  # rows the CSV scanner hands over at a time: it keeps several in flight
HEAD_RECORDS = 30  # the header stands among these first records, or the first filled one is taken for it
HEAD_BYTES = 1 << 22
EXAMPLE_ROWS = 20  # row numbers a note names; it counts all

# A workbook is a zip: a few kilobytes can unpack to terabytes. Refused before anything is unpacked into memory.
ZIP_TOTAL_BYTES = 2 << 30
ZIP_RATIO = 300  # honest sheets of repeated text reach about 60
ZIP_RATIO_FROM_BYTES = 64 << 20  # below this size no ratio can hurt
ZIP_ENTRIES = 10_000
# The sheet reader allocates the whole rectangle from the first filled cell to the last.
SHEET_CELLS = 40_000_000

CELL_CHARACTERS = 1_000_000  # one cell this long is a quotation mark that was never closed
